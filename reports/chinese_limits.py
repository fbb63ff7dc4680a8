"""The words of a limit in Chinese: what is limited, how much was found and what is allowed; names stay as they are."""

from __future__ import annotations

import re

from reports.words import MONTHS

PATTERNS = (
    (r"work of (.+) in (.+)", r"\2\1的工作量"),
    (r"budget of (.+) if held at (.+)", r"\1预算（停留于\2）"),
    (r"budget of (.+)", r"\1预算"),
    (r"cost of ending at (.+)", r"\1终止的费用"),
    (r"answer to (.+)", r"\1的答复"),
    (r"heads in (.+)", r"\1人数"),
    (r"span of control in (.+)", r"\1管理幅度"),
    (r"coverage of (.+)", r"\1的伙伴覆盖"),
    (r"months as (.+) in (.+)", r"\2“\1”月数"),
    (r"investment as (.+) in (.+)", r"\2“\1”投入"),
    (r"sign-ups in quarter (\d+)", r"第\1季度签约"),
    (r"integration in quarter (\d+)", r"第\1季度接入费用"),
    (r"partners of closed line (.+)", r"已关闭业务线\1的伙伴"),
    (r"(.+) there by the end of (.+)", r"\2末到岗的\1"),
    (r"(.+) signed", r"\1签约"),
    (r"(.+) of (.+) in (.+)", r"\3\2\1"),
    (r"(.+) in (.+)", r"\2\1"),
)
"""Names of limits as `experiments/running/limit_words.py` writes them, the particular before the general."""
AMOUNT = re.compile(r"(?:(at most|at least) )?([\d.,]+) (hours|heads|partners|months|CNY|gates)")
ENDS = {"at most": "至多", "at least": "至少", None: ""}
UNITS = {"hours": "小时", "heads": "人", "partners": "家", "months": "个月", "CNY": "元", "gates": "个"}
MONTH = re.compile(rf"({'|'.join(MONTHS)}) (\d{{4}})")
BETWEEN = re.compile(r"(?<=月) – ")


def chinese_limit(text: str) -> str:
    """Return the name of a limit or one of its amounts in Chinese; words that are none of ours stay.

    Examples
    --------
    >>> chinese_limit("work of Brand in Jul 2028 – Dec 2031"), chinese_limit("at most 3,894 hours")
    ('2028年7月至2031年12月Brand的工作量', '至多3,894小时')
    """
    amount = AMOUNT.fullmatch(text)
    if amount:
        end, count, unit = amount.groups()
        return f"{ENDS[end]}{count}{UNITS[unit]}"
    named = next((re.sub(f"^{old}$", new, text) for old, new in PATTERNS if re.fullmatch(old, text)), text)
    return BETWEEN.sub("至", MONTH.sub(lambda told: f"{told[2]}年{MONTHS.index(told[1]) + 1}月", named))
