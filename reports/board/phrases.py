"""The words of a board paper in English and Chinese: one table, whose {slots} take numbers that carry their source."""

from __future__ import annotations

from collections.abc import Sequence

from reports.board.slide_words import SLIDE_WORDS
from reports.board.told_words import COUNTS, MANY, TOLD_WORDS
from reports.cited import Cited, Says, Shelf, joined, says
from reports.words import capital, in_words, plain

PHRASES: dict[str, tuple[str, str]] = {
    # Decision
    "build": (
        "We ask to build a team of {heads}, on a budget of {money}",
        "提请批准：组建团队，{heads}，预算共{money}",
    ),
    "idle": (
        "We ask to do nothing: no plan that was tried earns more on average",
        "建议不做：所试方案平均都不优于不做",
    ),
    "heads": ("{count} from {month}", "{month}起{count}人"),
    "asked": ("Asked for: {parts}; {total} in all.", "申请额度：{parts}；合计{total}。"),
    "asked_part": ("{money} from {month}", "{month}起{money}"),
    # Gain and loss
    "gain": (
        "It earns {gain} more than doing nothing on average ({error} sampling error), in today's money",
        "与不做相比，折现净收益平均多{gain}（抽样误差{error}）",
    ),
    "no_gain": (
        "It earns {gain} less than doing nothing on average ({error} sampling error), in today's money",
        "与不做相比，折现净收益平均少{gain}（抽样误差{error}）",
    ),
    "loss": (
        "It loses money in {chance} of futures: the 1-in-20 bad case is {bad}, the average of the worst 5 % {worst}",
        "亏损概率{chance}：20次中最差1次为{bad}，最差5%的平均为{worst}",
    ),
    "cash": (
        "It needs {need} of cash in the middle case, each future taken at its own deepest month (half of them by "
        "{month}); {bad} in the 1-in-20 bad case",
        "最多需垫付{need}（中位情形，各未来取其自身最紧的月份，半数不晚于{month}）；20次中最差1次需{bad}",
    ),
    "no_cash": (
        "In the middle case it needs no cash of its own; {bad} in the 1-in-20 bad case",
        "中位情形下无需垫付资金；20次中最差1次需{bad}",
    ),
    # What would change the decision
    "flips": (
        "The decision turns if one assumption moves by {away}{error}: {what}, at {at} instead of {now}",
        "以下假设变动{away}{error}，决定即反转：{what}，由{now}变为{at}",
    ),
    "flips_factor": (
        "The decision turns if one assumption moves by {away}{error}: {what}, at {at} of what is assumed",
        "以下假设变动{away}{error}，决定即反转：{what}，变为假设值的{at}",
    ),
    "off": (" ({error} sampling error)", "（抽样误差{error}）"),
    "flips_not": (
        "No single guess turns the decision within its range; the worst one, {what}, leaves {left}",
        "任何一项估计在其区间内单独变动都不会反转决定；影响最大的是{what}，届时为{left}",
    ),
    "signs_differ": (
        "One word decides the sign: the pay table read as {one} gives {first}, read as {other} {second}{both}",
        "一词定盈亏：薪酬表按{one}理解为{first}，按{other}理解为{second}{both}",
    ),
    "signs_agree": (
        "Read as {one} the pay table gives {first}, read as {other} {second}{both}: the sign stays",
        "薪酬表按{one}理解为{first}，按{other}理解为{second}{both}：盈亏方向不变",
    ),
    "both_at_once": (
        ", and {both} with a loss in {loss} of futures if these are “{theirs}” as well",
        "；若同时只是“{theirs}”则为{both}，亏损概率{loss}",
    ),
    "package": ("the whole package", "全包薪酬"),
    "base": ("base pay with bonuses on top", "底薪另加奖金"),
    # The next best plan
    "runner_up": (
        "The best of the plans that break some, “{title}”, earns {less} less on the same futures ({error} sampling "
        "error)",
        "突破限制的方案中最好的“{title}”在同一未来下平均少赚{less}（抽样误差{error}）",
    ),
    "better": (
        "Another plan, “{title}”, earns {less} more on the same futures ({error} sampling error)",
        "另一方案“{title}”在同一未来下平均多赚{less}（抽样误差{error}）",
    ),
    "given_up": (
        "With it we would need {theirs} of cash instead of {ours} and lose money in {their_loss} of futures "
        "instead of {our_loss}.",
        "若选它：最大资金需求为{theirs}（本方案{ours}），亏损概率{their_loss}（本方案{our_loss}）。",
    ),
    "over": ("It is over budget by {money} from {month}.", "它自{month}起超预算{money}。"),
    # Gates
    "gates": ("The team grows on results: {marks}", "凭成绩扩编：{marks}"),
    "gates_free": (
        "The plan waits for no milestone; the case names these: {marks}",
        "本方案不以里程碑为前提；案例所列里程碑为：{marks}",
    ),
    "gate": ("by the end of {month}: {marks}", "{month}底前：{marks}"),
    "no_gates": ("The case names no milestone at which the team may be stopped", "案例未设可以叫停的里程碑"),
    "cities": ("{count} cities", "{count}个城市"),
    "partners": ("{count} partners on trial or signed", "{count}家伙伴（含试运行）"),
    "users": ("{count} users", "{count}名用户"),
    "revenue": ("{count} of revenue", "收入{count}"),
    "conversion": ("conversion {count}", "转化率{count}"),
    "nps": ("NPS {count}", "NPS {count}"),
    "stop": (
        "stopped at the end of {month} the plan has lost {loss} on average, {end} of it to end contracts",
        "{month}底叫停，平均净损失{loss}，其中解约与遣散{end}",
    ),
    # Return and status
    "roi": (
        "Full ROI over {months} months: {mean} on average, {bad} in the 1-in-20 bad case and {good} in the 1-in-20 "
        "good case (calibration: {calibration}).",
        "{months}个月全成本投资回报率：平均{mean}，20次中最差1次{bad}，20次中最好1次{good}（口径：{calibration}）。",
    ),
    "labour_roi": (
        "Labour ROI, on team pay alone: {mean} on average (calibration: {calibration}).",
        "人工投资回报率（只计团队薪酬）：平均{mean}（口径：{calibration}）。",
    ),
    "caveat": ("What this rests on (calibration: {calibration}): {banner}", "前提（口径：{calibration}）：{banner}"),
    "draft": ("Draft: nobody has approved this run. The board decides.", "草案：尚未获批。由董事会决定。"),
    "submitted": ("Submitted by {by}: the board decides.", "已由{by}提交：由董事会决定。"),
    "approved": ("Approved by {by}.", "已由{by}批准。"),
    "superseded": ("Superseded: a newer version stands.", "已被新版本取代。"),
    # Names that headcast itself gives
    "recommended": ("Recommended plan", "推荐方案"),
    "do_nothing": ("Do nothing", "不做"),
}


