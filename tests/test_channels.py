"""Channels: spend and response, cap, watch list, exit, support, moved spend, missed windows, price, coverage, sizes."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from model import channels, economics
from model.feasibility import broken_limits
from model.load import load_case
from model.organisation import organisation
from model.schema import LINE_ROWS
from model.simulate import VERDICT, Block
from solvers.options import allowed, option_of


@pytest.fixture(scope="module")
def case(shipped, changed):
    """The channel case without chance, trend, cap, watch, support, moves and exits: spend alone acts."""
    calm = {f"lines.{line}.channel.trend": 0.0 for line in shipped("channel").lines}
    rules = {"cost_cap": 1.0, "roi_floor": 0.0, "incubate_above": 1.0, "move_drop": 1.0, "drop": 1.0}
    return changed(
        shipped("channel"), calm | {f"channels.{k}": v for k, v in rules.items()} | {"uncertainty.mode": "none"}
    )


@pytest.fixture(scope="module")
def today(plan_of):
    return plan_of("channel", "today")


@pytest.fixture(scope="module")
def rules(shipped):
    return shipped("channel").channels


def line(case, plan, name="key", way=None, lost=None, scenarios=1, hours=1e9):
    """One line's terms with a team that serves all demand."""
    block = Block(case, 7, VERDICT, 0, scenarios)
    capacity = np.full((case.clock.months, 1, scenarios), hours)
    part = plan.lines[name].model_copy(update={"way": way or plan.lines[name].way})
    options, never = economics.options_of(case, name, [part]), case.clock.months + 1
    return economics.line_terms(case, name, options, block.chance(name), capacity, capacity * 0, never, lost=lost)


def best_spend(scale, response):
    """Paper: where one more yuan brings one yuan of scale × spend^response."""
    return (scale * response) ** (1 / (1 - response))


def row(terms, name):
    return terms.rows[LINE_ROWS.index(name), :, 0]


def test_spend_as_today_sells_as_today(case, today):
    """1,700 orders a year × 1.25, at 12,000 CNY; spend as the case says."""
    found = line(case, today)
    assert found.volume[:, 0, 0] == pytest.approx(1700 * 1.25 / 12)
    assert row(found, "channel_turnover")[:, 0] == pytest.approx(1700 * 1.25 / 12 * 12000)
    assert row(found, "channel_spend")[:, 0] == pytest.approx(60_000)


@pytest.mark.parametrize("push", [0.5, 1.0, 2.0, 3.0])
def test_volume_answers_spend_with_its_elasticity(case, today, changed, push):
    found = line(changed(case, {"ways.save.channel.spend": push}), today, way="save")
    before = line(case, today)
    assert found.volume == pytest.approx(before.volume * push**0.1)
    assert row(found, "channel_spend") == pytest.approx(row(before, "channel_spend") * push)


def test_best_spend_brings_one_yuan_of_contribution_per_yuan(case, today, changed):
    """ch_marginal_optimum: R = a C^b on contribution has its optimum at (ab)^(1/(1−b)); found by trying."""
    before = line(case, today)
    response = 0.1
    contribution = row(before, "commission")[0, 0] - row(before, "acquisition")[0, 0]
    best = best_spend(contribution / 60_000**response, response)

    def gain(spend):
        found = line(changed(case, {"ways.save.channel.spend": spend / 60_000}), today, way="save")
        return (row(found, "commission") - row(found, "acquisition") - row(found, "channel_spend"))[0, 0]

    assert gain(best) > max(gain(best * 0.99), gain(best * 1.01))
    assert gain(best * 1.0001) - gain(best * 0.9999) == pytest.approx(0, abs=1e-2)


