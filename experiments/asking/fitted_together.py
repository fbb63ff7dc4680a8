"""Numbers of a case that were fitted together to what is known, so that they cannot all be off on their own."""

from __future__ import annotations

from experiments.running.break_even_words import what
from experiments.running.futures import number_of
from model.inputs import Case


def fitted_together(case: Case) -> dict[str, str]:
    """Return the free parameters of the calibration's fit as an attribute of an answer; none where there are fewer than
    two (R221)."""
    fit = case.fit.get(case.calibration)
    names = [what(case, number_of(case, each.key)) for each in fit.parameters] if fit else []
    return {"fitted": "; ".join(names), "fitted_count": str(len(names))} if len(names) > 1 else {}
