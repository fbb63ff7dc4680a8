"""What experiments found that needs no further head, and which facts pay: figures worked on paper."""

from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from reports.board import gains
from reports.cited import Shelf

MILLION = 1e6
CASE = SimpleNamespace(clock=SimpleNamespace(start="2027-01"))


def words(matters=0.5, **means):
    """An answer of an experiment: options with these means, M CNY, each half a yuan around them in turn."""
    npv = np.array(list(means.values()))[:, None] * MILLION + np.array([-0.5, 0.5, -0.5, 0.5])
    titles = [name.replace("_", " ") for name in means]
    axes = {"plan": list(means), "plan_title": ("plan", titles)}
    return xr.Dataset({"npv": (("plan", "scenario"), npv)}, axes, {"materiality": matters * MILLION})


def trials(**means):
    titles = {"insurer_1": "A: 300", "insurer_2": "B: 300", "large": "A: 1000", "long": "A: 300, longer"}
    data = words(**means)
    return data.assign_coords(plan_title=("plan", [titles[name] for name in means]))


def studies(**rows):
    """rows: worth, its lower end and price of each study, M CNY."""
    worth, low, price = np.array(list(rows.values()), dtype=float).T * MILLION
    found = {"study_worth": ("study", worth), "study_low": ("study", low), "study_price": ("study", price)}
    return xr.Dataset(found, {"study": list(rows)})


@pytest.fixture
def shelf():
    def make(language="en", **answers):
        run = SimpleNamespace(path=SimpleNamespace(name="eco"), dataset=xr.Dataset(), hash="ab12", info={}, case=CASE)
        return Shelf(run, language, answers, dict.fromkeys(answers, "ef"))

    return make


def test_the_best_word_and_the_best_trial_against_today(shelf):
    """Doing nothing is no contract; the second insurer is another partner than the one that is tried longer."""
    contracts = words(today=8, one=8.6, two=9, nothing=20)
    tried = trials(insurer_1=5, insurer_2=-2, large=7.5, long=4)
    assert str(gains.without_heads(shelf(contract_words=contracts, which_insurer_and_trial=tried))) == (
        "Without one more head, each alone: a contract in which “two” brings +1.0 M CNY (± 0 M CNY) and the "
        "trial “A: 1000” instead of “A: 300” brings +2.5 M CNY (± 0 M CNY), both with no second partner in that line"
    )


@pytest.mark.parametrize(("better", "told"), [(8.5, True), (8.4999, False), (7.0, False)])
def test_less_than_what_matters_is_not_told(shelf, better, told):
    found = gains.without_heads(shelf(contract_words=words(today=8, one=better)))
    assert (found is not None) == told


def test_what_is_within_its_error_is_not_told(shelf):
    """Differences of −2 and +3.2 M CNY: 0.6 on average, its error 2.6."""
    data = words(today=8, one=8)
    data["npv"].loc[{"plan": "one"}] = data["npv"].sel(plan="today") + np.array([-2, 3.2, -2, 3.2]) * MILLION
    assert gains.without_heads(shelf(contract_words=data)) is None


def test_nobody_asked(shelf):
    assert gains.without_heads(shelf()) is None
    assert gains.facts(shelf()) is None
    assert gains.without_heads(shelf(which_insurer_and_trial=trials(insurer_2=1, large=9))) is None
    assert gains.without_heads(shelf(contract_words=words(today=8, nothing=20))) is None


def test_facts_that_pay_in_their_order(shelf):
    """The second costs more than the lower end of its worth; of two without a price one is worth 5,000 CNY, no more."""
    nan = np.nan
    found = studies(city=(0.9, 0.8, 0.1), survey=(0.5, 0.3, 0.31), sheets=(0.4, 0.005, nan), talks=(0.3, 0.0051, nan))
    assert str(gains.facts(shelf(facts_to_buy=found))) == (
        "Facts to buy before signing: city (worth 0.90 M CNY, price 0.10 M CNY) and talks (worth 0.30 M CNY, no price "
        "known)"
    )
    assert gains.facts(shelf(facts_to_buy=studies(survey=(0.5, 0.3, 0.31)))) is None
    assert gains.facts(shelf(facts_to_buy=xr.Dataset())) is None


def test_only_the_first_two_facts_are_told(shelf):
    found = studies(a=(0.9, 0.8, 0.1), b=(0.8, 0.7, 0.1), c=(0.7, 0.6, 0.1))
    assert str(gains.facts(shelf("zh", facts_to_buy=found))) == (
        "签约前宜先购买的信息：a（价值90万元，价格10万元）、b（价值80万元，价格10万元）"
    )