def test_late_data_and_double_contacts_waste_spend(case, today, changed):
    """35 % missed and 28 % of VIP contacts twice: 0.65 × 0.86 of spend reach; without, all."""
    tool = case.levers["crm"].model_copy(
        update={
            "first_month": 1,
            "adoption": 1.0,
            "stages": (case.levers["crm"].stages[0].model_copy(update={"after": 0, "reach": 1.0}),),
            "learn": 0.0,
            "effects": {"waste": -1.0},
        }
    )
    found = line(changed(case, {"levers.crm": tool, "ways.today.levers": ("crm",)}), today)
    assert found.volume == pytest.approx(line(case, today).volume / ((0.65 * 0.86) ** 0.1))


@pytest.mark.parametrize(("cap", "spend"), [(0.03, 0.03), (0.0282, 0.0282), (0.02, 0.02)])
def test_cap_holds_spend_to_its_share_of_turnover(case, today, changed, cap, spend):
    """Key accounts spend 60,000 on 2.125 M a month, 2.82 %: a cap below that binds from the fourth month."""
    found = line(changed(case, {"channels.cost_cap": cap}), today)
    share = row(found, "channel_spend")[:, 0] / row(found, "channel_turnover")[:, 0]
    assert share[:3] == pytest.approx(60_000 / 2_125_000)
    assert share[-1] == pytest.approx(min(spend, 60_000 / 2_125_000), rel=2e-3)


def test_cap_of_fifteen_percent_is_one_to_six_two_thirds(shipped):
    assert 1 / float(shipped("channel").channels.cost_cap) == pytest.approx(6.6667, abs=1e-4)


def test_case_keeps_the_cap_in_every_year(shipped, plan_of, months_of):
    for name in ("today", "redesign", "redesign_automation"):
        book = months_of(shipped("channel"), plan_of("channel", name), 64).ledger
        rows = {
            key: book[economics.ROW[key]].reshape(3, 12, 64).sum(axis=1)
            for key in ("channel_spend", "channel_turnover")
        }
        assert (rows["channel_spend"] <= 0.15 * rows["channel_turnover"]).mean() > 0.95, name


@pytest.mark.parametrize(
    ("reading", "turnover", "watched"),
    [
        ("revenue", 299, True),
        ("revenue", 300, False),
        ("revenue", 301, False),
        ("net", 399, True),
        ("net", 400, False),
        ("net", 401, False),
    ],
)
def test_floor_of_one_to_three(rules, reading, turnover, watched):
    asked = rules.model_copy(update={"roi_1_to_3": reading})
    assert channels.below_floor(asked, np.array(100.0), np.array(float(turnover))) == watched


def test_watched_channel_gets_no_extra_spend(case, today, changed):
    """Turnover is 35.4 × spend: a floor of 40 stops the push from the fourth month on, one of 3 does not."""
    push = {"ways.save.channel.spend": 1.5}
    for floor, last in ((3.0, 1.5), (40.0, 1.0)):
        spend = row(line(changed(case, push | {"channels.roi_floor": floor}), today, way="save"), "channel_spend")
        assert spend[[0, 2, 3, -1], 0] / 60_000 == pytest.approx([1.5, 1.5, last, last])


@pytest.mark.parametrize(
    ("reading", "quarters", "falls"),
    [
        ("each", [100, 85, 72.25], True),
        ("each", [100, 85.01, 72.2585], False),
        ("each", [100, 85, 72.26], False),
        ("each", [100, 84, 71], True),
        ("each", [100, 60, 55], False),
        ("cumulative", [100, 60, 55], True),
        ("cumulative", [100, 90, 85], True),
        ("cumulative", [100, 90, 85.01], False),
        ("yoy", [100, 100, 100, 100, 85, 85], True),
        ("yoy", [100, 100, 100, 100, 85, 85.01], False),
        ("yoy", [100, 85, 72.25], False),
        ("each", [100, 85], False),
        ("each", [0, 0, 0], False),
    ],
)
def test_two_quarters_down_fifteen_percent(rules, reading, quarters, falls):
    """−15 % and −15 % are −27.75 % together and an exit; a hundredth of a percent less is none."""
    asked = rules.model_copy(update={"channel_drop_15pct": reading})
    past = np.array(quarters, dtype=float)[:, None]
    assert channels.volume_falls(asked, past, np.array([len(quarters)])).tolist() == [falls]
    compound = 0.85 * 0.85 - 1
    assert compound == pytest.approx(-0.2775)


