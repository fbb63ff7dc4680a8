"""Scorecards: the documents' own scores and composites, each curve at its edges, grades in a row."""

import numpy as np
import pytest

from model.payrules import shares_earned, stages_open
from model.scorecards import Metric, streaks, total


def score(actual, target, lower=False, cap=1000.0, points=(), relaxed=0.0):
    return float(Metric(target, lower, cap, points).score(np.array([float(actual)]), relaxed)[0])


# figures.json: scorecard_policies, scorecard_conversion, scorecard_nps (004 L321-323).
@pytest.mark.parametrize(
    ("actual", "target", "points", "within"), [(580, 500, 116, 0), (19.2, 18, 107, 0.5), (74, 70, 106, 0.5)]
)
def test_ratio_scores_of_the_documents(actual, target, points, within):
    assert score(actual, target) == pytest.approx(points, abs=within or 1e-9)


def test_lower_is_better_contradicts_every_rule_of_one_ratio():
    """figures.json scorecard_lower_is_better: stated 110/115/120, no ratio rule; given points hold it."""
    pairs = [(3.2, 5), (16, 24), (0.3, 1.0)]
    assert [score(a, t, lower=True) for a, t in pairs] == pytest.approx([156.25, 150.0, 333.333], abs=1e-3)
    given = ((1.0, 100.0), (1.5, 115.0), (1.5625, 110.0), (10 / 3, 120.0))
    assert [score(a, t, lower=True, points=given) for a, t in pairs] == pytest.approx([110, 115, 120], abs=1e-9)
    assert [score(a, t, lower=True, cap=120) for a, t in pairs] == [120, 120, 120]


def test_mean_of_six_and_weighted_composite():
    """figures.json scorecard_mean (112.33) and assessment_composite (81.0)."""
    six = [np.array([float(x)]) for x in (116, 107, 106, 110, 115, 120)]
    assert total(six, [1 / 6] * 6).item() == pytest.approx(112.3333333, abs=1e-6)
    assert total([np.array([x]) for x in (90.0, 80.0, 70.0)], [0.4, 0.3, 0.3]).item() == 81.0


@pytest.mark.parametrize(("actual", "points"), [(119, 119), (120, 120), (121, 120), (0, 0)])
def test_cap_at_its_edge(actual, points):
    assert score(actual, 100, cap=120) == points


def test_nothing_at_all_is_best_where_lower_is_better():
    assert score(0.0, 5, lower=True, cap=120) == 120
    assert score(0.0, 5, lower=True, points=((1.0, 100.0), (2.0, 110.0))) == 110


# 003 §06: thresholds eased by 20 % in the peak: 30 s → 36 s.
@pytest.mark.parametrize(("seconds", "points"), [(35, 100 * 36 / 35), (36, 100), (37, 100 * 36 / 37)])
def test_relaxed_target(seconds, points):
    assert score(seconds, 30, lower=True, relaxed=0.2) == pytest.approx(points, abs=1e-9)
    assert score(80, 100, relaxed=0.2) == 100


# 001 §3.2.2 shares 30/50/20; which tests are met, independent and nested.
@pytest.mark.parametrize(
    ("met", "each", "nested"),
    [("111", 1.0, 1.0), ("110", 0.8, 0.8), ("101", 0.5, 0.3), ("011", 0.7, 0.0), ("000", 0.0, 0.0)],
)
def test_milestone_shares(met, each, nested):
    flags = [np.array([sign == "1"]) for sign in met]
    assert shares_earned(flags, (0.3, 0.5, 0.2), "independent").item() == pytest.approx(each, abs=1e-12)
    assert shares_earned(flags, (0.3, 0.5, 0.2), "nested").item() == pytest.approx(nested, abs=1e-12)


def test_rocket_reaches_its_second_stage():
    """figures.json rocket_case_stage: target met, repurchase 42 % > 30 %, not in the top 10 → stage 2."""
    flags = [np.array([met]) for met in (True, 0.42 > 0.30, False)]
    assert sum(int(stage.item()) for stage in stages_open(flags, "nested")) == 2


def test_unknown_reading_of_stages_is_refused():
    with pytest.raises(ValueError, match="unknown reading of stages 'sideways'; independent or nested"):
        stages_open([np.array([True])], "sideways")


@pytest.mark.parametrize(
    ("grades", "awards"), [("110111", "000001"), ("111111", "001001"), ("11", "00"), ("0111", "0001")]
)
def test_awards_need_whole_runs(grades, awards):
    reached = np.array([float(sign) for sign in grades])
    assert streaks(reached, 3).tolist() == [float(sign) for sign in awards]
