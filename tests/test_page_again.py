"""A page held against itself made again: an edited number, words that moved, a line drawn otherwise."""

import pytest

from reports.page_again import against, spots

PAGE = """<html><head><style>.a{width:3px}</style></head><body>
<section id="money"><p>Pay grows by 4 % a year.</p><table>
<tr><th>Year</th><th>Pay</th></tr><tr><td>1</td><td>−2.5</td></tr>
<tr><td>2</td><td>+3.1<br><small>12 × 7</small></td></tr>
</table><figure id="chart-cash"><svg viewBox="0 0 9 9">
<g id="axes"><path d="M 1 2 L 3 4"/><text>Jan 2028</text></g></svg></figure>
<p data-place="gain">earns 8.7</p></section><template id="headcast-register">{"1":2}</template></body></html>"""


def states(page):
    return [(one.place, one.state, one.shows, one.stored) for one in against(page, PAGE) if one.state != "confirmed"]


def test_every_number_outside_marked_places_is_counted_once():
    found = against(PAGE, PAGE)
    assert [one.shows for one in found] == ["4", "1", "−2.5", "2", "+3.1", "12", "7", "2028"]
    assert {one.state for one in found} == {"confirmed"}


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("−2.5", "−2.6", ("money, row 1, column 2", "edited", "−2.6", "−2.5")),
        ("−2.5", "2.5", ("money, row 1, column 2", "edited", "2.5", "−2.5")),
        ("12 × 7", "12 × 8", ("money, row 2, column 2", "edited", "8", "7")),
        ("by 4 %", "by 5 %", ("money", "edited", "5", "4")),
        ("Jan 2028", "Jan 2029", ("chart-cash, picture", "edited", "2029", "2028")),
        ("L 3 4", "L 3 5", ("chart-cash, picture", "edited", "drawn otherwise", "")),
        ("by 4 % a", "by 4 % each", ("money", "drifted", "Pay grows by 4 % each year.", "Pay grows by 4 % a year.")),
        ("Pay grows by 4 % a year.", "", ("money", "gone", "", "Pay grows by 4 % a year.")),
    ],
)
def test_what_differs_is_named_by_place(old, new, named):
    assert PAGE.count(old) == 1
    assert states(PAGE.replace(old, new)) == [named]


def test_a_row_that_was_added_is_named():
    added = PAGE.replace("</table>", "<tr><td>3</td><td>+9.9</td></tr></table>")
    assert ("money, row 3, column 2", "drifted", "+9.9", "") in states(added)


def test_marked_places_the_register_and_looks_are_left_to_others():
    assert not [spot for spot in spots(PAGE) if "8.7" in spot.text or "{" in spot.text]
    assert states(PAGE.replace("8.7", "9.7").replace('"1":2', '"1":3').replace("3px", "4px")) == []