def test_quarters_before_the_opening_do_not_count(rules):
    past = np.array([100.0, 85.0, 72.25])[:, None]
    assert not channels.volume_falls(rules, past, np.array([2]))[0]


@pytest.mark.parametrize(("left", "volume", "partners"), [(0.5, 0.5, 3), (0.0, 0.0, 0)])
def test_falling_channel_shrinks_or_exits(case, today, changed, left, volume, partners):
    """Demand halves in two years' trend: −16 % a quarter; after three quarters the channel keeps so much of itself."""
    trend = 0.84**4 - 1
    falling = changed(case, {"channels.drop": 0.15, "channels.shrink_to": left, "lines.key.channel.trend": trend})
    found, free = line(falling, today), line(changed(falling, {"channels.drop": 1.0}), today)
    assert found.volume[:9] == pytest.approx(free.volume[:9])
    assert found.volume[9] == pytest.approx(free.volume[9] * volume)
    assert row(found, "channel_spend")[9, 0] == pytest.approx(60_000 * left)
    assert found.partners[-1, 0, 0] == partners


@pytest.mark.parametrize(
    ("measure", "quarters", "grows"),
    [
        ("half_year", [1, 1, 1.1401, 1.1401], False),
        ("half_year", [1, 1, 1.3**0.5, 1.3**0.5], False),
        ("half_year", [1, 1, 1.1403, 1.1403], True),
        ("year", [1] * 4 + [1.2999] * 4, False),
        ("year", [1] * 4 + [1.3001] * 4, True),
        ("year", [1, 1, 2, 2], False),
    ],
)
def test_growth_of_thirty_percent(rules, measure, quarters, grows):
    """30 % a year is 14.0 % a half-year."""
    half = 1.3**0.5 - 1
    assert half == pytest.approx(0.140, abs=5e-4)
    asked = rules.model_copy(update={"growth_measure": measure})
    assert channels.market_grows(asked, np.array(quarters, dtype=float)[:, None]).tolist() == [grows]


def test_growing_channel_is_supported_for_six_months_once(case, today, changed):
    grown = changed(case, {"channels.incubate_above": 0.3, "lines.key.channel.trend": 0.5})
    found, free = line(grown, today), line(changed(grown, {"channels.incubate_above": 1.0}), today)
    support = row(found, "channel_support")[:, 0]
    assert support.nonzero()[0].tolist() == [12, 13, 14, 15, 16, 17]
    assert support.sum() == pytest.approx(6 * 40_000)
    assert found.volume[12:18] == pytest.approx(free.volume[12:18] * 1.15)
    assert found.volume[18:] == pytest.approx(free.volume[18:])


@pytest.mark.parametrize(
    ("reading", "returns", "falls"),
    [
        ("each", [10, 8.5, 7.225], True),
        ("each", [10, 8.5, 7.23], False),
        ("each", [10, 8.51, 7.2], False),
        ("total", [10, 9, 8.5], True),
        ("total", [10, 9, 8.51], False),
    ],
)
def test_return_down_fifteen_percent_in_two_months(rules, reading, returns, falls):
    asked = rules.model_copy(update={"realloc_trigger": reading})
    turnover = np.array(returns, dtype=float)[:, None] * 100
    assert channels.returns_fall(asked, np.full((3, 1), 100.0), turnover).tolist() == [falls]


