"""The collected facts: what other systems' own tests expect, asked of the rules, and where we choose otherwise."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path

import pytest

from desk.calendars import ALWAYS, add_seconds, in_hours, parse_calendar, roll
from desk.sla import (
    Metric,
    Pause,
    Verdict,
    causes,
    due_at,
    elapsed,
    meet,
    pause,
    reopen,
    resume,
    retarget,
    start,
    verdict,
    warn_at,
)

DATA = Path(__file__).parent.parent / "data" / "sla"
VECTORS = [
    vector
    for path in sorted(DATA.glob("*.json"))
    for vector in json.loads(path.read_text(encoding="utf-8")).get("vectors", [])
]
SEMANTICS = json.loads((DATA / "semantics.json").read_text(encoding="utf-8"))["vectors_semantics"]


def of_kind(kind):
    return [pytest.param(vector, id=vector["id"]) for vector in VECTORS if vector["kind"] == kind]


def ours(vector, key):
    walk = vector["brute_force"]
    return vector[key] if walk["agrees"] else walk["result"]


def instant(text):
    return datetime.fromisoformat(text)


def held(vector, target):
    """The vector's clock, held and resumed event by event; a second cause takes over where pauses overlap."""
    clock = start(Metric.RESOLUTION, target, "c", instant(vector["start"]), "v1")
    events = []
    for (begin, end), cause in zip(vector["pauses"], cycle(Pause), strict=False):
        events += [(instant(begin), 1, pause, cause), (instant(end), 0 if begin < end else 2, resume, cause)]
    for moment, _, act, cause in sorted(events, key=lambda event: event[:2]):
        clock = act(clock, cause, moment)
    return clock


@pytest.mark.parametrize("vector", of_kind("due"))
def test_a_due_time_is_ours(vector):
    begin, target, calendar = instant(vector["start"]), vector["target_seconds"], parse_calendar(vector["calendar"])
    if target == 0:
        found = roll(calendar, begin, back=vector["direction"] == "backward")
    elif target < 0:
        found = add_seconds(calendar, begin, target)
    else:
        found = due_at(held(vector, target + vector.get("pause_business_seconds", 0)), calendar)
    assert found == instant(ours(vector, "expected_due"))


@pytest.mark.parametrize("vector", of_kind("elapsed"))
def test_an_elapsed_time_is_ours(vector):
    found = elapsed(held(vector, 1), parse_calendar(vector["calendar"]), instant(vector["end"]))
    assert found == ours(vector, "expected_seconds")


@pytest.mark.parametrize("vector", of_kind("in_hours"))
def test_a_moment_is_open_or_not_as_ours(vector):
    assert in_hours(parse_calendar(vector["calendar"]), instant(vector["at"])) is ours(vector, "expected")


def test_the_vectors_are_all_there_and_say_where_they_come_from():
    kinds = {kind: len(of_kind(kind)) for kind in ("due", "elapsed", "in_hours", "windows", "due_business_days")}
    assert kinds == {"due": 145, "elapsed": 53, "in_hours": 32, "windows": 11, "due_business_days": 8}
    assert all(vector["origin"] for vector in [*VECTORS, *SEMANTICS])


# --- sequences of events, on a calendar around the clock, in minutes

# Where a system chooses otherwise, the rules win.
DIFFERENT = {
    "sem-21": ({"status": "missed"}, "a late poll cannot turn a miss into a hit (rule 7)"),
    "sem-22": ({"status": "hit"}, "each promise has a verdict of its own; the first answer was in time"),
}
ELSEWHERE = {
    "sem-02": "whether a clock starts at all is decided where the ticket is opened",
    "sem-08": "the same",
    "sem-09": "the same",
    "sem-28": "a client without numbers is refused when the configuration loads",
    "sem-04": "a whole ticket plays it, in test_stretch_vectors.py",
    "sem-05": "a whole ticket plays it, in test_stretch_vectors.py",
    "sem-06": "a whole ticket plays it, in test_stretch_vectors.py",
    "sem-12": "a whole ticket plays it, in test_stretch_vectors.py",
    "sem-13": "a whole ticket plays it, in test_stretch_vectors.py",
    "sem-14": "a whole ticket plays it, in test_stretch_vectors.py",
    "sem-15": "a whole ticket plays it, in test_stretch_vectors.py",
    "sem-18": "how long the longest exchange took is no number of ours",
    "sem-20": "a whole ticket plays it, in test_stretch_vectors.py",
    "sem-32": "warnings at 50, 75 and 90 % are the configuration's default, not a rule",
}
EPOCH = instant("2026-06-01T00:00:00Z")
METRICS = {
    "response": Metric.FIRST_RESPONSE, "first": Metric.FIRST_RESPONSE, "sla_tto": Metric.FIRST_RESPONSE,
    "resolve": Metric.RESOLUTION, "resolution": Metric.RESOLUTION, "close": Metric.RESOLUTION,
    "sla_ttr": Metric.RESOLUTION,
}  # fmt: skip


def minute(number):
    return EPOCH + timedelta(minutes=number)


