"""Who is on call: weekly turns in a zone, across both changes of the clocks."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import datetimes, sampled_from

from desk.oncall import Rotation, resolve, who_is_on_call

BERLIN = Rotation("desk", ("ben", "mia", "tom"), "Europe/Berlin", date(2026, 1, 5), time(9, 0))


@pytest.mark.parametrize(
    ("now", "person"),
    [
        ("2026-01-05T08:00+00:00", "ben"),  # 09:00 in Berlin, the very start
        ("2026-01-12T07:59+00:00", "ben"),  # one minute before the hand-over
        ("2026-01-12T08:00+00:00", "mia"),
        ("2026-01-05T07:59+00:00", "tom"),  # before the start the turns go on backwards
        ("2026-03-30T06:59+00:00", "tom"),  # the Monday after the clocks went forward: 08:59 local
        ("2026-03-30T07:00+00:00", "ben"),  # 09:00 local, one UTC hour earlier than the week before
        ("2026-10-26T07:59+00:00", "tom"),  # after they went back: 08:59 local
        ("2026-10-26T08:00+00:00", "ben"),
    ],
)
def test_the_turn_changes_at_the_local_hand_over(now, person):
    assert who_is_on_call(BERLIN, datetime.fromisoformat(now)).person == person


@given(
    datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)),  # noqa: DTZ001 - hypothesis wants bounds without a zone
    sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC", "Africa/Casablanca"]),
)
def test_a_turn_holds_its_moment_and_the_next_begins_where_it_ends(moment, zone):
    """No minute without somebody, and none with two."""
    rotation = Rotation("r", ("a", "b"), zone, date(2026, 1, 5), time(2, 30))
    now = moment.replace(tzinfo=UTC)
    turn = who_is_on_call(rotation, now)
    assert turn.start <= now < turn.end
    following = who_is_on_call(rotation, turn.end.astimezone(UTC))
    assert following.start == turn.end
    assert following.person != turn.person
    length = turn.end.astimezone(UTC) - turn.start.astimezone(UTC)
    assert timedelta(days=6, hours=21) <= length <= timedelta(days=7, hours=3)


def test_a_steps_target_is_a_person_a_team_or_whoever_is_on_call_and_a_retired_name_is_nobody():
    now = datetime(2026, 1, 6, 12, 0, tzinfo=UTC)
    rotations, teams = {"desk": BERLIN}, {"noc": ("mia", "tom")}
    assert resolve("oncall:desk", rotations, teams, now) == ("ben",)
    assert resolve("person:rosa", rotations, teams, now) == ("rosa",)
    assert resolve("team:noc", rotations, teams, now) == ("mia", "tom")
    assert resolve("team:gone", rotations, teams, now) == ()
    assert resolve("oncall:gone", rotations, teams, now) == ()
