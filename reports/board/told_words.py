"""What a board paper says of limits, milestones, money and further heads, in English and Chinese."""

from __future__ import annotations

TOLD_WORDS: dict[str, tuple[str, str]] = {
    # Partners
    "considered": ("{count} partners were considered", "共考察{count}家伙伴"),
    "considered_one": ("{count} partner was considered", "共考察{count}家伙伴"),
    "try": ("Try {count}, signed only if the trial is passed: {names}.", "先试点、通过后方签约的{count}家：{names}。"),
    "sign": ("Sign {count}: {names}.", "签约{count}家：{names}。"),
    "try_below": (
        "Try the {count} named in the table, signed only if the trial is passed.",
        "先试点、通过后方签约的{count}家见表。",
    ),
    "sign_below": ("Sign the {count} in the table.", "签约{count}家，见表。"),
    "assume": ("Assume {count} that nobody has signed: {names}.", "另计入尚无人签约的{count}家：{names}。"),
    "seats_on_condition": (
        "Seats for what is only assumed ({seats}) are asked for on condition: their money is released only when "
        "somebody signs; the result counts them from then",
        "仅为其设的岗位（{seats}）附条件申请：有伙伴签约后方予拨款；各项结果已自上述月份计入",
    ),
    "do_without": ("Do without {count}: {names}.", "不计入{count}家：{names}。"),
    "decline": ("Decline {count}: {names}.", "不签{count}家：{names}。"),
    "trial": (
        "The month is the trial's first: it takes {months} months and {users} users{repeated}; {term}",
        "所列月份为试点首月：每次试点{months}个月、{users}名用户{repeated}；{term}",
    ),
    "term_from_trial": (
        "the contract counts from it and ends if it fails",
        "合同期自该月起算，试点未通过即终止",
    ),
    "term_from_signature": ("the contract begins when it is passed", "通过后合同方开始"),
    "trial_again": (" (repetitions at most: {again})", "（至多重试{again}次）"),
    "terms_partner": ("Partner", "伙伴"),
    "terms_contract": ("Contract", "合同"),
    "terms_from": ("From", "起始"),
    "terms_trial_from": ("Trial from", "试点始于"),
    "terms_trial_passed": ("Trial passed", "通过概率"),
    "partner_title": (
        "Each partner is tried first and signs only when its trial is passed",
        "各伙伴先试点，通过后方签约",
    ),
    "partner_signed": ("The plan signs these partners", "本方案签约的伙伴"),
    "unsigned": (
        "Nobody has signed {names}: if nobody does, the plan brings {mean} and loses money in {loss} of futures with "
        "all its heads{bare}; with somebody it brings {own} on the same {futures} futures",
        "{names}尚无人签约：若始终无人，人员照旧时方案平均{mean}，亏损概率{loss}{bare}；若有人签约，同{futures}个未来下为{own}",
    ),
    "unsigned_bare": (
        ", {mean} and {loss} without the heads of that line",
        "；不设该线人员时平均{mean}，亏损概率{loss}",
    ),
    # Since an earlier version
    "since": (
        "Since {name}, {status}: average result {mean_old} → {mean_new}, chance of loss {p_loss_old} → {p_loss_new}, "
        "money asked {asked_old} → {asked_new}{heads}",
        "较{name}（{status}）：平均净收益{mean_old} → {mean_new}，亏损概率{p_loss_old} → {p_loss_new}，"
        "申请额度{asked_old} → {asked_new}{heads}",
    ),
    "moved_by": (
        "The average moved by {all} in all: {steps}{rest}",
        "平均结果共变动{all}：{steps}{rest}",
    ),
    "moved_step": ("{what}, {old} → {new} ({worth})", "{what}，{old} → {new}（{worth}）"),
    "moved_bare": ("{what} ({worth})", "{what}（{worth}）"),
    "moved_rest": ("; all smaller ones {worth}", "；其余各项{worth}"),
    "plan_anew": ("the plan chosen anew", "重新选定的方案"),
    "inputs": (
        "Changed inputs: {steps}{more}; nobody has asked yet what each is worth",
        "变动的输入：{steps}{more}；各项影响尚未测算",
    ),
    "inputs_more": ("; {count} more", "；另有{count}项"),
    "input": ("{what}, {old} → {new}", "{what}，{old} → {new}"),
    "plan_changes": ("The plan now: {steps}", "方案变化：{steps}"),
    "since_heads": ("; heads {old} before, {new} now", "；人数由{old}变为{new}"),
    # Under another calibration
    "typical": (
        "If the future is only “{theirs}” and not the “{ours}”, the same plan brings {gain} on average and loses money "
        "in {loss} of futures",
        "若未来只是“{theirs}”而非“{ours}”，同一方案平均{gain}，亏损概率{loss}",
    ),
    "error_only": (
        "± is sampling error only; on top come {what}",
        "±仅为抽样误差；假设本身的不确定性另计，见{what}",
    ),
    "other_calibrations": ("the other calibration", "另一口径"),
    "other_readings": ("the other reading of the pay table", "薪酬表的另一理解"),
    "the_turn": ("the assumption that turns the decision", "使决定反转的假设"),
    # Cash
    "cash_line": (
        "Month by month the middle case is lowest in {middle}, the 1-in-20 bad case in {bad}",
        "逐月看，中位情形最低点在{middle}，20次中最差1次的最低点在{bad}",
    ),
    # After-sales
    "after_sales": (
        "The unit pays after-sales {share} of its revenue, {money} on average over {months} months",
        "业务单元按收入的{share}分成给售后，{months}个月平均{money}",
    ),
    "whole_company": (
        "That is a transfer inside the company: the unit keeps {unit}; with that share{less} the company as a whole "
        "keeps {all}, both before discounting and income tax ({tax}, in none of these results)",
        "这是公司内部转移：业务单元留存{unit}；加上分成{less}，公司整体留存{all}，均未折现、未扣所得税（{tax}，各项结果均未计入）",
    ),
    "shares_off": (" and less {shares} of shares granted to staff", "并减去授予员工的股份{shares}"),
    "modes": ("It is run as {parts}; the share is due in each form", "组织形式：{parts}；各形式下均须分成"),
    "mode_part": ("“{mode}” from {month}", "{month}起“{mode}”"),
    # From the budget to the cash
    "bridge": (
        "Of the {asked} M CNY asked – as if every seat were filled from its first day – {spent} is spent on average. "
        "After-sales takes {share}, annual bonuses and the pool {bonus}, all else{above} {rest}: costs of {costs} "
        "against {revenue} M CNY of revenue leave {result} before discounting",
        "申请的{asked}万元按所有岗位自首日到岗计，平均实际支出{spent}万元；另有售后分成{share}万元、年度奖金与超额奖金池"
        "{bonus}万元、其他{above}{rest}万元：总成本{costs}万元，收入{revenue}万元，折现前余{result}万元",
    ),
    "above_all": (", above all {name},", "（主要为{name}）"),
    "above_all_end": (", above all {name}", "（主要为{name}）"),
    "bridge_cash": (
        "Revenue pays for the later months, so that no more than {need} is laid out at once in the middle case",
        "后期支出由收入覆盖，因此中位情形下最多同时垫付{need}",
    ),
    "first_phase": (
        "The first phase asks {asked} M CNY but has laid out {cash} of cash by its end, on average: {spent} on what "
        "the budget counts and {other} on what it does not{above}; of {revenue} earned, {owed} "
        "is not paid yet",
        "首阶段申请{asked}万元，期末平均已垫付现金{cash}万元：预算内支出{spent}万元，预算外支出{above}{other}"
        "万元；已赚收入{revenue}万元中{owed}万元尚未到账",
    ),
    "by_phase": (
        "By phase, on average: asked {asked}, spent of it {spent}, cash in less cash out {cash}{over}",
        "分阶段平均（万元）：申请{asked}，其中支出{spent}，现金净流入{cash}{over}",
    ),
    "by_phase_over": (
        "; the phase from {month} spends {more} more than it asks, above all on {row} ({most}): the budget foresees "
        "neither empty seats nor leavers",
        "；{month}起的阶段较申请多支出{more}，主要为{row}（{most}）：预算未计岗位空缺与离职",
    ),
    # Milestones
    "milestone": ("by the end of {month}: {marks}; {all}", "{month}底前：{marks}；{all}"),
    "mark_chance": ("{mark} ({chance}{assumed})", "{mark}（{chance}{assumed}）"),
    "counting": (", counting {count} that nobody has signed", "，含尚无人签约的{count}家"),
    "counting_needed": (
        ", counting {count} that nobody has signed: it cannot be met without",
        "，含尚无人签约的{count}家，不计则不可能达到",
    ),
    "mark_middle": (
        "{mark} ({chance}{assumed}; middle case {middle})",
        "{mark}（{chance}{assumed}；中位情形{middle}）",
    ),
    "mark_never": (
        "{mark} ({chance}{assumed}; middle case {middle}; a mark of {within} would be met in nine of ten futures)",
        "{mark}（{chance}{assumed}；中位情形{middle}；若定为{within}，十个未来中九个可达）",
    ),
    "mark_planned": (
        "{mark} (cannot be met: the plan itself allows {planned}{assumed})",
        "{mark}（不可能达到：方案本身最多{planned}{assumed}）",
    ),
    "all_met": ("all of them together in {chance} of futures ({error})", "全部达到的概率{chance}（{error}）"),
    "all_planned": ("all of them together never, by the plan's own design", "按方案设计不可能全部达到"),
    "proposed_on": (
        "We propose {mark} as the mark of {month}: where that is missed the plan brings {going} on average if it goes "
        "on and {ending} if it ends then, so that a miss is a reason to look again, not to end",
        "建议{month}的指标定为{mark}：若未达到，继续平均{going}，届时终止为{ending}，因此未达标应重新审视，而非终止",
    ),
    "proposed_end": (
        "We propose {mark} as the mark of {month}: where that is missed the plan brings {going} on average if it goes "
        "on and {ending} if it ends then, so that a miss is a reason to end",
        "建议{month}的指标定为{mark}：若未达到，继续平均{going}，届时终止为{ending}，因此未达标即应终止",
    ),
    "missed": (
        "In brackets the chance to meet each mark. A missed mark is reported and stops nothing: the plan goes on "
        "unless the board decides otherwise",
        "括号内为达到该指标的概率。未达指标仅作报告，不会自动叫停：除非董事会另行决定，方案照常进行",
    ),
    "missed_waits": (
        "The chance to meet each mark stands behind it; how many must be met decides whether the plan grows, stays or "
        "ends",
        "括号内为达到该指标的概率；达到的项数决定扩编、维持或终止",
    ),
    # Why the decision turns
    "rated": (
        "how users rate the partners (their NPS) when these are served in time",
        "服务及时时用户对伙伴的评价（NPS）",
    ),
    "why_trial": (
        "Why so near: a partner signs only after a trial in which users give it an NPS of at least {mark}. At the turn "
        "{partner}, for one, stands at {there} instead of {now}, below that mark, and passes in {low} of futures "
        "instead of {high}",
        "原因：伙伴须先通过试点，用户所给NPS不低于{mark}方可签约。在反转点，例如{partner}由{now}降至{there}，低于该线，"
        "通过概率由{high}降至{low}",
    ),
    "inside_range": (
        "The turn lies inside the range that the case itself holds possible: at its end, {limit}, the plan brings "
        "{left}",
        "反转点位于案例自身认可的区间之内：在区间端点{limit}处，方案平均为{left}",
    ),
    # The other plans
    "none_keeps": (
        "None of the other plans compared keeps every limit",
        "其余所比方案均未遵守全部限制",
    ),
    "only_nothing": (
        "Of the other plans compared, each as it was proposed, only doing nothing keeps every limit",
        "其余所比方案按原样，仅“不做”遵守全部限制",
    ),
    "kept_best": (
        "The best of the other plans compared that keep every limit, “{title}”, earns {less} less on the same futures "
        "({error} sampling error)",
        "遵守全部限制的其余方案中最好的“{title}”在同一未来下平均少赚{less}（抽样误差{error}）",
    ),
    "same_heads": (
        "Chosen anew inside all limits, the best plan with its heads earns {less} less than ours",
        "若按其人数在全部限制内重新选定，最好的方案平均少赚{less}",
    ),
    "unfound": (
        "Nor is our plan proven best of all: one that was not found could be better by at most {most}, sampling error "
        "included",
        "本方案亦未证明为最优：尚未找到的方案至多可好{most}（含抽样误差）",
    ),
    "path_open": (
        "; neither is proven best of its organisation, and a plan of the other could bring at most {most} there",
        "；两者均未证明为各自组织形式下最优，另一形式下的方案至多可达{most}",
    ),
    "breaks_one": ("It breaks a limit: {limit} ({found}; {allowed})", "它突破限制：{limit}（{found}；{allowed}）"),
    "breaks_many": (
        "It breaks {count} limits, worst {limit} ({found}; {allowed})",
        "它突破{count}项限制，最严重的是{limit}（{found}；{allowed}）",
    ),
    "over_many": (
        "It is over budget in {count} phases, most by {money} from {month}",
        "它有{count}个阶段超预算，最多超{money}（自{month}起）",
    ),
    "second_path": (
        "The best plan within all limits of another organisation tried – {path} – brings {theirs} against {ours}, both "
        "on the {draws} futures that chose the plan and so not to be held against the result above{open}",
        "所试其他组织路径中遵守全部限制的最佳方案（{path}）为{theirs}，本方案为{ours}，均在用于选择的{draws}个未来上，"
        "不可与上文结果相比{open}",
    ),
    "weighed": (
        "None of the case’s {count} named blows is in these figures; with them at their weights (no blow at all: "
        "{own}) the plan brings {mean} on average and loses money in {loss} of futures{worst}",
        "以上数字不含本案例列明的{count}种冲击；按其权重（无冲击占{own}）计入后，平均{mean}，亏损概率{loss}{worst}",
    ),
    "weighed_guess": (
        "None of the case’s {count} named blows is in these figures; with them, at weights that are guesses (no blow "
        "at all: {own}), the plan brings {mean} on average and loses money in {loss} of futures{worst}",
        "以上数字不含本案例列明的{count}种冲击；按估计的权重（无冲击占{own}）计入后，平均{mean}，亏损概率{loss}{worst}",
    ),
    "weighed_worst": (
        "; it earns nothing any more once “{name}” weighs {at} instead of {now}",
        "；若“{name}”的权重由{now}升至{at}，则不再盈利",
    ),
    "next_head": (
        "Why not one head more: the best further head, {what} from {month}, changes the average by {gain} ({error})"
        "{rest}{asks}",
        "为何不再加一人：最佳的增员（{month}起，{what}）{rest}使平均结果变化{gain}（{error}）{asks}",
    ),
    "rest_anew": (", the rest chosen anew", "在其余部分重新优化后"),
    "rest_stays": (", the rest as it is", "在其余部分不变时"),
    "head_asks": (", but asks more than the limits allow: {asks}", "，但超出限制：{asks}"),
    "last_head": (
        "Why {count} heads from {month} and not the {most} allowed: the best further head then, {what}, changes it by "
        "{gain} ({error}){asks}",
        "为何{month}起{count}人而非上限{most}人：届时最佳的增员（{what}）使其变化{gain}（{error}）{asks}",
    ),
    "head_better": (
        "The search met a plan {more} ({error}) better than the recommended one{matters}{added}",
        "测算中遇到较推荐方案高{more}（{error}）的方案{matters}{added}",
    ),
    "head_added": ("; the further heads above are counted from that plan", "；上述增员均以该方案为起点"),
    "no_head": ("Without one more head, each alone: {gains}", "无需增员，各自单独：{gains}"),
    "gain_word": (
        "a contract in which “{name}” brings {more} ({error})",
        "合同约定“{name}”可增{more}（{error}）",
    ),
    "gain_trial": (
        "the trial “{name}” instead of “{old}” brings {more} ({error}), both with no second partner in that line",
        "试点“{name}”较“{old}”可增{more}（{error}，两者均为该线仅此一家伙伴）",
    ),
    "facts_first": ("Facts to buy before signing: {studies}", "签约前宜先购买的信息：{studies}"),
    "fact_priced": ("{what} (worth {worth}, price {price})", "{what}（价值{worth}，价格{price}）"),
    "fact": ("{what} (worth {worth}, no price known)", "{what}（价值{worth}，价格未知）"),
    "matters_not": (", too little to matter", "，不足计较"),
    "matters": (", enough to matter", "，差额不可忽略"),
}
COUNTS: tuple[tuple[str, str], ...] = (
    ("no", "无"),
    ("one", "一"),
    ("two", "两"),
    ("three", "三"),
    ("four", "四"),
    ("five", "五"),
    ("six", "六"),
    ("seven", "七"),
    ("eight", "八"),
    ("nine", "九"),
    ("ten", "十"),
)
MANY = ("more than ten", "十余")
