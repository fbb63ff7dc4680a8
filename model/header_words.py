"""The words that head the columns and name the sheets of a workbook, in English and Chinese."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

ROW_HEADS = {
    "part": ("Part", "部分", "章节"),
    "item": ("Item", "项目", "字段"),
    "meaning": ("What it is", "含义", "说明"),
    "value": ("Value", "数值", "值", "取值"),
    "unit": ("Unit", "单位"),
    "allowed": ("Allowed", "允许范围", "可选值"),
    "origin": ("Origin", "来源类型", "依据"),
    "low": ("Low", "下限", "最低"),
    "high": ("High", "上限", "最高"),
    "source": ("Where from", "出处", "来源"),
    "note": ("Note", "备注"),
    "owner": ("Owner", "负责人"),
    "review": ("Review by", "复核日期"),
}
"""Column of a sheet of rows → the word that is written, then others that are read."""
PARTNER_HEADS = {
    "id": ("Id", "编号", "合作伙伴编号"),
    "title": ("Title", "名称", "合作伙伴"),
    "line": ("Line", "业务线"),
    "partner_class": ("Class", "等级", "级别", "合作伙伴等级"),
    "contract": ("Contract", "合同"),
    "mature_volume": ("Mature volume", "成熟期年销量", "成熟销量"),
    "unit_hours": ("Hours per unit", "每单工时"),
    "target_scale": ("Target scale", "目标系数"),
    "integration": ("Integration cash", "接入费用", "对接成本"),
    "conversion": ("Conversion", "转化率"),
    "failure": ("Failure rate", "失败率"),
    "complaint": ("Complaint rate", "投诉率"),
    "nps": ("NPS", "净推荐值"),
}
"""Column of the partners → the word that is written, then others that are read; the key itself is read too."""
VOLUME_HEADS = {"month": ("Month", "月份", "月")}
ORIGIN_WORDS = {
    "source": ("source", "document", "文件", "来源"),
    "evidence": ("evidence", "证据", "实证"),
    "guess": ("guess", "估计", "猜测", "假设"),
}
YES_NO = {True: ("yes", "true", "是", "有"), False: ("no", "false", "否", "无")}
PARTNERS, VOLUMES = "Partners", "Volumes"
TABLE_SHEETS = {PARTNERS: (PARTNERS, "合作伙伴"), VOLUMES: (VOLUMES, "销量", "给定销量")}
"""Sheet that is one table → names it may have."""


def plain(text: object) -> str:
    """Return a word as it is compared: full-width signs as plain ones, without spaces around and without case."""
    return unicodedata.normalize("NFKC", str(text)).strip().casefold()


def known_words(heads: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return each word that is read, in its compared form, with what it stands for.

    Examples
    --------
    >>> known_words({"unit": ("Unit", "单位")})
    {'unit': 'unit', '单位': 'unit'}
    """
    return {plain(word): key for key, words in heads.items() for word in (key, *words)}
