"""The whole economics told again for one scenario in plain loops over numbers: every row and month must agree."""

import math
from itertools import pairwise
from types import NoneType
from typing import get_args

import pytest
from scipy.stats import binom

from model.people_inputs import Staffing
from model.plans import Move, plan_faults
from model.schema import ROW
from model.seat_inputs import Employment, Friction, ManagedExit, Moves, MoveTerms, RotationTerms
from model.simulate import VERDICT, Block, plan_months

ABSENT = {
    "renewal",
    "repurchase",
    "referral",
    "subscription",
    "returns",
    "wrong_orders",
    "levers",
    "line_pay",
    "line_pay_on_cost",
    "clawback",
    "channel_spend",
    "channel_support",
    "channel_turnover",
    "price_premium",
    "price_discount",
    "double_staffing",
}
"""Rows of sections that the ecosystem case does not have."""


class Story:
    """One scenario of a whole plan told month by month with plain numbers: the second road to the ledger."""

    def __init__(self, case, plan, draws, scenario):
        self.case, self.plan, self.draws, self.scenario = case, plan, draws, scenario
        self.months = case.clock.months
        self.rows = {name: [0.0] * self.months for name in ROW}
        quarters = -(-self.months // 3)
        self.work = {role: [0.0] * quarters for role in case.shared_work}
        self.supply = {role: [0.0] * quarters for role in case.shared_work}
        self.stays, self.guests = {}, {}

    def z(self, name, rows):
        return [float(x) for x in self.draws.normal(name, rows)[:, self.scenario]]

    def u(self, name, rows):
        return [float(x) for x in self.draws.uniform(name, rows)[:, self.scenario]]

    def phase(self, month):
        return max(i for i, phase in enumerate(self.case.phases) if phase.first_month <= month)

    def raised(self, role, month):
        rules, own = self.case.staffing, self.case.roles[role].annual_raise
        out = (1 + (rules.annual_raise if own is None else own)) ** ((month - 1) // 12)
        if rules.market_review:
            out *= (1 + rules.market_review.raised) ** ((month - 1) // rules.market_review.every)
        return out

    def coordination(self, month):
        phase = self.phase(month)
        mode = self.case.modes[self.plan.modes[phase]]
        out = float(mode.coordination)
        if mode.friction:
            for _ in range(round(mode.friction.groups - mode.friction.groups_free)):
                out *= 1 - mode.friction.group_loss
            for _ in range(round(mode.friction.levels)):
                out *= 1 - mode.friction.level_loss
            out *= mode.friction.by_phase[phase]
        return out

    def since_change(self, month):
        """Months since the organisation last changed its mode, None before the first change."""
        changes = [
            phase.first_month
            for i, phase in enumerate(self.case.phases)
            if i and self.plan.modes[i] != self.plan.modes[i - 1] and phase.first_month <= month
        ]
        return month - changes[-1] if changes else None

    def loss(self, month):
        since = self.since_change(month)
        rules = self.case.staffing
        return float(rules.transition_rate) if since is not None and since < rules.transition_months else 0.0

    def hazard(self, month, tenure):
        rules, more = self.case.staffing, self.case.staffing.attrition
        out = rules.leave_first_year if tenure < 12 else rules.leave_later
        if not more:
            return out
        bands = zip(more.tenure_from, more.tenure_factor, strict=True)
        out *= [factor for edge, factor in bands if tenure >= edge][-1] * more.care
        out *= more.by_mode.get(self.plan.modes[self.phase(month)], 1.0)
        since = self.since_change(month)
        if since is not None and since < more.change_months:
            out += more.change_added / more.change_months
        return out

    def pay(self, name, month, amount):
        self.rows[name][month - 1] += amount

    def arrival(self, role, key, month):
        """Return the month in which somebody starts who is ordered in a month; late is after the horizon."""
        rules, hiring = self.case.staffing, self.case.staffing.hiring
        search, slip = self.z(f"{key}.fill", self.months), self.u(f"{key}.slip", self.months)
        while month <= self.months:
            taken = self.case.roles[role].fill_median * math.exp(rules.fill_sd * search[month - 1])
            if not hiring or slip[month - 1] >= hiring.offer_slip:
                return month + round(taken + (hiring.notice if hiring else 0))
            month += max(1, round(taken))
        return self.months + 1

    def reorder(self, role, key, month, exit_):
        """Return the month in which a seat left at the end of a month is filled again."""
        rules = self.case.staffing
        if (exit_ and not rules.managed_exit.backfilled) or (rules.hiring and rules.hiring.backfill == "none"):
            return self.months + 1
        late = rules.hiring.backfill_after if rules.hiring else 0
        return self.arrival(role, key, month + late) + 1

    def seat(self, role, line, number, heads):
        """Return the seat's ramped hours by month and book what it costs."""
        rules, terms, key = self.case.staffing, self.case.roles[role], f"seat.{role}.{line}.{number}"
        leave, asked = self.u(f"{key}.leave", self.months), self.u(f"{key}.exit", self.months)
        own = [move for move in self.plan.moves if (move.role, move.line, move.seat) == (role, line, number)]
        hours, since, ready, came = [0.0] * self.months, None, None, None
        for month in range(1, self.months + 1):
            if heads[self.phase(month)] < number:
                since = ready = came = None
                continue
            if ready is None:
                came = self.mover(role, line, number, heads, month)
                ahead = rules.hiring.order_ahead if rules.hiring and not came else 0
                ready = self.arrival(role, key, max(1, month - ahead))
                since = came and self.told_before(came)
                if since:
                    self.pay("training", month, getattr(rules.moves, came.kind).cost)
            base = self.base(role, month)
            if since is None and month >= ready:
                since = month
                self.starts(role, month, base)
            if since is None:
                self.pay("flexible_pay", month, base * (terms.cover or 0.0))
                continue
            tenure = month - since
            moved = came if came and since < came.month else None
            fast = self.anew(role, tenure, month, moved) if moved else self.speed(role, tenure)
            hours[month - 1] = self.nominal(role, month) * self.coordination(month) * fast
            hours[month - 1] *= 1 - self.away(own, month, since)
            self.costs(role, month, self.wages(role, month, moved), tenure)
            exit_ = rules.managed_exit
            out = (
                exit_ and month in exit_.months and tenure + 1 >= exit_.tenure_least and asked[month - 1] < exit_.share
            )
            sent = any(move.kind != "rotation" and move.month == month + 1 for move in own)
            closing = month < self.months and heads[self.phase(month + 1)] < number
            if (closing and not sent) or out:
                self.pay("severance", month, self.severance(tenure + 1, base))
            left = out or leave[month - 1] < self.hazard(month, tenure)
            self.stays[key, month] = None if left else since
            if left or sent:
                since, ready = None, self.reorder(role, key, month, out)
        return hours

    def mover(self, role, line, number, heads, month):
        """Return the move that opens a seat: the first to its team has the first seat that opens."""
        before = heads[self.phase(month - 1)] if month > 1 else 0
        to = [m for m in self.plan.moves if (m.to_role, m.to_line, m.month) == (role, line, month)]
        to = [m for m in to if m.kind != "rotation"]
        return to[number - before - 1] if 0 < number - before <= len(to) else None

    def told_before(self, move):
        """Return since when who moves has been in the unit, None if nobody does: the seat left, told for itself."""
        part = self.plan.lines[move.line].team if move.line else self.plan.seats
        ghost = Story(self.case, self.plan, self.draws, self.scenario)
        ghost.seat(move.role, move.line, move.seat, part[move.role])
        return ghost.stays.get((f"seat.{move.role}.{move.line}.{move.seat}", move.month - 1))

    def anew(self, role, tenure, month, move):
        """Return the speed of who came by a move or rotates: ramped from the share kept, experienced by service."""
        kept, rules = getattr(self.case.staffing.moves, move.kind).kept, self.case.staffing
        tiers = zip(rules.ramp.tier_from, rules.ramp.tier_speed, strict=True) if rules.ramp else [(0, 1.0)]
        return (kept + (1 - kept) * self.ramped(role, month - move.month)) * [f for e, f in tiers if tenure >= e][-1]

    def away(self, own, month, since):
        """Book a rotation of this month; return which part of the month it takes."""
        lost = 0.0
        for move in own:
            rules = self.case.staffing.moves
            part = min(1.0, max(0.0, rules.rotation.months - (month - move.month)))
            if move.kind != "rotation" or not since < move.month <= month or not part:
                continue
            if month == move.month:
                self.pay("training", month, rules.rotation.cost)
            worked = part * self.anew(move.to_role, month - since, month, move) * self.nominal(move.to_role, month)
            team = self.guests.setdefault((move.to_role, move.to_line), [0.0] * self.months)
            team[month - 1] += worked * self.coordination(month)
            lost += part
        return lost

    def wages(self, role, month, moved):
        """Return base pay, project bonus and on-cost of a month, on trial those of the seat left."""
        part = (
            min(1.0, max(0.0, getattr(self.case.staffing.moves, moved.kind).trial - (month - moved.month)))
            if moved
            else 0
        )
        return [
            part * old + (1 - part) * new
            for old, new in zip(self.rates(moved.role if moved else role, month), self.rates(role, month), strict=True)
        ]

    def rates(self, role, month):
        rules, base = self.case.staffing, self.base(role, month)
        if rules.on_cost_city:
            cost = sum(fund.rate * min(max(base, fund.floor), fund.cap) for fund in rules.on_cost_city.funds)
        else:
            cost = rules.on_cost_rate * min(base, rules.on_cost_cap)
        return base, base * rules.project_share / rules.base_share, cost

    def base(self, role, month):
        rules, terms = self.case.staffing, self.case.roles[role]
        work = terms.employment
        own = work.time * (1 - work.flexible) if work else 1.0
        return terms.pay * rules.base_share / 12 * self.raised(role, month) * own

    def called(self, role, month):
        start = int(self.case.clock.start[5:])
        return self.case.roles[role].employment.called[(start - 1 + month - 1) % 12]

    def nominal(self, role, month):
        work, hours = self.case.roles[role].employment, self.case.staffing.productive_hours
        return hours * work.time * (1 - work.flexible + work.flexible * self.called(role, month)) if work else hours

    def starts(self, role, month, base):
        rules = self.case.staffing
        for part in rules.channels.values():
            self.pay("hiring_fee", month, part.share * (12 * base * rules.hiring_fee * part.fee + part.cash))
        if not rules.channels:
            self.pay("hiring_fee", month, 12 * base * rules.hiring_fee)
        for skill in rules.skills:
            if skill.role == role:
                self.pay("training", month, skill.trained * skill.course)

    def speed(self, role, tenure):
        rules = self.case.staffing
        tiers = zip(rules.ramp.tier_from, rules.ramp.tier_speed, strict=True) if rules.ramp else [(0, 1.0)]
        return self.ramped(role, tenure) * [factor for edge, factor in tiers if tenure >= edge][-1]

    def ramped(self, role, tenure):
        rules, ramp = self.case.staffing, float(self.case.roles[role].ramp)
        if rules.training:
            ramp *= 1 - rules.training.ramp_cut * rules.training.completion

        def worked(at):
            if rules.ramp and rules.ramp.shape == "logistic":
                steep = 2 * math.log(19) / ramp
                return math.log(1 + math.exp(steep * (at - ramp / 2))) / steep
            return at * at / 2 / ramp if at < ramp else at - ramp / 2

        return worked(tenure + 1) - worked(tenure)

    def costs(self, role, month, wages, tenure):
        rules, work = self.case.staffing, self.case.roles[role].employment
        base, project, cost = wages
        self.pay("base_pay", month, base)
        self.pay("project_bonus", month, project)
        self.pay("on_cost", month, cost)
        self.pay("transition_loss", month, self.loss(month) * (base + project + cost))
        self.pay("training", month, rules.training.cost / 12 if rules.training else 0.0)
        self.pay("training", month, rules.attrition.care_cost if rules.attrition else 0.0)
        if work:
            own = self.base(role, month)
            whole = own * (1 + rules.project_share / rules.base_share) / (1 - work.flexible)
            self.pay("flexible_pay", month, whole * work.flexible * work.price * self.called(role, month))
        if rules.equity:
            self.vest(rules.equity, role, month, tenure + 1)

    def vest(self, equity, role, month, served):
        whole = equity.grant.get(role, 0.0) * equity.valuation
        part = 1 / (12 * equity.years) if equity.vesting == "monthly" else (served % 12 == 0) / equity.years
        if served <= 12 * equity.years:
            self.pay("equity", month, whole * part)
            self.pay("equity_charge", month, whole * part if equity.equity_is_cost else 0.0)

    def severance(self, served, base):
        years, rest = divmod(served, 12)
        n = years + (0 if rest == 0 else 0.5 if rest < 6 else 1)
        capped = n * min(base, self.case.staffing.severance_cap)
        return {"n": capped, "n_plus_1": capped + base, "two_n": 2 * capped}[self.case.staffing.severance]

    def demand_factor(self, partner, line):
        laws, months = self.case.uncertainty, self.months
        level, drift = self.z("market.level", 1)[0], self.z("market.drift", self.case.years)
        market, shock = self.z("market.noise", months), self.z(f"partner.{partner.id}.noise", months)
        own, team = self.z(f"partner.{partner.id}.level", 1)[0], self.z(f"line.{line}.level", 1)[0]
        factors, noise = [], 0.0
        for t in range(months):
            memory = float(laws.partner_memory)
            noise = shock[0] if t == 0 else memory * noise + math.sqrt(1 - memory**2) * shock[t]
            walk = sum(drift[: t // 12 + 1])
            log = laws.level * level + laws.drift * walk + laws.market * market[t] + laws.line * team
            factors.append(math.exp(log + laws.partner * own + laws.partner_noise * noise))
        return factors

    def trial(self, partner):
        """Months on trial and whether it was passed, each trial told as what its users did."""
        rules, months = self.case.trial, self.case.costs.trial_months
        happened = {
            name: self.u(f"partner.{partner.id}.trial.{name}", 2) for name in ("conversion", "complaint", "failure")
        }
        answers = self.z(f"partner.{partner.id}.trial.nps", 2)
        for attempt in (0, 1):
            count = {
                name: int(binom.ppf(uniforms[attempt], 300, float(getattr(partner, name))))
                for name, uniforms in happened.items()
            }
            failed = (count["conversion"] < 45) + (count["complaint"] > 15) + (count["failure"] > 3)
            failed += partner.nps + rules.answer_spread / math.sqrt(300) * answers[attempt] < 70
            if failed == 0 or failed > 1:
                return months * (attempt + 1), failed == 0
        return 2 * months, False

    def line(self, name, part):
        team = {}
        for role, heads in part.team.items():
            lives = [self.seat(role, name, n, heads) for n in range(1, max(heads) + 1)]
            lives.append(self.guests.get((role, name), [0.0] * self.months))
            team[role] = [sum(hours) for hours in zip(*lives, strict=True)]
        people = {p.id: Account(self, p, part) for p in self.case.partners if p.id in part.partners}
        for rank, account in enumerate(sorted(people.values(), key=lambda account: account.start)):
            account.connecting = max(0.95**rank, 0.6)
        self.first = 0
        for month in range(1, self.months + 1):
            self.line_month(name, part, month, team, list(people.values()))

    def line_month(self, name, part, month, team, partners):
        rules, t = self.case.lines[name], month - 1
        capacity = sum(hours[t] for hours in team.values())
        full = self.case.staffing.productive_hours * self.coordination(month)
        leads = sum(hours[t] for role, hours in team.items() if self.case.roles[role].kind == "lead") / full
        active = [p for p in partners if p.alive and month >= p.start]
        for p in active:
            p.anniversary(month)
            p.seen = p.age(month), p.tried(month)  # a replaced partner has a new start before its line's work is told
        way = self.case.ways[part.way]
        for p in active:
            p.demand = p.wanted(month, rules, way.demand * (1 + rules.lead_lift * min(leads, 1.0))) * (not p.paused)
        wanted, most = sum(p.demand for p in active), self.reachable(month) * rules.take_up / 12
        for p in active:
            p.demand *= min(1.0, most / wanted) if wanted else 1.0
        work = sum(p.demand * p.terms.unit_hours + rules.partner_hours for p in active)
        share = capacity / work if work else math.inf
        served = 1 - math.exp(-rules.service_slope * share)
        overload = min(rules.overload_most, max(0.0, (1 / share if share else math.inf) - 1))
        if active:
            self.pay("campaign", month, rules.joint.campaign * rules.joint.campaign_share)
        volume = 0.0
        for p in active:
            volume += p.demand * served
            p.month(month, p.demand * served, overload, rules)
        self.shared(month, active, volume, way.work)
        self.workshops(name, month, active)

    def ask(self, role, month, hours):
        self.work[role][(month - 1) // 3] += hours

    def workshops(self, name, month, active):
        """Every six months with each signed partner of class S or A; what came of it sells two years later."""
        rules = self.case.workshops
        there = sum(p.terms.partner_class in ("S", "A") and not p.seen[1] for p in active)
        self.first = self.first or (month if there else 0)
        if there and (month - self.first) % 6 == 0:
            self.pay("workshops", month, there * rules.cost)
            for role, hours in rules.hours.items():
                self.ask(role, month, there * hours)
        for key, product in rules.products.items():
            if product.line == name and there and month >= self.first + product.delay:
                luck = self.u(f"product.{key}", 1)[0] < product.chance
                self.pay("new_products", month, product.revenue / 12 * luck)

    def cities(self, month):
        return self.case.market.cities[self.phase(month)] if month else 0.0

    def reachable(self, month):
        market, owners = self.case.market, self.case.market.owners
        for _ in range(month - 1):
            owners = owners * (1 - market.scrapped) ** (1 / 12) + market.new_owners / 12
        known = list(zip(market.reach_cities, market.reach, strict=True))
        for (low, below), (high, above) in pairwise(known):
            if low <= self.cities(month) <= high:
                return owners * (below + (above - below) * (self.cities(month) - low) / (high - low))
        raise AssertionError("more cities than the table knows")

    def late(self, month, income):
        """Pay a line's revenue two months after it was earned, the rest at the end; the tax in it goes with it."""
        self.pay("uncollected", month, income)
        self.pay("collected", min(month + 2, self.months), income)

    def shared(self, month, active, volume, way):
        last = self.case.phases[-1].first_month
        for role, load in self.case.shared_work.items():
            if not active:
                continue
            hours = load.line_mature if month >= last else load.line
            hours += load.unit * volume * (way if load.way_scales_units else 1.0)
            for p in active:
                hours += load.partner + load.by_class.get(p.terms.partner_class, 0.0)
                hours += load.trial * p.seen[1] + load.integration * (p.seen[0] < self.case.costs.integration_months)
            self.work[role][(month - 1) // 3] += hours

    def unit(self):
        case, year_pay, year_income = self.case, {}, {}
        for month in range(1, self.months + 1):
            step = max((s for s in case.costs.tools if s.first_month <= month), key=lambda s: s.first_month)
            self.pay("tools", month, step.cost)
            market, opened = case.market, self.cities(month) - self.cities(month - 1)
            self.pay("market_entry", month, opened * market.opening + self.cities(month) * market.upkeep)
            self.pay("recharges", month, case.costs.recharges[0].cost)
            income = self.rows["commission"][month - 1] - self.rows["quality_deduction"][month - 1]
            if case.readings.vat_in_rates == "gross":
                net = income / (1 + case.costs.vat)
                self.pay("vat", month, income - net)
                income = net
            income += self.rows["new_products"][month - 1]
            self.late(month, income)
            self.pay("after_sales_share", month, income * case.incentives.after_sales_share)
            year = (month - 1) // 12
            year_pay[year] = year_pay.get(year, 0.0) + self.rows["base_pay"][month - 1]
            year_income[year] = year_income.get(year, 0.0) + income
            for role, load in case.shared_work.items():
                self.work[role][(month - 1) // 3] += load.fixed
        for year, income in year_income.items():
            self.bonus(year, income, year_pay[year])
        for role, load in case.shared_work.items():
            for quarter, hours in enumerate(self.work[role]):
                price = case.roles[role].pay / 12 / case.staffing.productive_hours * load.agency_factor
                missing = max(0.0, hours - self.supply[role][quarter])
                self.pay("agency", 3 * quarter + 3, missing * price * self.raised(role, 3 * quarter + 1))

    def bonus(self, year, income, base):
        rules, month = self.case.incentives, 12 * year + 12
        reached = income / rules.targets[year]
        coefficient = 0.5 if reached < 0.8 else 1.0 if reached < 1 else 1.5 if reached <= 1.2 else 2.0
        self.pay("annual_bonus", month, base * rules.bonus_rate * rules.individual * coefficient)
        self.pay("overage_pool", month, rules.pool_rate * max(0.0, income - rules.targets[year]))

    def tell(self):
        for role, heads in self.plan.seats.items():
            for number in range(1, max(heads) + 1):
                hours = self.seat(role, "", number, heads)
                for month in range(self.months if role in self.supply else 0):
                    self.supply[role][month // 3] += hours[month]
        for name, part in self.plan.lines.items():
            self.line(name, part)
        for (role, line), hours in self.guests.items():
            for month in range(self.months if role in self.supply and not line else 0):
                self.supply[role][month // 3] += hours[month]
        self.unit()
        return self.rows


class Account:
    """One partner of the story."""

    def __init__(self, story, terms, part):
        entry = part.partners[terms.id]
        self.story, self.terms, self.start, self.alive = story, terms, entry.start, True
        self.contract = story.case.contracts[entry.contract]
        self.factor = story.demand_factor(terms, terms.line)
        self.trial_months, self.passed = story.trial(terms)
        self.noise = {kind: story.z(f"partner.{terms.id}.{kind}", story.months) for kind in ("complaint", "nps")}
        months, key = story.months, f"partner.{terms.id}"
        self.happens = {name: story.u(f"{key}.{name}", months) for name in ("leak", "merger", "cut")}
        names = ("leak.size", "leak.ours", "merger.ends", "renewal")
        self.once = {name: story.u(f"{key}.{name}", 1)[0] for name in names}
        self.rate, self.paused, self.watched, self.year = 1.0, False, False, []
        self.slump = self.plan = self.notice = 0
        self.demand, self.so_far, self.paid, self.quarter, self.weak = 0.0, 0.0, 0.0, 0.0, 0

    def age(self, month):
        return month - self.start

    def tried(self, month):
        return self.age(month) < self.trial_months

    def wanted(self, month, rules, way):
        belief = self.story.case.calibrations[self.story.case.calibration]
        curve = 1 / (1 + math.exp(-(self.age(month) - rules.curve_middle - belief.delay) / rules.curve_width))
        return belief.demand * self.terms.mature_volume / 12 * rules.demand * curve * way * self.factor[month - 1]

    def month(self, month, volume, overload, rules):
        story, costs, laws, terms = self.story, self.story.case.costs, self.story.case.uncertainty, self.terms
        if self.age(month) == 0:
            story.pay("integration", month, terms.integration * self.connecting)
            self.found(month)
        story.pay("partner_upkeep", month, costs.upkeep / 12)
        story.pay("acquisition", month, volume * costs.acquisition)
        story.pay("referral_commission", month, volume * rules.joint.adviser_share * rules.joint.adviser_commission)
        story.pay("trial_cost", month, costs.trial * self.tried(month))
        ends = self.age(month) + 1 == self.trial_months and not self.passed
        ends = self.is_weak(month, volume) or ends
        complaint = (
            terms.complaint + rules.complaint_overload * overload + laws.complaint * self.noise["complaint"][month - 1]
        )
        nps = terms.nps - rules.nps_overload * overload + laws.nps * self.noise["nps"][month - 1]
        rate = self.rate
        ends = self.settle(month, volume, complaint, nps) or ends
        signed = not self.tried(month)
        story.pay("data_destruction", month, 15_000 * (ends and signed))
        story.pay("partner_margin", month, volume * story.case.partner_margin[self.terms.contract])
        income = self.commission(month, volume, ends) * rate
        kept = 1 - self.contract.complaint_deduction * (complaint > self.contract.complaint_limit)
        kept *= 1 - self.contract.nps_deduction * (nps < self.contract.nps_limit)
        story.pay("commission", month, income)
        story.pay("quality_deduction", month, income * (1 - kept))
        self.alive = not ends
        if ends and signed and month + 7 <= story.months:
            self.alive, self.start, self.rate, self.weak, self.quarter = True, month + 7, 1.0, 0, 0.0
        if ends:
            self.paused, self.watched, self.year = False, False, []
            self.slump = self.plan = self.notice = 0

    def found(self, month):
        """Seven candidates looked up, five talked to, three examined."""
        self.story.pay("sourcing", month, 5 * 2000 + 3 * 8000)
        self.story.ask("strategy", month, 7 * 4 + 3 * 6)
        self.story.ask("bd", month, 5 * 3 + 3 * 4)

    def anniversary(self, month):
        if self.age(month) and self.age(month) % 36 == 0:
            self.rate *= 0.97
        if self.age(month) == self.trial_months:
            self.story.pay("trial_cost", month, self.story.case.costs.trial * 3 / 30)

    def settle(self, month, volume, complaint, nps):
        """Grade, pause, plan, notice and events of a month; True when it is the last one."""
        story, signed, age = self.story, not self.tried(month), self.age(month)
        self.year.append((volume, complaint, nps))
        poor = False
        if age % 12 == 11:
            poor = signed and self.grade() < 80
            self.watched = 80 <= self.grade() < 100 if signed else self.watched
            self.year = []
        story.ask("bd", month, 8 * self.watched)
        if self.plan:
            story.pay("partner_plans", month, 10_000)
            story.ask("bd", month, 30)
        target = self.contract.base_target * self.terms.target_scale / 12
        weak = signed and age >= 12 and volume < 0.6 * target and not self.paused
        self.paused = complaint > 0.10
        story.pay("call_back", month, 20 * volume * self.paused)
        failed, leaves = self.plan == 1 and weak and not self.notice, self.notice == 1
        self.notice = 6 if failed else max(self.notice - 1, 0)
        self.slump = self.slump + 1 if weak else 0
        if signed and not self.plan and not self.notice and (poor or self.slump >= 2):
            self.plan, self.slump = 1, 0
        else:
            self.plan = max(self.plan - 1, 0)
        return self.struck(month, signed, age) or leaves

    def struck(self, month, signed, age):
        shocks, life = self.story.case.shocks, self.story.case.contract_life

        def now(name, yearly):
            return self.happens[name][month - 1] < 1 - (1 - yearly) ** (1 / 12)

        leak, merger = now("leak", shocks.leak), now("merger", shocks.merger) and self.once["merger.ends"] < 0.5
        if leak:
            row = "leak_damages" if self.once["leak.ours"] < 0.3 else "leak_damages_partner"
            self.story.pay(row, month, 5e6 * math.exp(math.log(10) * self.once["leak.size"]))
        if signed and now("cut", life.cut):
            self.rate /= 2
        return leak or merger or (signed and age % 36 == 35 and self.once["renewal"] < 1 - life.renewal)

    def grade(self):
        """Mean of six scores: more is better up to 120, less is better on lines through the documents' points."""
        volume, complaint, nps = (sum(each) / 12 for each in zip(*self.year, strict=True))
        target = self.contract.base_target * self.terms.target_scale / 12
        hours = {"S": 16, "A": 18, "B": 22, "C": 26}[self.terms.partner_class]
        more = [volume / target if target else 1, self.terms.conversion / 0.18, nps / 70]
        scores = [min(120, max(0, round(100 * ratio))) for ratio in more]

        def less(ratio, best, points):
            if ratio > 1:
                return round(max(0, 100 * (2 - ratio)))
            return round(min(120, 100 + (points - 100) * (1 - ratio) / (1 - best)))

        scores.append(less(max(complaint, 0) / 0.05, 0.64, 110))
        scores.append(less(hours / 24, 2 / 3, 115))
        scores.append(less(self.terms.failure / 0.01, 0.3, 120))
        return sum(scores) / 6

    def commission(self, month, volume, ends):
        if not self.contract.edges:
            return volume * self.contract.rates[0]
        served = self.age(month) % 12 + 1
        if served == 1:
            self.so_far = self.paid = 0.0
        self.so_far += volume
        part = served if ends else min(12, self.story.months - month + served)
        due = self.ladder(self.so_far, part / 12)
        income, self.paid = due - self.paid, due
        return income

    def ladder(self, volume, part):
        scale = self.terms.target_scale * part
        edges, rates = [edge * scale for edge in self.contract.edges], self.contract.rates
        if volume < edges[0] - 1e-9:
            return volume * rates[0]
        total = edges[0] * self.contract.base_rate
        for low, high, rate in zip(edges, [*edges[1:], math.inf], rates[1:], strict=True):
            total += max(0.0, min(volume, high) - low) * rate
        return total

    def is_weak(self, month, volume):
        self.quarter += volume
        served = self.age(month) + 1
        if served % 3 or not self.contract.base_target:
            return False
        floor = self.contract.weak_quarter * self.contract.base_target * self.terms.target_scale / 4
        if served > self.contract.grace:
            self.weak = self.weak + 1 if self.quarter < floor else 0
        self.quarter = 0.0
        return served > self.contract.grace and self.weak >= self.contract.weak_quarters_to_exit


@pytest.mark.parametrize("name", ["documents", "lean", "bold"])
@pytest.mark.parametrize("calibration", ["success_story", "typical"])
def test_every_row_equals_the_story_told_in_plain_loops(shipped, changed, plan_of, name, calibration):
    case, plan = changed(shipped("ecosystem"), {"calibration": calibration}), plan_of("ecosystem", name)
    if name == "lean":
        plan = changed(plan, {"seats.strategy": (3, 1, 2)})
    block = Block(case, 17, VERDICT, 0, 3)
    found = plan_months(case, plan, block).ledger
    for scenario in range(3):
        told = Story(case, plan, block.draws, scenario).tell()
        for row, index in ROW.items():
            assert found[index, :, scenario] == pytest.approx(told[row], rel=1e-9, abs=0.01), row


SEATS = {
    "wide": {
        "hiring": {"notice": 1.4, "offer_slip": 0.45, "order_ahead": 2, "backfill": "yes", "backfill_after": 3},
        "attrition": {
            "tenure_from": (0.0, 3.0, 18.0),
            "tenure_factor": (0.5, 2.0, 1.2),
            "change_added": 0.3,
            "change_months": 5.0,
            "care": 0.9,
            "care_cost": 250.0,
            "by_mode": {"unit": 1.5, "department": 0.8},
        },
        "managed_exit": {"share": 0.4, "months": (12, 24, 36), "tenure_least": 7, "backfilled": False},
        "ramp": {"shape": "linear", "tier_from": (0.0, 6.0, 24.0), "tier_speed": (0.8, 1.0, 1.1)},
        "equity": {
            "valuation": 2e8,
            "grant": {"vp": 0.004, "bd": 0.001},
            "years": 3,
            "vesting": "monthly",
            "equity_is_cost": True,
        },
        "severance": "two_n",
    },
    "none": {
        "hiring": {"notice": 0.0, "offer_slip": 0.1, "order_ahead": 0, "backfill": "none", "backfill_after": 0},
        "managed_exit": {"share": 0.5, "months": (18,), "tenure_least": 0, "backfilled": True},
        "market_review": {"every": 6, "raised": 0.02},
        "channels": {},
        "on_cost_city": None,
        "on_cost_rate": 0.3,
        "on_cost_cap": 20_000.0,
        "ramp": None,
        "severance": "n",
    },
}


@pytest.mark.parametrize("name", ["documents", "bold"])
@pytest.mark.parametrize("law", list(SEATS))
def test_every_rule_of_a_seat_equals_its_story(shipped, changed, plan_of, law, name):
    """Slips, late backfills, exits, tenure bands, reviews, tiers, flexible labour, equity at cost: all at once."""
    eco = shipped("ecosystem")
    kinds = Staffing.model_fields
    update = {}
    for key, value in SEATS[law].items():
        made = next((k for k in get_args(kinds[key].annotation) if isinstance(k, type) and k is not NoneType), None)
        update[key] = made.model_construct(**value) if isinstance(value, dict) and value and made else value
    called = tuple(0.1 * month for month in range(12))
    work = Employment.model_construct(time=0.8, flexible=0.25, price=1.3, called=called)
    friction = Friction.model_construct(
        by_phase=(0.9, 1.0, 0.95), groups=5.0, groups_free=3.0, group_loss=0.06, levels=2.0, level_loss=0.01
    )
    more = {"roles.data.employment": work, "roles.operations.employment": work, "modes.unit.friction": friction}
    more |= {"roles.bd.annual_raise": 0.1, "roles.lead.cover": 0.3, "clock.start": "2027-05"}
    case = changed(eco, {"staffing": eco.staffing.model_copy(update=update)} | more)
    plan = changed(plan_of("ecosystem", name), {"seats.strategy": (3, 1, 2)})
    block = Block(case, 29, VERDICT, 0, 3)
    found = plan_months(case, plan, block).ledger
    assert found[ROW["flexible_pay"]].any()
    for scenario in range(3):
        told = Story(case, plan, block.draws, scenario).tell()
        for row, index in ROW.items():
            assert found[index, :, scenario] == pytest.approx(told[row], rel=1e-9, abs=0.01), row


@pytest.mark.parametrize("rate", [0.06, 0.13])
def test_every_row_equals_the_story_with_tax_inside_the_rates(shipped, changed, plan_of, rate):
    case = changed(shipped("ecosystem"), {"readings.vat_in_rates": "gross", "costs.vat": rate})
    plan, block = plan_of("ecosystem", "documents"), Block(case, 31, VERDICT, 0, 3)
    found = plan_months(case, plan, block).ledger
    assert found[ROW["vat"]].any()
    for scenario in range(3):
        told = Story(case, plan, block.draws, scenario).tell()
        for row, index in ROW.items():
            assert found[index, :, scenario] == pytest.approx(told[row], rel=1e-9, abs=0.01), row


CAREERS = (
    ("bd", "", 1, "operations", "insurance", 3, "rotation"),
    ("operations", "insurance", 1, "data", "", 22, "rotation"),
    ("bd", "", 2, "strategy", "", 7, "promotion"),
    ("strategy", "", 2, "data", "", 19, "transfer"),
    ("operations", "insurance", 2, "lead", "charging", 19, "promotion"),
)


def test_moves_equal_their_story(shipped, changed, plan_of):
    """A seat that stays open, one that closes, a person who moves twice, rotations, part months, exits, slips."""
    eco = shipped("ecosystem")
    rules = Moves.model_construct(
        promotion=MoveTerms.model_construct(cost=9_000.0, kept=0.3, trial=2.4),
        transfer=MoveTerms.model_construct(cost=4_000.0, kept=0.6, trial=1.0),
        rotation=RotationTerms.model_construct(cost=1_500.0, kept=0.5, months=3.6),
    )
    exits = ManagedExit.model_construct(share=0.4, months=(6, 18, 24), tenure_least=2, backfilled=True)
    values = {"staffing.moves": rules, "staffing.managed_exit": exits, "staffing.leave_first_year": 0.06}
    names = ("role", "line", "seat", "to_role", "to_line", "month", "kind")
    case, plan = changed(eco, values), plan_of("ecosystem", "documents")
    heads = {"seats.bd": (2, 2, 2), "seats.strategy": (1, 2, 1), "seats.data": (1, 1, 2)}
    heads |= {
        "lines.insurance.team": {"operations": (1, 2, 1)},
        "lines.charging.team": {"operations": (1, 1, 1), "lead": (0, 0, 1)},
    }
    moves = tuple(Move(**dict(zip(names, entry, strict=True))) for entry in CAREERS)
    plan = changed(plan, heads | {"moves": moves})
    assert plan_faults(case, plan) == []
    block = Block(case, 31, VERDICT, 0, 12)
    found = plan_months(case, plan, block).ledger
    for scenario in range(12):
        told = Story(case, plan, block.draws, scenario).tell()
        for row, index in ROW.items():
            assert found[index, :, scenario] == pytest.approx(told[row], rel=1e-9, abs=0.01), row
    bare = plan_months(case, changed(plan, {"moves": ()}), block).ledger
    for row in ("base_pay", "hiring_fee", "training", "severance", "agency"):
        assert (abs(found[ROW[row]] - bare[ROW[row]]).sum(axis=0) > 1).sum() >= 4, row


def test_every_row_equals_the_story_of_hard_times(shipped, changed, plan_of):
    """High targets, leaks, mergers, cuts and complaints: pauses, plans, notice, ends and replacements in every line."""
    hard = {f"shocks.{name}": 0.15 for name in ("leak", "merger")} | {"contract_life.cut": 0.3}
    hard |= {"contracts.insurer_ladder.base_target": 24_000.0, "uncertainty.complaint": 0.03}
    hard |= {"contracts.used_car_deal.base_target": 9_000.0, "contract_life.renewal": 0.5}
    case, plan = changed(shipped("ecosystem"), hard), plan_of("ecosystem", "bold")
    block = Block(case, 23, VERDICT, 0, 6)
    found = plan_months(case, plan, block).ledger
    for scenario in range(6):
        told = Story(case, plan, block.draws, scenario).tell()
        for row, index in ROW.items():
            assert found[index, :, scenario] == pytest.approx(told[row], rel=1e-9, abs=0.01), row
    for row in ("call_back", "partner_plans", "data_destruction", "leak_damages", "leak_damages_partner"):
        assert found[ROW[row]].any(), row


def test_the_story_meets_every_kind_of_money(shipped, changed, plan_of):
    """Rows that no scenario ever fills would prove nothing; the exit fee needs a stop and is tested beside it."""
    case = shipped("ecosystem")
    plan = changed(plan_of("ecosystem", "bold"), {"seats.strategy": (3, 1, 2)})
    found = plan_months(case, plan, Block(case, 17, VERDICT, 0, 50)).ledger
    silent = {name for name, index in ROW.items() if not found[index].any()}
    assert silent - ABSENT == {
        "exit_fee",
        "bonus_on_cost",
        "equity_charge",
        "commission_paid",
        "vat",
        "leak_claims",
        "partner_plans",
    }
