"""What the sheets of a case workbook are about, and what its first sheet says to who fills it."""

from __future__ import annotations

README_SHEET = "Read me"
SHEETS = {
    "Case": (
        "What it is called, when it runs, its phases and how much demand it believes in",
        ("id", "title", "banner", "calibration", "words", "clock", "calibrations", "phases"),
    ),
    "Readings": ("How each clause is read that the documents leave open", ("readings",)),
    "Organisation": (
        "Organisation modes, their limits and what a change costs",
        ("modes", "mode_limits", "reorganisation"),
    ),
    "Roles": ("Who may be hired, at what pay, how many and how soon at full speed", ("roles",)),
    "Staffing": ("Rules that hold for every seat: hiring, leaving, on-cost, severance, training", ("staffing",)),
    "Shared work": ("What gives shared roles work, in hours", ("shared_work",)),
    "Lines": (
        "Business lines, the ways to work them and what changes how they work",
        ("lines", "ways", "levers", "channels"),
    ),
    "Partner columns": (
        "Unit, origin and range of each column of the sheet Partners; Low and High are factors",
        ("tables", "partners"),
    ),
    "Partner care": (
        "Trial, search, scorecard, crisis and what happens over a contract's life",
        (
            "trial",
            "sourcing",
            "crisis",
            "scorecard",
            "contract_life",
            "shocks",
            "interface",
            "workshops",
            "partner_margin",
        ),
    ),
    "Contracts": ("What partners pay us per unit", ("contracts",)),
    "Pay": ("Bonus, pool, shares and pay schemes", ("incentives", "schemes")),
    "Costs": ("Costs beside people, and the market", ("costs", "market")),
    "Uncertainty": ("How widely the futures spread", ("uncertainty",)),
    "Choice": (
        "What the optimizer may choose from, limits and milestones",
        ("choice", "sign_ups", "approval", "gates"),
    ),
    "Questions": (
        "Questions the case answers, what it is fitted to, and named futures",
        ("break_even", "fit", "scenarios", "volumes"),
    ),
}
"""Sheet → what it is about, and the sections that stand on it."""
README = (
    "This workbook is a whole case of headcast. Change the yellow cells, save it as .xlsx, and give it to any command"
    " in place of a case folder.",
    "",
    "headcast check THIS_FILE.xlsx      names everything that is wrong, with sheet, cell and mend",
    "headcast run THIS_FILE.xlsx        chooses a plan, draws its futures, proves it and writes the page",
    "headcast schema case               the same rules for text files",
    "",
    "Rows: Part and Item together are the key of a value, such as roles.vp.pay; commands and messages call it so.",
    "A number has a value, a unit and an origin: source (a document), evidence (measured) or guess with Low and High.",
    "Write 15 with unit % or 0.15 with unit share, never a cell in percent format. Write 24000, not 2.4万.",
    "Lists stand side by side (by phase, by year, by edge); a longer list goes on in the next row.",
    "To add a role, line or contract: copy all rows of one that is there, and give Part the new id.",
    "To leave out an optional group, delete its rows. (none) stands for a group that is there and empty.",
    "Heads may also be Chinese: 部分, 项目, 数值, 单位, 依据, 下限, 上限, 出处, 备注, 负责人.",
    "Sheets of your own without these heads are not read; check lists them. So are hidden sheets of other names.",
    "Plans of this case lie in the folder plans beside this file, as .toml or .xlsx (headcast new-plan).",
    "",
    "Sheets:",
)