def test_spend_moves_away_when_the_return_falls(case, today, changed):
    """A market that loses 20 % a month: after two falls 30 % of the spend is taken away, once."""
    falling = changed(case, {"channels.move_drop": 0.15, "lines.key.channel.trend": -0.93, "channels.cap_from": 240})
    spend = row(line(falling, today), "channel_spend")[:, 0]
    assert spend[:4] == pytest.approx([60_000] * 3 + [42_000])
    assert spend[-1] == pytest.approx(42_000)


@pytest.mark.parametrize(("levels", "missed"), [(0, 0.0), (5, 0.63), (10, 1 - 0.37**2), (2, 1 - 0.37**0.4)])
def test_missed_windows_by_approval_levels(rules, levels, missed):
    assert channels.missed_windows(rules, levels) == pytest.approx(missed)


def test_fewer_approvals_win_the_campaigns_that_missed(case, today, shipped):
    """Timed share 10 %: today 63 % of it is lost; 30 % reported over two levels lose 0.3 × 32.8 %."""
    modes = ["as_is", "redesigned"]
    lost = organisation(case, modes).lost
    assert lost[:3] == pytest.approx(0.63)
    assert lost[3:] == pytest.approx(0.3 * (1 - 0.37**0.4))
    found, before = line(case, today, lost=lost), line(case, today)
    assert found.volume[:3] == pytest.approx(before.volume[:3])
    assert found.volume[3:] == pytest.approx(before.volume[3:] * (1 - 0.1 * lost[-1]) / (1 - 0.063))


@pytest.mark.parametrize("change", [-0.05, -0.03, 0.0, 0.05])
def test_price_within_the_authority(case, today, changed, change):
    """Volume answers with elasticity 1.5; the whole change of price falls on our margin."""
    found = line(changed(case, {"ways.save.channel.spend": 1.0, "ways.save.channel.price": change}), today, way="save")
    volume = 1700 * 1.25 / 12 * (1 + change) ** -1.5
    assert found.volume[:, 0, 0] == pytest.approx(volume)
    assert row(found, "price_premium")[:, 0] == pytest.approx(max(change, 0) * 12_000 * volume)
    assert row(found, "price_discount")[:, 0] == pytest.approx(max(-change, 0) * 12_000 * volume)
    income = economics.line_income(found.rows)[:, 0, 0]
    assert income == pytest.approx((2700 + change * 12_000) * volume)


@pytest.mark.parametrize(("signed", "covered"), [(8, False), (9, True), (10, True)])
def test_coverage_of_ninety_percent(shipped, signed, covered):
    assert channels.covers(shipped("channel").lines["core"].channel, signed, 10) == covered


def test_plan_below_the_coverage_is_no_option(shipped, plan_of):
    """Core dealers need five of five groups, four are 80 %; key accounts may take any."""
    case, plan = shipped("channel"), plan_of("channel", "today")
    for name, fewer in (("core", False), ("key", True)):
        part = plan.lines[name]
        assert allowed(case, option_of(part))
        some = dict(list(part.partners.items())[:-1])
        lines = plan.lines | {name: part.model_copy(update={"partners": some})}
        broken = [b.name for b in broken_limits(case, plan.model_copy(update={"lines": lines}))]
        assert broken == ([] if fewer else ["coverage of core"])
        assert allowed(case, option_of(part.model_copy(update={"partners": some}))) == fewer


def test_pareto_twenty_percent_bring_eighty():
    """ln 5 ÷ ln 4 = 1.160964: the first of five partners has 80 %, the first two of ten too; all add up."""
    index = np.log(5) / np.log(4)
    assert index == pytest.approx(1.160964, abs=1e-6)
    assert channels.pareto_sizes(5, index)[0] / 5 == pytest.approx(0.8)
    assert channels.pareto_sizes(10, index)[:2].sum() / 10 == pytest.approx(0.8)
    assert channels.pareto_sizes(7, index).sum() == pytest.approx(7)
    assert channels.pareto_sizes(3, 0.0).tolist() == [1, 1, 1]


