"""What the numbers of a case are called on Chinese papers, and their units; what has no name here keeps its own."""

from __future__ import annotations

from reports.words import clean

SUBJECTS = {
    "All partners": "全部伙伴",
    "Contract life": "合同存续",
    "Costs": "成本",
    "Demand": "需求",
    "Market": "市场",
    "Pay for results": "绩效薪酬",
    "Staffing": "人员",
    "Time value of money": "资金时间价值",
}
MEANINGS = {
    "cash to connect the partner": "接入每家伙伴的现金支出",
    "chance a year that data leak at a partner": "伙伴处每年发生数据泄露的概率",
    "chance a year that a partner merges": "伙伴每年被并购的概率",
    "chance a year that the partner cuts the rate after signing": "签约后伙伴每年下调佣金率的概率",
    "chance that it is renewed at the end of its term": "合同到期续签的概率",
    "chance to leave in a month after twelve months of tenure": "入职满一年后每月离职的概率",
    "chance to leave in a month, first twelve months of tenure": "入职首年每月离职的概率",
    "complaint rate while the team keeps up with its work": "团队未超负荷时的投诉率",
    "cost": "成本",
    "cost of an open city": "每个已开城市的成本",
    "cost per unit of volume to win the user": "每单获客成本",
    "cost to open a city": "开一个城市的成本",
    "factor on all demand": "全部需求的系数",
    "factor on speed in each tier": "各城市层级的速度系数",
    "factor on the mature volume of its partners": "其伙伴成熟期业务量的系数",
    "fee per hire as share of the yearly base pay": "每次招聘费用占年基本工资的比例",
    "hours a month as long as the unit works": "部门运转期间每月工时",
    "hours per unit of volume": "每单工时",
    "months after the start at which half the mature volume is reached": "上线后达到成熟业务量一半所需月数",
    "months by which every ramp-up comes later": "全部爬坡推迟的月数",
    "months until a new person works at full speed, linear": "新人达到全效所需月数（线性）",
    "new rate against the old one": "续签后佣金率与原佣金率之比",
    "overage pool as share of revenue above target": "超额奖池占超目标收入的比例",
    "price of a bought hour over the loaded hourly pay": "外购工时价格与含附加成本时薪之比",
    "productive hours per head and month": "人均每月有效工时",
    "raise at the start of each programme year": "每个项目年度初的加薪幅度",
    "rates: below the first edge, then one per edge": "各档佣金率",
    "served share = 1 − exp(−slope × capacity ÷ work); 0 serves all demand": "服务能力不足时的承接比例（斜率）",
    "share of approached owners who buy": "触达车主的购买比例",
    "share of orders that fail": "订单失败比例",
    "share of units that sales advisers refer": "销售顾问转介的比例",
    "share of working time left after coordination": "扣除协调后可用的工作时间比例",
    "share of working time left by phase": "各阶段扣除协调后可用的工作时间比例",
    "team hours per active partner and month": "每家在营伙伴每月团队工时",
    "team hours per unit of demand": "每单需求的团队工时",
    "users' satisfaction (NPS) while the team keeps up with its work": "团队未超负荷时的用户满意度（NPS）",
    "yearly change of the rate": "佣金率每年变动",
    "yearly discount rate, applied monthly": "年折现率（按月计）",
    "yearly upkeep per connected partner": "每家已接入伙伴的年维护费",
    "yearly volume at full maturity": "完全成熟期的年业务量",
}
UNITS = {
    " a year": "/年",
    " a month": "/月",
    " per unit": "/单",
    " hours": "小时",
    " months": "个月",
    " units": "单",
    " CNY": "元",
}


def called(language: str, title: str) -> str:
    """Return what a number is called, `title` as "whose: what it means", in the language of a paper.

    Examples
    --------
    >>> called("zh", "All partners: yearly volume at full maturity")
    '全部伙伴：完全成熟期的年业务量'
    >>> called("zh", "Insurance: joint campaigns of the line"), called("en", "Costs: cost")
    ('Insurance: joint campaigns of the line', 'Costs: cost')
    """
    whose, _, what = clean(title).partition(": ")
    if language != "zh" or what not in MEANINGS:
        return clean(title)
    return f"{SUBJECTS.get(whose, whose)}：{MEANINGS[what]}"


def united(language: str, told: str) -> str:
    """Return an amount, or what follows its number, with its units in the language of a paper.

    Examples
    --------
    >>> united("zh", "65 hours a month"), united("zh", " CNY per unit"), united("en", "6 months")
    ('65小时/月', '元/单', '6 months')
    """
    if language == "zh":
        for word, short in UNITS.items():
            told = told.replace(word, short)
    return told
