"""For each reading of an open clause: the sentence that would settle it in the contract or the pay rules."""

from __future__ import annotations

LADDER = ("tier_reading", "tier_reset", "part_periods")
"""Clauses that meet in one ladder; they are also priced together."""

WORDS: dict[str, dict[str, str]] = {
    "salary_is": {
        "package": "The pay table states the whole yearly package: base pay, annual bonus and project bonus are in it.",
        "base": "The pay table states base pay; annual bonus and project bonus are paid on top of it.",
    },
    "tier_reading": {
        "marginal": "Each rate applies to the policies of its own step only, the base rate to the first step always.",
        "marginal_base_cliff": "From the first edge the base rate applies to the first step and each higher rate to "
        "its own step; a year below the first edge is paid at the lowest rate throughout.",
        "retroactive": "The rate of the highest step reached applies to all policies of the period.",
        "marginal_low_first_block": "The first step is always paid at the lowest rate, each further step at its own.",
        "base_plus_excess_at_top_rate": "From the first edge the base rate applies to the first step and the rate of "
        "the highest step reached to all policies above it.",
    },
    "tier_reset": {
        "contract_year": "Volumes are counted from zero again on each anniversary of the contract's start.",
        "calendar_year": "Volumes are counted from zero again on each first of January.",
        "quarter": "Volumes are counted and settled by quarter, with a quarter of the yearly edges.",
        "month": "Volumes are counted and settled by month, with a twelfth of the yearly edges.",
        "never": "Volumes are counted from the contract's start to its end without a new beginning.",
    },
    "part_periods": {
        "pro_rated": "A period that is cut short has its edges reduced in proportion to its months.",
        "full": "The full edges hold for a period that is cut short too.",
    },
    "later_year_thresholds": {
        "same": "The edges of the first year hold for each year of the contract.",
        "scaled": "The edges of later years grow in proportion to the contract's yearly target.",
    },
    "commission_payer": {
        "income": "The partner pays the commission to the unit.",
        "cost": "The unit pays the commission to the partner.",
    },
    "partial_vs_several": {
        "one_repeats": "A trial that misses one criterion is repeated once; one that misses two or more ends.",
        "two_repeat": "A trial that misses one or two criteria is repeated once; one that misses three or more ends.",
    },
    "quality_stacking": {
        "multiply": "Where both deductions are due, the second is taken from what the first leaves.",
        "add": "Where both deductions are due, their percentages are added.",
        "worst": "Where both deductions are due, only the larger one is taken.",
    },
    "quality_window": {
        "month": "Complaints and NPS are judged month by month.",
        "quarter": "Complaints and NPS are judged by their average over the quarter.",
        "year": "Complaints and NPS are judged by their average over the contract year.",
    },
    "performance_60pct": {
        "below": "A slump is a month whose volume is below 60 % of its target.",
        "missed_by": "A slump is a month whose volume falls short of its target by 60 % or more.",
    },
    "exit_50pct": {
        "each": "The contract may be ended when each of two consecutive quarters is below 50 % of its base target.",
        "cumulative": "The contract may be ended when two consecutive quarters together are below 50 % of target.",
    },
    "exit_fee_of": {
        "running_year": "The exit fee is a share of the commission earned so far in the running contract year.",
        "last_year": "The exit fee is a share of the commission of the last full contract year.",
    },
    "revenue_before_signature": {
        "launch_contracts": "A launch contract with the ladder's terms is signed before the trial begins.",
        "trial_commission": "Sales of the trial are paid at the trial rate; the ladder begins with the signature.",
        "none": "Nothing is paid for sales during the trial.",
    },
    "transition_loss": {
        "per_month": "The loss share is meant for each month of the transition.",
        "once": "The loss share is meant once for the whole transition.",
    },
    "revenue_basis": {
        "per_new_user": "The commission is paid once for each new user.",
        "per_active_user_year": "The commission is paid for each user and each year in which the user stays.",
    },
    "after_sales_share_of": {
        "gross": "After-sales receives its share of the unit's revenue.",
        "net": "After-sales receives its share of what revenue leaves after the direct costs of the lines.",
    },
    "vat_in_rates": {
        "net": "The rates are net; value added tax is invoiced on top of them.",
        "gross": "The rates contain the value added tax.",
    },
    "retention_5pct": {
        "points": "A lift of retention by 5 % means five percentage points.",
        "relative": "A lift of retention by 5 % means a twentieth of the retention before.",
    },
}
"""Wording by field of `model.inputs.Readings` and by value; a reading without wording fails a test."""
