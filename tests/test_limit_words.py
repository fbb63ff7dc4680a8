"""What a limit is called: ids of the case as titles, and our own words in Chinese."""

import pytest

from experiments.running.limit_words import limit_title, phase_title
from reports.chinese_limits import chinese_limit
from reports.forms import LIMIT, NAME, written


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("work of bd in mvp", "work of Partner business development in Jan 2027 – Jun 2027"),
        ("budget of mature", "budget of Jul 2028 – Dec 2031"),
        ("heads in scale", "heads in Jul 2027 – Jun 2028"),
        ("months as department in mvp", "months as Department inside after-sales in Jan 2027 – Jun 2027"),
        ("operations of insurance in mvp", "Line operations of Insurance in Jan 2027 – Jun 2027"),
        ("insurer_1 signed", "First insurer signed"),
        ("partners of closed line insurance", "partners of closed line Insurance"),
        ("sign-ups in quarter 3", "sign-ups in quarter 3"),
        ("bd there by the end of mvp", "Partner business development there by the end of Jan 2027 – Jun 2027"),
    ],
)
def test_ids_are_written_as_titles(shipped, name, said):
    assert limit_title(shipped("ecosystem"), name) == said


def test_our_own_words_stay_though_a_role_is_called_so(shipped, changed):
    case = shipped("ecosystem")
    roles = {**case.roles, "work": case.roles["bd"]}
    assert limit_title(case.model_copy(update={"roles": roles}), "work of work in mvp").startswith(
        "work of work in Jan"
    )
    assert phase_title(case, "unknown") == "unknown"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("work of Brand in Jul 2028 – Dec 2031", "2028年7月至2031年12月Brand的工作量"),
        ("at most 3,894 hours", "至多3,894小时"),
        ("at least 8 heads", "至少8人"),
        ("5,255 hours", "5,255小时"),
        ("something else", "something else"),
    ],
)
def test_limits_in_chinese(text, said):
    assert chinese_limit(text) == written(text, LIMIT, "zh", "2027-01") == said
    assert written(text, LIMIT, "en", "2027-01") == text


def test_places_in_the_documents_are_told_in_words():
    told = written("fitted to the revenue path of 000 L689-728", NAME, "en", "2027-01")
    assert told == "fitted to the revenue path of document 000, lines 689–728"
    assert written("halved (004 L27)", NAME, "zh", "2027-01") == "halved (document 004, line 27)"
