"""Rules across sections: all broken ones at once, each with its key path."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Edit = Callable[[str, str, str], None]
Said = Callable[[Path], list[str]]


def test_all_rules_across_sections_come_at_once(case_folder: Path, edit: Edit, said: Said) -> None:
    edit("case.toml", 'calibration = "success_story"', 'calibration = "success_stroy"')
    edit("partners.csv", "insurer_1,First insurer,insurance", "insurer_1,First insurer,insurence")
    edit("partners.csv", "used_car_deal", "used_car_dael")
    edit("partners.csv", "insurer_4", "insurer_3")
    edit("partners.csv", "charging,C,", "charging,D,")
    edit("incentives.toml", "[6.8, 24, 30, 30, 30]", "[6.8, 24, 30, 30]")
    edit("staffing.toml", "first_month = 7", "first_month = 61")
    edit("staffing.toml", "[shared_work.brand]", "[shared_work.bran]")
    edit("staffing.toml", "heads_least = { value = [1, 1, 1]", "heads_least = { value = [1, 2, 1]")
    edit("staffing.toml", "heads_most = { value = [6, 8, 8]", "heads_most = { value = [6, 8]")
    edit("choice.toml", '["department", "unit", "unit"]', '["departmnt", "unit"]')
    edit("choice.toml", "[1, 2, 3,", "[0, 2, 3,")
    edit("incentives.toml", "first_month = 13", "first_month = 7")
    edit("incentives.toml", "cities = { value = [3, 10, 30]", "cities = { value = [3, 10]")
    found = said(case_folder)
    expected = [
        "E-RULE  staffing.toml: phases: phases must tile the horizon; found [1, 61, 19]; allowed rising ",
        "E-REF  case.toml: calibration: unknown calibration; found success_stroy; allowed success_story, typical; "
        "mend: did you mean success_story?",
        "E-RULE  incentives.toml: incentives.targets: targets need one value per programme year; found 4; allowed 5",
        "E-RULE  incentives.toml: costs.tools: steps must rise; found [1, 7, 7]",
        "E-REF  partners.csv: line 2, column line: unknown line; found insurence; allowed insurance,",
        "E-REF  partners.csv: line 6, column contract: unknown contract; found used_car_dael;",
        "E-RULE  partners.csv: partners: partner id stands twice; found insurer_3",
        "E-REF  staffing.toml: shared_work.bd.by_class: no hours for a partner class; found D; allowed S, A, B, C",
        "E-RULE  choice.toml: choice.mode_paths[1]: a mode path needs one mode per phase; found ['departmnt', 'unit']",
        "E-REF  choice.toml: choice.mode_paths[1]: unknown mode; found departmnt;",
        "E-RULE  incentives.toml: market.cities: open cities by phase; found 2; allowed 3 counts",
        "E-RULE  choice.toml: choice.start_months: outside the horizon; found 0; allowed 1…60",
        "E-RULE  staffing.toml: roles.vp.heads_least: fewest heads above most heads; found 2 > 1",
        "E-RULE  staffing.toml: roles.strategy.heads_most: heads by phase; found 2; allowed 3 values",
        "E-REF  staffing.toml: shared_work.bran: unknown shared role; found bran;",
    ]
    assert len(found) == len(expected)
    for line, start in zip(found, expected, strict=True):
        assert line.startswith(start)
    assert found[4].endswith("mend: did you mean insurance?")
    assert found[5].endswith("mend: did you mean used_car_deal?")