def word(shelf: Shelf, key: str) -> str:
    """Return a phrase without slots in the document's language."""
    table = next(table for table in (PHRASES, TOLD_WORDS, SLIDE_WORDS) if key in table)
    return table[key][0 if shelf.language == "en" else 1]


def counted(shelf: Shelf, count: int) -> str:
    """Return a small number of things as a word."""
    return (COUNTS[count] if count < len(COUNTS) else MANY)[0 if shelf.language == "en" else 1]


def phrase(shelf: Shelf, key: str, **pieces: Cited | Says | str) -> Says:
    """Return a phrase in the document's language with its slots filled."""
    return says(word(shelf, key), **pieces)


def own_futures(shelf: Shelf) -> Says:
    """Return on how many futures the run's own figures rest."""
    return phrase(shelf, "futures", count=shelf.told("/scenarios", "count"))


def answer_futures(shelf: Shelf, question: str) -> Says | str:
    """Return on how many futures the figures of an answer rest, nothing where it does not tell."""
    told = shelf.answers[question].attrs.get("scenarios")
    return phrase(shelf, "futures", count=plain(int(told))) if told else ""


def listed(shelf: Shelf, parts: Sequence[Says | Cited | str]) -> Says:
    """Return parts as a list within a sentence: "a, b and c"; parts that hold lists themselves: "a; b"."""
    if any("、" in str(part) or " and " in str(part) for part in parts):
        return joined(parts, "；" if shelf.language == "zh" else "; ")
    if shelf.language == "zh":
        return joined(parts, "、")
    return joined([joined(parts[:-1], ", "), parts[-1]], " and ") if len(parts) > 1 else joined(parts)


def sentences(shelf: Shelf, parts: Sequence[Says | None]) -> Says:
    """Return findings as full sentences one after the other; what is not known is left out."""
    stop, between = (".", " ") if shelf.language == "en" else ("。", "")
    return joined([_ended(part, stop) for part in parts if part is not None], between)


def begun(said: Says) -> Says:
    """Return a part of a sentence as a sentence: its first letter large."""
    first, *rest = said.pieces
    return Says((capital(first) if isinstance(first, str) else first, *rest))


def _ended(part: Says, stop: str) -> Says:
    return part if str(part).endswith((".", "。", "!", "?")) else joined([part, stop], "")


def calibrated(shelf: Shelf) -> str:
    """Return the calibration as words."""
    return in_words(shelf.run.dataset.attrs["calibration"])