def minutes(moment):
    return None if moment is None else int((moment - EPOCH).total_seconds() // 60)


class Ticket:
    """Both clocks of a ticket, told in the words of the vectors."""

    def __init__(self, policy):
        self.policy = policy
        self.clocks = {}
        self.labels = []
        self.now = 0
        self.shift = None
        for name, value in policy.items():
            target = value["minutes"] if isinstance(value, dict) else value
            if name in METRICS:
                self.clocks[METRICS[name]] = start(METRICS[name], target * 60, "c", EPOCH, "v1")

    def tell(self, number, event):
        self.now = number
        if event.startswith("created:"):
            event = event.removeprefix("created:")
        act = {
            "agent_reply": self._answered, "status:Replied": self._replied, "awaiting_client": self._customer,
            "status:waiting": self._held, "status:stalled": self._held, "status=waiting": self._held,
            "status:open": self._open, "status:Open": self._open, "status=closed": self._ended,
            "resolved": self._ended, "closed": self._ended, "status:Resolved": self._ended,
            "status:Closed": self._ended, "reopened": self._reopened, "sla_changed": self._changed,
        }.get(event)  # fmt: skip
        if act:
            act(minute(number))
        self.labels.append(self.label())

    def each(self, change, *metrics):
        for metric in metrics or Metric:
            if metric in self.clocks:
                self.clocks[metric] = change(self.clocks[metric])

    def _answered(self, at):
        self.each(lambda clock: meet(clock, ALWAYS, at), Metric.FIRST_RESPONSE)

    def _replied(self, at):
        self._answered(at)
        self._held(at)

    def _customer(self, at):
        self.each(lambda clock: pause(clock, Pause.WAITING_CUSTOMER, at))

    def _held(self, at):
        """By the status, whichever it is called."""
        self.each(lambda clock: pause(clock, Pause.WAITING_VENDOR, at))

    def _open(self, at):
        self.each(lambda clock: resume(clock, Pause.WAITING_VENDOR, at))

    def _ended(self, at):
        self.each(lambda clock: meet(clock, ALWAYS, at), Metric.RESOLUTION)

    def _reopened(self, at):
        self.each(lambda clock: reopen(clock, ALWAYS, at), Metric.RESOLUTION)

    def _changed(self, at):
        before = self.due(Metric.RESOLUTION)
        self.each(lambda clock: retarget(clock, self.policy["then_resolve"] * 60, "v2", at), Metric.RESOLUTION)
        self.shift = self.due(Metric.RESOLUTION) - before

    def due(self, metric):
        return minutes(due_at(self.clocks[metric], ALWAYS)) if metric in self.clocks else None

    def verdicts(self):
        return {metric: verdict(clock, ALWAYS, minute(self.now)) for metric, clock in self.clocks.items()}

    def label(self):
        states = self.verdicts()
        if states.get(Metric.FIRST_RESPONSE) is Verdict.RUNNING:
            return "First Response Due"
        words = {Verdict.PAUSED: "Paused", Verdict.RUNNING: "Resolution Due", Verdict.MET: "Fulfilled"}
        return words.get(states.get(Metric.RESOLUTION), "Failed")

    def says(self):
        first, last = Metric.FIRST_RESPONSE, Metric.RESOLUTION
        dues = [due for due in (self.due(first), self.due(last)) if due is not None]
        found = {
            "response_due": self.due(first), "sla_tto_due": self.due(first),
            "resolution_due": self.due(last), "sla_ttr_due": self.due(last), "timer": self.due(last),
            "due": min(dues, default=None), "next": min(dues, default=None), "due_shift_minutes": self.shift,
            "labels_after_each": self.labels,
        }  # fmt: skip
        words = {Verdict.MISSED: "missed", Verdict.MET: "hit"}
        found["status"] = next((words[v] for v in self.verdicts().values() if v in words), "active")
        if last in self.clocks:
            clock = self.clocks[last]
            spent = int(elapsed(clock, ALWAYS, minute(self.now)) // 60)
            found |= {
                "paused": bool(causes(clock, minute(self.now))), "resolution_minutes": spent, "close_in_min": spent,
                "close_diff_in_min": clock.target // 60 - spent, "resolution_met": self.verdicts()[last] is Verdict.MET,
            }  # fmt: skip
            if clock.met_at is not None:
                found["escalation"] = self.due(last)
        if first in self.clocks:
            lead = self.policy.get("levels", [0])[0] * 60
            clock = self.clocks[first]
            found["level_due"] = minutes(warn_at(clock, ALWAYS, 1 + lead / clock.target))
        return found


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case["id"]) for case in SEMANTICS if case["id"] not in ELSEWHERE]
)
def test_a_sequence_of_events_ends_as_the_rules_say(case):
    ticket = Ticket(case["policy"])
    for number, event in case["events"]:
        ticket.tell(number, event)
    found = ticket.says()
    expected = {key: value for key, value in case["expect"].items() if key in found}
    assert expected, "the case says something about these two clocks"
    if case["id"] in DIFFERENT:
        assert any(found[key] != value for key, value in expected.items()), "listed as different, so it must be"
        expected = DIFFERENT[case["id"]][0]
    assert {key: found[key] for key in expected} == expected


def test_every_sequence_is_either_answered_or_named_with_a_reason():
    known = {case["id"] for case in SEMANTICS}
    assert set(DIFFERENT) | set(ELSEWHERE) <= known
    assert not set(DIFFERENT) & set(ELSEWHERE)
    assert len(known - set(ELSEWHERE)) >= 20


def test_a_vector_whose_interval_is_changed_no_longer_gives_its_due_time():
    vector = next(v for v in VECTORS if v["id"] == "own_edge_cases-019")
    clock, calendar = held(vector, vector["target_seconds"]), parse_calendar(vector["calendar"])
    shorter = replace(clock.pauses[0], end=clock.pauses[0].end - timedelta(minutes=1))
    assert due_at(replace(clock, pauses=(shorter,)), calendar) == due_at(clock, calendar) - timedelta(minutes=1)
