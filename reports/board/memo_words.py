"""The words that only a memo needs, in English and Chinese; its findings come from the board's own table."""

from __future__ import annotations

from reports.cited import Cited, Says, Shelf, says

WORDS: dict[str, tuple[str, str]] = {
    "title": ("Decision memo – {title}", "决策备忘 – {title}"),
    "basis": (
        "Made {date} · calibration {calibration} · pay table read as {reading} · money in today's value",
        "生成于{date} · 口径：{calibration} · 薪酬表按{reading}理解 · 金额为折现值",
    ),
    "asks": ("What we ask the board to decide", "提请董事会决定"),
    "earns": ("What it earns, and what it can cost", "收益与可能的损失"),
    "bridge": ("From the money asked to the cash needed", "从申请额度到资金需求"),
    "bridge_units": (
        "Averages over {months} months before discounting, M CNY; the budget counts every seat as filled from its "
        "first day",
        "{months}个月平均，未折现，万元；预算按所有岗位自首日到岗计",
    ),
    "bridge_asked": ("Budget asked", "申请预算"),
    "bridge_spent": ("Spent of it", "其中支出"),
    "bridge_share": ("+ share of after-sales", "＋售后分成"),
    "bridge_bonus": ("+ annual bonus, pool", "＋年终奖、奖金池"),
    "bridge_rest": ("+ all other costs", "＋其他成本"),
    "bridge_costs": ("= all costs", "＝总成本"),
    "bridge_revenue": ("Revenue", "收入"),
    "bridge_result": ("Revenue − costs", "收入－成本"),
    "rivals": ("The other plans, and what we give up", "其他方案与取舍"),
    "turns": ("What would change our mind", "什么会改变我们的判断"),
    "gates": ("Milestones at which we stop or go on", "去留里程碑"),
    "gates_free": ("Milestones of the case; this plan waits for none of them", "案例里程碑（本方案不以其为前提）"),
    "decides": ("Who decides, and on what this rests", "由谁决定，以何为据"),
    "sources": ("Sources", "数据来源"),
    # Table of plans
    "units": (
        "Money in M CNY, results in today's value, ± one sampling error; cash need of the middle case",
        "金额单位：万元；净收益为折现值，±为抽样误差；资金需求为中位情形",
    ),
    "plan": ("Plan", "方案"),
    "heads": ("Heads by phase", "各阶段人数"),
    "average": ("Average result", "平均净收益"),
    "bad": ("1-in-20 bad case", "20次中最差1次"),
    "loss": ("Chance of loss", "亏损概率"),
    "need": ("Largest cash need", "最大资金需求"),
    "less": ("Same futures, minus ours", "同一未来，减本方案"),
    # What would change our mind
    "ends_turn": (
        "Each of these alone, at the worse end of its own range, takes the average below zero, the costliest first: "
        "{ends}",
        "以下假设单独变到各自区间的较差端点，即令平均净收益转负（损失最大者在前）：{ends}",
    ),
    "one_end": ("{what}, at {value} ({result})", "{what}，{value}（{result}）"),
    "no_more": (
        "No other of the {asked} numbers that were moved alone does",
        "单独变动的{asked}项数字中，别无他项如此",
    ),
    "none_below": (
        "No other of the {asked} numbers that were moved alone takes the average below zero within its range",
        "单独变动的{asked}项数字中，没有别的能在其区间内使平均净收益转负",
    ),
    "not_asked": (
        "Which other assumptions move the result most is not known yet: nobody has moved each of them over its range "
        "for this run",
        "尚不知其余哪些假设对结果影响最大：尚未就此次运行逐项在区间内变动测算",
    ),
    "no_flip": ("No assumption is known that turns the decision", "尚无已知假设会使决定反转"),
    # Picture and sources
    "cash": (
        "Cumulative cash of the plan by month: likely range of 18 of 20 futures, half of the futures, middle case",
        "本方案各月累计现金：20个未来中18个的区间、半数未来的区间与中位情形",
    ),
    "cash_axis": ("cumulative cash, M CNY", "累计现金，万元"),
    "middle": ("middle case", "中位情形"),
    "bad_case": ("1-in-20 bad case", "20次中最差1次"),
    "good_case": ("1-in-20 good case", "20次中最好1次"),
    "from": (
        "Each number stands in run {run} (fingerprint {mark}), drawn on {futures} futures, or in an answer asked "
        "of it, and can be followed back there.",
        "每个数字均出自运行{run}（指纹{mark}，{futures}个未来）或就其提出的问题的答案，可逐一追溯。",
    ),
    "page": ("Page ", "第"),
    "page_end": ("", "页"),
    "not_approved": ("DRAFT – not approved", "草案 – 未获批准"),
    "replaced": ("SUPERSEDED – a newer version stands", "已被新版本取代"),
}


def memo_word(shelf: Shelf, key: str) -> str:
    """Return words of a memo without slots in the document's language."""
    return WORDS[key][0 if shelf.language == "en" else 1]


def memo_says(shelf: Shelf, key: str, **pieces: Cited | Says | str) -> Says:
    """Return words of a memo in the document's language with its slots filled."""
    return says(memo_word(shelf, key), **pieces)