def test_sizes_split_the_line_and_keep_its_sum(case, today, changed):
    block = Block(case, 7, VERDICT, 0, 1)
    assert line(case, today, "core").volume[0, 0, 0] == pytest.approx(6400 * 1.25 / 12)
    even = changed(case, {"lines.core.channel.pareto": 0.0})
    assert line(even, today, "core").volume[0, 0, 0] == pytest.approx(6400 * 1.25 / 12)
    part = today.lines["core"]
    first = part.model_copy(update={"partners": {"core_1": part.partners["core_1"]}})
    options = economics.options_of(case, "core", [first])
    capacity = np.full((36, 1, 1), 1e9)
    alone = economics.line_terms(case, "core", options, block.chance("core"), capacity, capacity * 0, 37)
    assert alone.volume[0, 0, 0] == pytest.approx(0.8 * 6400 * 1.25 / 12)


def test_trend_is_yearly_and_ends(case, today, changed):
    found = line(changed(case, {"lines.key.channel.trend": 0.44}), today).volume[:, 0, 0]
    assert found[12] / found[0] == pytest.approx(1.44)
    assert found[24] / found[0] == pytest.approx(1.44**2)
    assert found[35] == pytest.approx(found[24])


def test_options_together_equal_options_alone(shipped, plan_of):
    """State of one option never leaks into another."""
    case, plan = shipped("channel"), plan_of("channel", "today")
    block = Block(case, 7, VERDICT, 0, 8)
    parts = [plan.lines["growing"].model_copy(update={"way": way}) for way in case.ways]
    capacity = np.full((36, len(parts), 8), 300.0)
    both = economics.line_terms(
        case,
        "growing",
        economics.options_of(case, "growing", parts),
        block.chance("growing"),
        capacity,
        capacity * 0,
        37,
    )
    for index, part in enumerate(parts):
        one = economics.line_terms(
            case,
            "growing",
            economics.options_of(case, "growing", [part]),
            block.chance("growing"),
            capacity[:, :1],
            capacity[:, :1] * 0,
            37,
        )
        assert np.array_equal(both.rows[:, :, index], one.rows[:, :, 0])


@pytest.fixture
def channel_folder(tmp_path):
    """A copy of the channel case that a test may spoil."""
    return Path(shutil.copytree(Path(__file__).parent.parent / "data" / "cases" / "channel", tmp_path / "mine"))


