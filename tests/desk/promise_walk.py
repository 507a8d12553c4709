"""A ticket's promises by two roads: as the desk keeps them, and as somebody counts them who looks at the clock each
minute. Both live through the same events, each on a full minute.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from bot.configuration import DEMO, load_folder
from desk import tickets
from desk.calendars import parse_calendar
from desk.clients import Contract
from desk.sla import Metric, Pause, Verdict, due_at, elapsed, verdict
from desk.tallies import kept
from desk.tickets import UNRESOLVED, Priority, State, Ticket
from desk.why import Kind, why
from handlers import promises
from tests.desk import minute_walk
from tests.desk.minute_walk import MINUTE

FIRST, NEXT, UPDATE, SOLUTION = Metric
ANSWERS = {FIRST, NEXT}
AHEAD = 4 * 24 * 60  # minutes for which a due time to come is walked

# What is promised: minutes by metric, priority and category; `lean` promises only what must be, and more slowly.
FULL = {
    **{(FIRST, p, ""): 30 * n for n, p in enumerate(Priority, 1)},
    **{(NEXT, p, ""): 45 * n for n, p in enumerate(Priority, 1)},
    **{(UPDATE, p, ""): 60 * n for n, p in enumerate(Priority, 1)},
    **{(SOLUTION, p, ""): 240 * n for n, p in enumerate(Priority, 1)},
    (SOLUTION, Priority.P2, "disk"): 90,
    (UPDATE, Priority.P2, "disk"): 20,
}
LEAN = {key: 2 * minutes for key, minutes in FULL.items() if key[0] in {FIRST, SOLUTION} and not key[2]}
POLICIES = {"full": FULL, "lean": LEAN}


def promised(policy, metric, priority, category):
    terms = POLICIES[policy]
    return terms.get((metric, priority, category), terms.get((metric, priority, "")))


@cache
def demo():
    return load_folder(Path(DEMO))


def configured(policy, calendar):
    terms = POLICIES[policy]
    contract = Contract(
        {(str(m), str(p)): 60 * minutes for (m, p, c), minutes in terms.items() if not c}, "c",
        by_category={(c, str(m), str(p)): 60 * minutes for (m, p, c), minutes in terms.items() if c},
    )  # fmt: skip
    acme = replace(demo().clients["acme"], contract=contract)
    return replace(demo(), version=policy, clients={"acme": acme}, calendars={"c": calendar})


@dataclass
class Walked:
    """One promise as the walker keeps it: at the end of which minutes it has used up another minute."""

    metric: Metric
    start: datetime
    target: int
    used: list[datetime] = field(default_factory=list)
    ended: datetime | None = None
    missed: bool = False
    merged: bool = False

    def due(self):
        return self.used[self.target - 1] if len(self.used) >= self.target else None

    def late(self, now):
        return self.missed or (self.ended is None and self.due() is not None and self.due() < now)

    def end(self, now):
        if self.ended is None:
            self.missed, self.ended = self.late(now), now


class Lives:
    """A ticket and its walker. Each method is something that happens to it `now`."""

    def __init__(self, form, start, *, on_behalf=False):
        self.form, self.calendar = form, parse_calendar(form)
        self.is_open = minute_walk.looker(form)
        self.now, self.policy = start.astimezone(UTC), "full"
        self.config = configured("full", self.calendar)
        new = Ticket(1, "acme", "ann", "VPN drops", Priority.P2, State.NEW, self.now, "ben" if on_behalf else "ann")
        self.ticket = promises.opened(new, self.config)
        self.on_behalf, self.causes, self.walked = on_behalf, set(), []
        self.starts(UPDATE if on_behalf else FIRST)
        self.starts(SOLUTION)

    # --- the walker

    def starts(self, metric):
        minutes = promised(self.policy, metric, self.ticket.priority, self.ticket.category)
        if minutes:
            self.walked.append(Walked(metric, self.now, minutes))

    def ends(self, *metrics):
        for each in self.walked:
            if each.metric in metrics:
                each.end(self.now)

    def runs(self, metric):
        return any(each.ended is None for each in self.walked if each.metric is metric)

    def heard(self):
        """Whether staff have written to the requester."""
        return self.on_behalf or any(each.metric is FIRST and each.ended for each in self.walked)

    def owed_again(self):
        for each in self.walked:
            if each.metric is SOLUTION:
                each.ended = None
        if not self.on_behalf and all(each.metric is not FIRST for each in self.walked):
            self.starts(FIRST)
        elif self.heard() and not self.runs(UPDATE):
            self.starts(UPDATE)

    def promised_anew(self):
        for each in [each for each in self.walked if each.ended is None]:
            minutes = promised(self.policy, each.metric, self.ticket.priority, self.ticket.category)
            if minutes:
                each.target = minutes
            elif each.late(self.now):
                each.missed = True
            else:
                self.walked.remove(each)

    # --- what happens

    def wait(self, minutes):
        counts = [w for w in self.walked if w.ended is None and (w.metric is FIRST or not self.causes)]
        for at in minute_walk.walk(self.now, self.now + minutes * MINUTE) if counts else ():
            if self.is_open(at):
                for each in counts:
                    each.used.append(at + MINUTE)
        self.now += minutes * MINUTE

    def staff_reply(self):
        self.ticket = promises.answered(tickets.touched_by_staff(self.ticket, self.now), self.config, self.now)
        self.ends(FIRST, NEXT, UPDATE)
        if self.ticket.state in UNRESOLVED:
            self.starts(UPDATE)

    def requester_writes(self):
        was, changed = self.ticket, tickets.written_by_requester(self.ticket)
        if was.state is State.RESOLVED:
            changed = promises.reopened(changed, self.config, self.now)
            self.owed_again()
        else:
            changed = promises.resumed(changed, frozenset({Pause.WAITING_CUSTOMER}) & was.pending, self.now)
            self.causes.discard(Pause.WAITING_CUSTOMER)
        self.ticket = promises.written(changed, self.config, self.now)
        if all(each.metric is not FIRST for each in self.walked):
            self.starts(FIRST)
        elif not self.runs(FIRST) and not self.runs(NEXT):
            self.starts(NEXT)

    def hold(self, cause):
        self.ticket = promises.paused(tickets.pended(self.ticket, cause), cause, self.now)
        self.causes.add(cause)

    def release(self, *causes):
        changed = tickets.resumed(self.ticket, *causes)
        self.ticket = promises.resumed(changed, frozenset(causes), self.now)
        self.causes -= set(causes)

    def make(self, **what):
        """Another priority or category."""
        self.ticket = promises.retargeted(replace(self.ticket, **what), self.config, self.now)
        self.promised_anew()

    def adopt(self, policy):
        self.policy, self.config = policy, configured(policy, self.calendar)
        self.make()

    def resolve(self, by):
        done = tickets.resolved(self.ticket, by, "done", self.now)
        done = promises.resumed(done, self.ticket.pending, self.now)
        self.ticket = promises.solved(done, self.config, self.now, by_requester=by == "ann")
        self.causes.clear()
        if by != "ann":
            self.ends(*Metric)
            return
        self.ends(SOLUTION)
        for each in [each for each in self.walked if each.ended is None]:
            each.missed = each.late(self.now)
            if not each.missed:
                self.walked.remove(each)

    def reopen(self):
        self.ticket = promises.reopened(tickets.reopened(self.ticket), self.config, self.now)
        self.owed_again()

    def merge(self):
        self.ticket = tickets.merged(promises.merged(self.ticket, self.config, self.now), 2, self.now)
        for each in self.walked:
            each.merged |= each.ended is None
            each.end(self.now)
        self.causes.clear()

    # --- both say the same

    def told(self, each):
        if each.late(self.now):
            return Verdict.MISSED
        if each.ended is not None:
            return Verdict.MERGED if each.merged else Verdict.MET
        return Verdict.PAUSED if self.causes and each.metric is not FIRST else Verdict.RUNNING

    def check(self):
        clocks = self.ticket.clocks
        walked = [each for metric in Metric for each in self.walked if each.metric is metric]
        expected = [(each.metric, each.start, 60 * each.target) for each in walked]
        assert [(clock.metric, clock.started_at, clock.target) for clock in clocks] == expected
        for clock, each in zip(clocks, walked, strict=True):
            assert elapsed(clock, self.calendar, self.now) == 60 * len(each.used)
            assert verdict(clock, self.calendar, self.now) is self.told(each)
            self._due(clock, each)
            self._explained(clock, each)
        self._counted(walked)
        self._rung(walked)

    def _counted(self, walked):
        """A report counts each stretch of each promise."""
        words = {Verdict.MET: "met", Verdict.MISSED: "missed", Verdict.MERGED: "excluded"}
        found = kept(self.ticket, lambda clock: verdict(clock, self.calendar, self.now))
        assert [each.outcome for each in found if each.clock] == [words.get(self.told(w), "running") for w in walked]

    def _rung(self, walked):
        """The alarm of a promise is that of the stretch that runs; none, of what has ended."""
        for reminder in promises.reminders(self.ticket, self.config):
            last = next((each for each in reversed(walked) if each.metric is reminder.metric), None)
            if last is None or last.ended is not None:
                assert reminder.due is None
            elif reminder.share == 1 and last.due() is not None:
                assert reminder.due == last.due()

    def _due(self, clock, each):
        due = due_at(clock, self.calendar)
        if each.ended is not None:
            assert due is None
        elif each.due() is not None:
            assert due == each.due()
        else:
            held = self.causes and each.metric is not FIRST
            assert (due is None) if held else (due > self.now)

    def _explained(self, clock, each):
        found = why(clock, self.calendar, self.now)
        counted = sum(row.seconds for row in found.rows if row.kind is Kind.COUNTED)
        full = found.due_at is not None and each.ended is None
        assert counted == found.total == (clock.target if full else 60 * min(len(each.used), each.target))
        assert found.verdict is self.told(each)
        over = sum(row.seconds for row in found.rows if row.kind is Kind.OVER)
        assert over == 60 * max(len(each.used) - each.target, 0)
        ends = [clock.started_at, *(row.end for row in found.rows if row.kind not in {Kind.CHANGED, Kind.CLOCKS})]
        assert ends[-1] == (clock.met_at or max(found.due_at or clock.started_at, self.now))

    def look_ahead(self):
        """What is still to be due is due where the walk comes to it."""
        for each in (each for each in self.walked if each.ended is None):
            due = due_at(promises.clock_of(self.ticket, each.metric), self.calendar)
            if due and due > self.now:
                left = (each.target - len(each.used)) * 60
                walked = minute_walk.due(self.form, self.now, left, days=AHEAD // 1440)
                assert walked == due or (walked is None and due > self.now + AHEAD * MINUTE)
