"""The clocks of a ticket against a model that walks: minute by minute, with a set of what holds it.

The model keeps, for each stretch of each promise, the minutes that used it up. It derives nothing and shares nothing
with the ledger but the written form of a calendar.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from config.loaded import Config, Desk
from desk import sla, tickets
from desk.calendars import parse_calendar
from desk.clients import Client, Contract
from desk.sla import Metric, Pause, Verdict
from desk.tallies import kept
from desk.tickets import UNRESOLVED, Priority, State, Ticket
from desk.why import Kind, why
from handlers import promises
from tests.desk.minute_walk import MINUTE, looker

SOME = settings(max_examples=settings.default.max_examples // 2, stateful_step_count=30)
FIRST, NEXT, UPDATE, SOLUTION = Metric
NEVER_HELD = {FIRST, NEXT}  # whoever waits for an answer waits whatever holds the ticket
AHEAD = 6 * 1440  # minutes that the model looks ahead for a due time

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE = {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in DAYS[:5]}
NIGHT = {day: [["22:00", "06:00"]] for day in DAYS[:6]}
ALWAYS = {day: [["00:00", "24:00"]] for day in DAYS}
# Written calendars, and when a ticket comes: something is odd about the days after it.
PLACES = [
    ({"tz": "Europe/Berlin", "weekly": OFFICE, "holidays": ["2026-10-26"]}, "2026-10-23T14:30"),
    ({"tz": "Europe/Berlin", "weekly": ALWAYS}, "2026-03-28T20:00"),
    ({"tz": "America/New_York", "weekly": NIGHT, "breaks": {"2026-03-08": [["01:00", "04:00"]]}}, "2026-03-07T20:00"),
    ({"tz": "Australia/Lord_Howe", "weekly": NIGHT}, "2026-04-04T10:00"),
    ({"tz": "Pacific/Apia", "weekly": OFFICE, "date_overrides": {"2011-12-31": [["08:00", "10:00"]]}},
     "2011-12-29T20:00"),
    ({"tz": "UTC", "weekly": OFFICE, "annual_holidays": ["02-29"]}, "2028-02-28T15:00"),
]  # fmt: skip


@dataclass
class Stretch:
    """One promise from when it began to count: the minutes (their ends) that used it up, and how it ended."""

    metric: Metric
    target: int  # minutes
    begun: datetime
    used: list[datetime] = field(default_factory=list)
    met: datetime | None = None
    missed: bool = False
    merged: bool = False

    def due(self):
        return self.used[self.target - 1] if len(self.used) >= self.target else None

    def late(self, now):
        return self.missed or (self.due() is not None and self.due() < now)

    def end(self, now, *, merged=False):
        if self.met is None:
            self.met, self.missed, self.merged = now, self.late(now), merged

    def stands(self, now, holding):
        """In the words of the ledger."""
        if self.met is None:
            held = bool(holding) and self.metric not in NEVER_HELD
            return Verdict.MISSED if self.late(now) else Verdict.PAUSED if held else Verdict.RUNNING
        return Verdict.MISSED if self.missed else Verdict.MERGED if self.merged else Verdict.MET


@st.composite
def contracts(draw):
    """Numbers in minutes by metric, priority and category; the two optional promises may be missing."""
    minutes = st.integers(1, 400)
    promised = [FIRST, SOLUTION, *(metric for metric in (NEXT, UPDATE) if draw(st.booleans()))]
    plain = {(metric, priority): draw(minutes) for metric in promised for priority in ("P1", "P3")}
    hardware = {
        ("hardware", metric, priority): draw(minutes)
        for metric in draw(st.sets(st.sampled_from(promised)))
        for priority in ("P1", "P3")
    }
    return plain, hardware


def config_of(form, numbers, version):
    plain, hardware = numbers
    contract = Contract(
        {(str(m), p): minutes * 60 for (m, p), minutes in plain.items()}, "hours",
        by_category={(c, str(m), p): minutes * 60 for (c, m, p), minutes in hardware.items()},
    )  # fmt: skip
    acme = Client("acme", "Acme", contract, "acme-team", "path")
    return Config(
        version, Path(), Desk(), {}, {}, {"acme": acme}, {}, {"hours": parse_calendar(form)}, {}, {},
    )  # fmt: skip


class Life(RuleBasedStateMachine):
    """A ticket from its opening to its merging, and the model beside it."""

    @initialize(place=st.sampled_from(PLACES), numbers=contracts(), by_staff=st.booleans(), early=st.integers(0, 600))
    def opens(self, place, numbers, by_staff, early):
        self.form, begin = place
        self.now = datetime.fromisoformat(begin).replace(tzinfo=UTC) - early * MINUTE
        self.looks_open = looker(self.form)
        self.numbers, self.version = numbers, 1
        self.config = config_of(self.form, numbers, "v1")
        opener = "ben" if by_staff else "rosa"
        new = Ticket(17, "acme", "rosa", "VPN", Priority.P3, State.NEW, self.now, opener)
        self.ticket = promises.opened(new, self.config)
        self.happened = 0
        self.holding: set[Pause] = set()
        self.stretches: list[Stretch] = []
        self.begin(UPDATE if by_staff else FIRST)
        self.begin(SOLUTION)

    # --- the model

    def target(self, metric):
        plain, hardware = self.numbers
        priority = str(self.ticket.priority)
        return hardware.get((self.ticket.category, metric, priority), plain.get((metric, priority)))

    def begin(self, metric):
        if (minutes := self.target(metric)) is not None:
            self.stretches.append(Stretch(metric, minutes, self.now))

    def of(self, *metrics):
        return [stretch for stretch in self.stretches if stretch.metric in metrics]

    def live(self, *metrics):
        return [stretch for stretch in self.of(*(metrics or Metric)) if stretch.met is None]

    def pass_time(self, minutes):
        self.happened += 1
        for _ in range(minutes):
            opened = self.looks_open(self.now)
            self.now += MINUTE
            for stretch in self.live() if opened else ():
                if not self.holding or stretch.metric in NEVER_HELD:
                    stretch.used.append(self.now)

    def forget_what_is_not_owed(self):
        self.stretches = [s for s in self.stretches if s.met is not None or s.late(self.now)]
        for stretch in self.live():
            stretch.missed = True

    # --- what happens

    gaps = st.one_of(st.integers(0, 90), st.integers(0, 700))

    def unresolved(self):
        return self.ticket.state in UNRESOLVED

    @rule(gap=gaps)
    @precondition(lambda self: self.unresolved())
    def staff_answer(self, gap):
        self.pass_time(gap)
        self.ticket = promises.answered(tickets.touched_by_staff(self.ticket, self.now), self.config, self.now)
        for stretch in self.live(FIRST, NEXT, UPDATE):
            stretch.end(self.now)
        self.begin(UPDATE)

    @rule(gap=gaps)
    @precondition(lambda self: self.ticket.state in {*UNRESOLVED, State.RESOLVED})
    def the_requester_writes(self, gap):
        self.pass_time(gap)
        before, changed = self.ticket, tickets.written_by_requester(self.ticket)
        if before.state is State.RESOLVED:
            changed = promises.reopened(changed, self.config, self.now)
            self.again()
        else:
            changed = promises.resumed(changed, before.pending & {Pause.WAITING_CUSTOMER}, self.now)
            self.holding.discard(Pause.WAITING_CUSTOMER)
        self.ticket = promises.written(changed, self.config, self.now)
        if not self.of(FIRST):
            self.begin(FIRST)
        elif not self.live(FIRST, NEXT):
            self.begin(NEXT)

    @rule(gap=gaps, cause=st.sampled_from(Pause))
    @precondition(lambda self: self.unresolved() and len(self.holding) < len(Pause))
    def it_waits(self, gap, cause):
        self.pass_time(gap)
        if cause not in self.holding:
            self.ticket = promises.paused(tickets.pended(self.ticket, cause), cause, self.now)
            self.holding.add(cause)

    @rule(gap=gaps, data=st.data())
    @precondition(lambda self: self.holding)
    def a_wait_ends(self, gap, data):
        self.pass_time(gap)
        cause = data.draw(st.sampled_from(sorted(self.holding)))
        self.ticket = promises.resumed(tickets.resumed(self.ticket, cause), frozenset({cause}), self.now)
        self.holding.discard(cause)

    @rule(gap=gaps, priority=st.sampled_from([Priority.P1, Priority.P3]), category=st.sampled_from(["", "hardware"]))
    @precondition(lambda self: self.unresolved())
    def priority_and_category_change(self, gap, priority, category):
        self.pass_time(gap)
        self.ticket = replace(self.ticket, priority=priority, category=category)
        self.retarget()

    @rule(gap=gaps, numbers=contracts())
    def another_policy_is_in_force(self, gap, numbers):
        self.pass_time(gap)
        self.numbers, self.version = numbers, self.version + 1
        self.config = config_of(self.form, numbers, f"v{self.version}")
        self.retarget()

    def retarget(self):
        self.ticket = promises.retargeted(self.ticket, self.config, self.now)
        for stretch in self.live():
            target = self.target(stretch.metric)
            if target is not None:
                stretch.target = target
            elif stretch.late(self.now):
                stretch.missed = True
            else:
                self.stretches.remove(stretch)

    @rule(gap=gaps, by_requester=st.booleans())
    @precondition(lambda self: self.unresolved())
    def it_is_solved(self, gap, by_requester):
        self.pass_time(gap)
        waiting = self.ticket.pending
        done = tickets.resolved(self.ticket, "rosa" if by_requester else "ben", "Restarted it.", self.now)
        done = promises.resumed(done, waiting, self.now)
        self.ticket = promises.solved(done, self.config, self.now, by_requester=by_requester)
        self.holding.clear()
        for stretch in self.live(SOLUTION) if by_requester else self.live():
            stretch.end(self.now)
        self.forget_what_is_not_owed()

    @rule(gap=gaps)
    @precondition(lambda self: self.ticket.state is State.RESOLVED)
    def staff_reopen_it(self, gap):
        self.pass_time(gap)
        self.ticket = promises.reopened(tickets.reopened(self.ticket), self.config, self.now)
        self.again()

    def again(self):
        """The solution's unused minutes return; a miss is final."""
        for stretch in self.of(SOLUTION):
            stretch.met = None
        first = self.of(FIRST)
        if not first and self.ticket.opened_by == self.ticket.requester:
            self.begin(FIRST)
        elif not self.live(UPDATE) and (self.ticket.opened_by != self.ticket.requester or first[0].met):
            self.begin(UPDATE)

    @rule(gap=gaps)
    @precondition(lambda self: self.unresolved() and self.happened > 15)  # a life that ends early shows little
    def it_goes_on_in_another(self, gap):
        self.pass_time(gap)
        self.ticket = tickets.merged(promises.merged(self.ticket, self.config, self.now), 4, self.now)
        self.holding.clear()
        for stretch in self.live():
            stretch.end(self.now, merged=True)

    # --- what must hold

    def pairs(self):
        """Each clock with its stretch: of every promise in the order in which they began."""
        ordered = sorted(self.stretches, key=lambda stretch: list(Metric).index(stretch.metric))
        assert [c.metric for c in self.ticket.clocks] == [s.metric for s in ordered]
        return list(zip(self.ticket.clocks, ordered, strict=True))

    @invariant()
    def every_clock_has_counted_what_the_walk_has(self):
        hours = self.config.calendars["hours"]
        for clock, stretch in self.pairs():
            assert (clock.started_at, clock.target) == (stretch.begun, stretch.target * 60)
            assert clock.met_at == stretch.met
            assert sla.elapsed(clock, hours, self.now) == len(stretch.used) * 60
            assert sla.verdict(clock, hours, self.now) is stretch.stands(self.now, self.holding)

    @invariant()
    def of_each_promise_one_clock_runs_at_most(self):
        for metric in Metric:
            assert len(self.live(metric)) <= 1
        assert not [s for s in self.live() if not self.unresolved() and not s.missed]

    @invariant()
    def a_report_counts_each_stretch_as_the_model_does(self):
        words = {Verdict.MET: "met", Verdict.MISSED: "missed", Verdict.MERGED: "excluded"}
        hours = self.config.calendars["hours"]
        told = [each for each in kept(self.ticket, lambda c: sla.verdict(c, hours, self.now)) if each.clock]
        expected = [words.get(s.stands(self.now, self.holding), "running") for _, s in self.pairs()]
        assert [each.outcome for each in told] == expected

    @rule()
    def the_due_times_are_where_the_walk_will_use_them_up(self):
        hours = self.config.calendars["hours"]
        alarms = {r.metric: r.due for r in promises.reminders(self.ticket, self.config) if r.share == 1}
        for clock, stretch in self.pairs():
            if stretch.met is not None:
                assert sla.due_at(clock, hours) is None
                continue
            due = stretch.due() or self.ahead(stretch)
            if due is not None or (self.holding and stretch.metric not in NEVER_HELD):
                assert sla.due_at(clock, hours) == due
                assert alarms[clock.metric] == due

    def ahead(self, stretch):
        """When it will be used up if nothing happens; None while it is held, or if that is too far to walk."""
        if self.holding and stretch.metric not in NEVER_HELD:
            return None
        left, at = stretch.target - len(stretch.used), self.now
        for _ in range(AHEAD):
            left -= self.looks_open(at)
            at += MINUTE
            if not left:
                return at
        return None

    @rule()
    def an_explanation_adds_up_to_the_target_or_to_what_the_walk_has_counted(self):
        hours = self.config.calendars["hours"]
        for clock, stretch in self.pairs():
            told = why(clock, hours, self.now)
            total = sum(row.seconds for row in told.rows if row.kind is Kind.COUNTED)
            reached = len(stretch.used) >= stretch.target
            if reached or (stretch.met is None and told.due_at is not None):
                assert total == stretch.target * 60
            else:
                assert total == len(stretch.used) * 60
            assert told.verdict is stretch.stands(self.now, self.holding)


TestLife = Life.TestCase
TestLife.settings = SOME