def spoil(folder, old, new):
    text = (folder / "ways.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "ways.toml").write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(("price", "refused"), [(-5, False), (-5.1, True), (5, False), (5.1, True)])
def test_price_beyond_the_authority_is_refused(channel_folder, said, price, refused):
    spoil(channel_folder, "value = -3", f"value = {price}")
    if not refused:
        assert load_case(channel_folder).ways["automation_push"].channel.price == price / 100
        return
    found = said(channel_folder)
    start = "E-RULE  ways.toml: ways.automation_push.channel.price: price change beyond the authority; found "
    assert found == [start + f"{price / 100:+g}; allowed -0.05…0.05"]


def test_channel_needs_the_rules_for_channels(channel_folder, said):
    text = (channel_folder / "ways.toml").read_text(encoding="utf-8")
    (channel_folder / "ways.toml").write_text(text[: text.index("[channels]")], encoding="utf-8")
    found = said(channel_folder)
    assert len(found) == 5
    start = "E-RULE  lines.toml: lines.core.channel: a channel needs the case's rules for channels; found no [channels]"
    assert found[0] == start + "; allowed [channels]"


def test_all_spend_wasted_is_refused(channel_folder, said):
    text = (channel_folder / "lines.toml").read_text(encoding="utf-8")
    text = text.replace("value = 1.160964", "value = 0.9").replace("wasted = { value = 35", "wasted = { value = 100", 1)
    (channel_folder / "lines.toml").write_text(text, encoding="utf-8")
    found = said(channel_folder)
    assert "lines.core.channel: all spend is wasted" in found[0]
    text = text.replace("wasted = { value = 100", "wasted = { value = 35", 1)
    (channel_folder / "lines.toml").write_text(text, encoding="utf-8")
    assert (
        "lines.core.channel: a Pareto index at or below 1 has no mean; found 0.9; allowed 0 or above 1"
        in said(channel_folder)[0]
    )


@pytest.mark.parametrize(("months", "doubled"), [(0, []), (1, [3]), (2, [3, 4]), (40, list(range(3, 36)))])
def test_handing_over_by_hand(shipped, changed, plan_of, rows_of, months, doubled):
    """Mode changes in month 4; without on-cost a seat of 30,000 pays a fifth twice, 5 % bonus and 1,600 once."""
    case = changed(
        shipped("channel"),
        {
            "uncertainty.mode": "none",
            "staffing.on_cost_rate": 0.0,
            "staffing.annual_raise": 0.0,
            "staffing.base_share": 1.0,
            "reorganisation.double_months": months,
        },
    )
    rows = rows_of(case, plan_of("channel", "redesign"))
    paid = rows["double_staffing"] - np.where(np.arange(36) == 3, 23 * 0.2 * 8_000, 0)
    assert np.flatnonzero(np.abs(paid) > 1e-6).tolist() == doubled
    assert paid == pytest.approx(rows["base_pay"] * 0.25 * np.isin(np.arange(36), doubled), abs=1e-6)


def test_no_change_of_mode_hands_nothing_over(shipped, plan_of, rows_of):
    assert rows_of(shipped("channel"), plan_of("channel", "today"))["double_staffing"].sum() == 0


@pytest.mark.parametrize(("rate", "months", "lost"), [(0.15, 1, 10.0), (0.3, 3, 60.0), (0.15, 3, 30.0), (0.3, 1, 20.0)])
def test_bounds_of_the_transition_loss(shipped, changed, rate, months, lost):
    """800 (10,000 CNY) of labour a year: 15–30 % of a month for 1–3 months are 10 to 60."""
    case = changed(shipped("channel"), {"staffing.transition_rate": rate, "staffing.transition_months": float(months)})
    share = organisation(case, ["as_is", "redesigned"]).transition
    assert 800 / 12 * share.sum() == pytest.approx(lost)


def test_channel_without_spend_trend_and_windows_is_a_plain_line(shipped, changed, plan_of):
    """Only the memo of turnover differs from the same line without the section."""
    quiet = {"spend": 0.0, "trend": 0.0, "trend_sd": 0.0, "timed": 0.0, "pareto": 0.0}
    case = changed(shipped("channel"), {f"lines.core.channel.{key}": value for key, value in quiet.items()})
    case = changed(case, {"channels.drop": 1.0, "channels.incubate_above": 1.0})
    plan = plan_of("channel", "today")
    found = line(case, plan, "core", scenarios=16, hours=700.0, lost=np.full(36, 0.5))
    plain = line(changed(case, {"lines.core.channel": None}), plan, "core", scenarios=16, hours=700.0)
    keep = [index for index, name in enumerate(LINE_ROWS) if name != "channel_turnover"]
    assert np.array_equal(found.rows[keep], plain.rows[keep])
    assert row(found, "channel_turnover").sum() == pytest.approx(found.volume.sum() * 5000)


def test_money_in_another_currency_gives_the_same_plan_of_spend(case, today, changed):
    """All prices and spends twice: the same orders, twice the rows."""
    channel = case.lines["key"].channel
    twice = changed(case, {"lines.key.channel.price": channel.price * 2, "lines.key.channel.spend": channel.spend * 2})
    found, before = line(twice, today), line(case, today)
    assert found.volume == pytest.approx(before.volume)
    assert row(found, "channel_spend") == pytest.approx(2 * row(before, "channel_spend"))
    assert row(found, "channel_turnover") == pytest.approx(2 * row(before, "channel_turnover"))
