"""What is noted of who was on call: what was planned at its own time, what was not from when it was seen."""

from datetime import UTC, datetime, timedelta

import pytest

from desk.duties import Duty, since_then, turns_of
from desk.rotations import Turn

HOUR = timedelta(hours=1)
START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def at(hours):
    return START + hours * HOUR


def turn(person, start, end):
    return Turn(person, at(start), at(end))


def duty(hours, person):
    return Duty("week", at(hours), person)


NOTED = [
    # the last note, the turns since then, now, what is noted, why the row is there
    (None, [turn("ben", 0, 9)], 0, [duty(0, "ben")], "the first of all"),
    (None, [], 0, [duty(0, None)], "the first of all, in a gap"),
    (duty(0, "ben"), [turn("ben", 0, 9)], 5, [], "nothing has changed"),
    (duty(0, "ben"), [turn("ben", 0, 5), turn("mia", 5, 9)], 5, [duty(5, "mia")], "on time"),
    (duty(0, "ben"), [turn("ben", 0, 5), turn("mia", 5, 9)], 7, [duty(5, "mia")], "late: it counts from its time"),
    (
        duty(0, "ben"), [turn("ben", 0, 2), turn("mia", 2, 4), turn("tom", 4, 9)], 7, [duty(2, "mia"), duty(4, "tom")],
        "a turn that came and went while nobody looked",
    ),
    (
        duty(0, "ben"), [turn("ben", 0, 2), turn("mia", 2, 4), turn("ben", 4, 9)], 7, [duty(2, "mia"), duty(4, "ben")],
        "and one after which the same person has it again",
    ),
    (duty(0, "ben"), [turn("ben", 0, 5)], 7, [duty(5, None)], "a gap that was planned"),
    (duty(0, "ben"), [turn("ben", 0, 2), turn("mia", 4, 9)], 7, [duty(2, None), duty(4, "mia")], "a gap that is over"),
    (duty(0, "ben"), [turn("tom", 0, 9)], 5, [duty(5, "tom")], "another configuration: nobody knew before now"),
    (duty(0, None), [turn("tom", 0, 9)], 5, [duty(5, "tom")], "a gap that was filled"),
]  # fmt: skip


@pytest.mark.parametrize(("last", "turns", "now", "noted", "why"), NOTED)
def test_what_is_noted_is_what_happened(last, turns, now, noted, why):
    assert since_then(last, "week", turns, at(now)) == noted, why


def test_the_notes_become_turns_without_those_of_nobody():
    duties = [duty(0, "ben"), duty(2, None), duty(4, "mia"), duty(4.5, "tom")]
    assert turns_of(duties, at(6)) == [turn("ben", 0, 2), turn("mia", 4, 4.5), turn("tom", 4.5, 6)]
    assert turns_of([], at(6)) == []
