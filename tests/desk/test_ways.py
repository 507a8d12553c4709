"""By which ways somebody is told and when: orders by severity, delays, quiet hours over nights, weekends and both
changes of the clock.
"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.alerts import Severity
from desk.hours import WHOLE_DAY, Calendar
from desk.ways import CHAT, Planned, Quiet, Way, Ways, plan

CRITICAL, HIGH, NORMAL, LOW = Severity
BERLIN = "Europe/Berlin"
NIGHTS = Calendar(BERLIN, dict.fromkeys(range(7), ((22 * 3600, 31 * 3600),)))  # 22:00 to 07:00
OFFICE = Calendar(BERLIN, dict.fromkeys(range(5), ((8 * 3600, 17 * 3600),)))
MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)  # 03:00 in Berlin
BEN = Ways(
    usual=(Way(CHAT), Way("push", 120), Way("mail", 300)),
    by_severity={CRITICAL: (Way("push"), Way(CHAT), Way("mail", 60))},
)


def quietly(*quiet: Quiet) -> Ways:
    return Ways(BEN.usual, BEN.by_severity, quiet=quiet)


def times(planned: tuple[Planned, ...]) -> list[tuple[str, datetime | None]]:
    return [(each.way, each.at) for each in planned]


def seconds(planned: tuple[Planned, ...], since: datetime) -> list[tuple[str, float]]:
    return [(each.way, (each.at - since).total_seconds()) for each in planned if each.at]


def test_without_a_word_somebody_is_told_by_chat_at_once():
    assert plan(Ways(), CRITICAL, MONDAY) == (Planned(CHAT, MONDAY, "at once"),)


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        (CRITICAL, [("push", 0), (CHAT, 0), ("mail", 60)]),  # an order of its own, kept as it is written
        (HIGH, [(CHAT, 0), ("push", 120), ("mail", 300)]),  # the usual one
        (LOW, [(CHAT, 0), ("push", 120), ("mail", 300)]),
    ],
)
def test_each_severity_has_its_order_and_delays_count_from_being_told(severity, expected):
    assert seconds(plan(BEN, severity, MONDAY), MONDAY) == expected


def test_why_is_said_of_each():
    said = [each.why for each in plan(BEN, HIGH, MONDAY, {"mail": "Acme keeps off mail"})]
    assert said == ["at once", "2 min after being told", "Acme keeps off mail"]


SEVEN = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)
QUIET = [
    # why, the quiet times, the severity, told at, when by chat, by push and by mail
    ("nothing is quiet by day", Quiet(NIGHTS), HIGH, MONDAY, 0, 120, 300),
    ("push and mail wait for the morning, chat does not", Quiet(NIGHTS), HIGH, NIGHT, 0, SEVEN, SEVEN),
    ("chat waits, too, where it is said so", Quiet(NIGHTS, chat=False), HIGH, NIGHT, SEVEN, SEVEN, SEVEN),
    ("what is as severe as the line is not held", Quiet(NIGHTS, HIGH), HIGH, NIGHT, 0, 120, 300),
    ("what is below it is", Quiet(NIGHTS, HIGH), NORMAL, NIGHT, 0, SEVEN, SEVEN),
    ("the first minute of the day is not quiet", Quiet(NIGHTS), HIGH, SEVEN, 0, 120, 300),
    ("a delay that leads into the night is held", Quiet(NIGHTS), HIGH, datetime(2026, 11, 2, 20, 57, tzinfo=UTC),
     0, 120, SEVEN),
    ("one that leads out of it is not", Quiet(NIGHTS), HIGH, SEVEN - timedelta(seconds=90), 0, 120, 300),
    ("outside of a calendar, a weekend long", Quiet(OFFICE, outside=True), LOW,
     datetime(2026, 11, 6, 16, 0, tzinfo=UTC), 0, datetime(2026, 11, 9, 7, 0, tzinfo=UTC),
     datetime(2026, 11, 9, 7, 0, tzinfo=UTC)),
    ("inside of it at once", Quiet(OFFICE, outside=True), LOW, MONDAY, 0, 120, 300),
]  # fmt: skip


@pytest.mark.parametrize(("why", "quiet", "severity", "told", "chat", "push", "mail"), QUIET, ids=[q[0] for q in QUIET])
def test_quiet_hours_hold_what_is_below_their_line_until_they_end(why, quiet, severity, told, chat, push, mail):
    at = [told + timedelta(seconds=e) if isinstance(e, int) else e for e in (chat, push, mail)]
    assert times(plan(quietly(quiet), severity, told)) == list(zip((CHAT, "push", "mail"), at, strict=True)), why


def test_critical_is_heard_in_the_night():
    assert seconds(plan(quietly(Quiet(NIGHTS)), CRITICAL, NIGHT), NIGHT) == [("push", 0), (CHAT, 0), ("mail", 60)]


def test_a_quiet_time_that_begins_where_another_ends_holds_on():
    early = Calendar(BERLIN, dict.fromkeys(range(7), ((7 * 3600, 8 * 3600),)))
    planned = plan(quietly(Quiet(NIGHTS), Quiet(early)), HIGH, NIGHT)
    assert dict(times(planned))["push"] == SEVEN + timedelta(hours=1)


@pytest.mark.parametrize(
    ("told", "end"),
    [
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), datetime(2026, 3, 29, 5, 0, tzinfo=UTC)),  # forward: an hour short
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), datetime(2026, 10, 25, 6, 0, tzinfo=UTC)),  # back: an hour longer
    ],
)
def test_a_night_ends_at_seven_by_the_wall_clock_whatever_it_did_meanwhile(told, end):
    assert dict(times(plan(quietly(Quiet(NIGHTS)), HIGH, told)))["push"] == end


def test_hours_that_never_open_again_keep_nobody_from_hearing_it():
    never = Calendar(BERLIN, {})
    assert dict(times(plan(quietly(Quiet(never, outside=True)), LOW, MONDAY)))["push"] == MONDAY + timedelta(minutes=2)


def test_a_way_that_may_not_be_used_is_named_and_left_out():
    planned = plan(BEN, CRITICAL, MONDAY, {"push": "Acme keeps off push"})
    assert planned[0] == Planned("push", None, "Acme keeps off push")
    assert seconds(planned, MONDAY) == [(CHAT, 0), ("mail", 60)]


def test_when_no_way_may_be_used_it_is_said_by_chat():
    only = Ways((Way("push"),))
    assert times(plan(only, HIGH, MONDAY, {"push": "no"})) == [("push", None), (CHAT, MONDAY)]


def test_every_way_of_a_person_is_named_once():
    assert BEN.every() == (CHAT, "push", "mail")


minutes = st.integers(0, 24 * 60 - 1)


@st.composite
def quiets(draw: st.DrawFn) -> Quiet:
    days = {}
    for day in range(7):
        start, length = draw(minutes), draw(st.integers(1, 14 * 60))
        days[day] = ((start * 60, (start + length) * 60),)
    zone = draw(st.sampled_from([BERLIN, "America/St_Johns", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]))
    return Quiet(Calendar(zone, days), draw(st.sampled_from(Severity)), draw(st.booleans()), draw(st.booleans()))


@given(
    quiet=st.lists(quiets(), max_size=3),
    severity=st.sampled_from(Severity),
    told=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone is Hypothesis's to add
)
def test_nothing_is_swallowed_and_nothing_rings_while_it_is_quiet(quiet, severity, told):
    """Whatever the quiet hours: each way has a time, none before its delay, and at that time nothing holds it; it is
    held no longer than it is quiet: a minute before, something held it.
    """
    ways = quietly(*quiet)
    for way, planned in zip(ways.order(severity), plan(ways, severity, told), strict=True):
        due = told + timedelta(seconds=way.after)
        assert planned.at is not None
        assert planned.at >= due
        holding = [q for q in quiet if q.holds(way.name, severity)]
        assert planned.at >= told + timedelta(days=8) or all(q.end(planned.at) == planned.at for q in holding)
        if planned.at > due:
            before = max(due, planned.at - timedelta(minutes=1))
            assert any(q.end(before) > before for q in holding)


def test_all_day_quiet_is_the_longest_there_is():
    """The configuration refuses it; nobody waits for more than a week and a day if it is there all the same."""
    always = Calendar("UTC", dict.fromkeys(range(7), WHOLE_DAY))
    assert dict(times(plan(quietly(Quiet(always)), LOW, MONDAY)))["push"] <= MONDAY + timedelta(days=16, minutes=2)
