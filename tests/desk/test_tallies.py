"""What a ticket counts as: frozen once it has ended, judged while it is open."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import builds, integers, lists, none, one_of, sampled_from

from desk import sla, tickets
from desk.calendars import ALWAYS, parse_calendar
from desk.histograms import code_of
from desk.sla import Metric, Pause, Verdict
from desk.tallies import Cell, Contribution, changes, contribution, facts, kept, measure, summed
from desk.tickets import Priority, State, Ticket

AT = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
WEEK = ("mon", "tue", "wed", "thu", "fri")
OFFICE = parse_calendar({"tz": "UTC", "weekly": {day: [["09:00", "17:00"]] for day in WEEK}})


def clock(metric: Metric, hours: float):
    return sla.start(metric, round(hours * 3600), "office", AT, "v1")


FIRST, SOLUTION = clock(Metric.FIRST_RESPONSE, 1), clock(Metric.RESOLUTION, 8)
OPEN = Ticket(
    17, "acme", "ann", "VPN drops", Priority.P2, State.OPEN, AT, "ann", month=202610, clocks=(FIRST, SOLUTION),
    category="network",
)  # fmt: skip


def met(each, hours: float):
    return sla.meet(each, OFFICE, AT + hours * HOUR)


def solved(ticket: Ticket = OPEN, by: str = "ben", **also) -> Ticket:
    done = tickets.resolved(replace(ticket, clocks=(met(FIRST, 0.5), met(SOLUTION, 7))), by, "done", AT + 7 * HOUR)
    return replace(done, **also)


def never(_clock):
    raise AssertionError("what has ended is not judged again")


@pytest.mark.parametrize(
    ("ticket", "counts"),
    [
        (solved(), {"resolved": 1, "first_contact": 1, "met_first_response": 1, "met_resolution": 1}),
        (  # over target: 8 open hours end at 17:00, it was solved an open hour later
            replace(solved(), clocks=(met(FIRST, 2), met(SOLUTION, 25))),
            {"resolved": 1, "first_contact": 1, "missed_first_response": 1, "missed_resolution": 1},
        ),
        (  # taken back unanswered: the answer is owed no more, and there was no contact
            solved(by="ann", clocks=(met(SOLUTION, 1),)),
            {"resolved": 1, "excluded_first_response": 1, "met_resolution": 1},
        ),
        (
            solved(spent=1500, stars=4, state=State.CLOSED, replies=2, level=1, reopens=1),
            {"resolved": 1, "reopened": 1, "asked": 1, "rated": 1, "stars": 4, "spent": 1500,
             "met_first_response": 1, "met_resolution": 1},
        ),
        (  # two promises of one kind count each
            solved(clocks=(met(FIRST, 0.5), met(FIRST, 3), met(SOLUTION, 7))),
            {"resolved": 1, "first_contact": 1, "met_first_response": 1, "missed_first_response": 1,
             "met_resolution": 1},
        ),
        (  # an answer that was given before it was merged stays given; what still ran owes nothing
            replace(tickets.merged(OPEN, 3, AT + HOUR), clocks=(met(FIRST, 0.5), SOLUTION)),
            {"merged": 1, "met_first_response": 1, "excluded_resolution": 1},
        ),
    ],
    ids=["in time", "late", "taken back", "all that can be said of it", "several promises", "merged"],
)  # fmt: skip
def test_what_has_ended_counts_by_its_own_facts(ticket, counts):
    """Nobody is asked how its clocks stand, and no calendar is looked at."""
    assert facts(ticket, never) == Counter(counts)
    found = contribution(ticket)
    assert found is not None
    assert (found.cell, found.category, found.counts) == (Cell("acme", 202610, "P2"), "network", Counter(counts))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"replies": 1}, True),
        ({"replies": 2}, False),
        ({"level": 1}, False),
        ({"reopens": 1}, False),
        ({"resolved_by": "ann", "replies": 1}, True),  # answered once, and its requester says that it helped
        ({"resolved_by": "ann"}, False),
    ],
)
def test_solved_by_the_first_contact_is_without_detours(change, expected):
    assert bool(facts(solved(**change), never)["first_contact"]) is expected


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [(Verdict.RUNNING, "running"), (Verdict.PAUSED, "running"), (Verdict.MET, "met"), (Verdict.MISSED, "missed")],
)
def test_what_is_open_is_judged_and_contributes_nothing(verdict, outcome):
    assert {each.outcome for each in kept(OPEN, lambda _: verdict)} == {outcome}
    assert contribution(OPEN) is None
    again = replace(OPEN, reopens=1)
    assert facts(again, lambda _: verdict)["open_again"] == 1


def test_what_was_stored_before_months_were_counts_nowhere_yet():
    assert contribution(solved(month=0)) is None
    assert contribution(None) is None


def test_lengths_are_measured_by_day_and_night_and_in_open_time_without_what_held_the_clock():
    """Opened Monday 09:00, touched at 10:00, held from 12:00 to 14:00, solved on Tuesday at 10:00."""
    held = sla.resume(sla.pause(SOLUTION, Pause.WAITING_VENDOR, AT + 3 * HOUR), Pause.WAITING_VENDOR, AT + 5 * HOUR)
    ticket = replace(
        OPEN, touched_at=AT + HOUR, resolved_at=AT + 25 * HOUR, clocks=(met(FIRST, 1.5), met(held, 25))
    )  # fmt: skip
    assert dict(measure(ticket, OFFICE)) == {
        "acknowledge_wall": 3600, "acknowledge_open": 3600, "answer_wall": 5400, "answer_open": 5400,
        "resolve_wall": 25 * 3600, "resolve_open": 7 * 3600,
    }  # fmt: skip
    assert measure(OPEN, ALWAYS) == ()
    lengths = contribution(replace(ticket, state=State.RESOLVED, measured=measure(ticket, OFFICE))).lengths
    assert lengths["resolve_open", code_of(7 * 3600)] == 1
    assert lengths.total() == 6


contributions = builds(
    lambda priority, month, category, seconds, stars: contribution(solved(
        priority=priority, month=month, category=category, measured=(("resolve_wall", seconds),), stars=stars,
        state=State.CLOSED,
    )),
    sampled_from(Priority), sampled_from([202610, 202611]), sampled_from(["", "mail"]), integers(1, 10**6),
    one_of(none(), integers(1, 5)),
)  # fmt: skip


@given(lists(one_of(none(), contributions), min_size=1, max_size=12))
def test_however_a_ticket_wanders_what_is_left_is_what_it_counts_as_now(steps):
    """From state to state, each step only with the difference: in the end the sum is the last contribution alone."""
    moved = [change for was, now in zip([None, *steps], steps, strict=False) for change in changes(was, now)]
    left = [tidy(each) for each in summed(moved) if any(tidy(each)[2:])]
    assert left == ([tidy(steps[-1])] if steps[-1] else [])


def tidy(each: Contribution) -> tuple:
    kept_ = [{key: n for key, n in counter.items() if n} for counter in (each.counts, each.lengths)]
    return each.cell, each.category, each.tickets, *kept_


@given(contributions)
def test_a_ticket_that_is_stored_again_as_it_was_changes_nothing(each):
    assert changes(each, each) == []
