"""Turns that somebody else plans: whom an event means, when, and what of it is told instead of guessed."""

from datetime import UTC, datetime

import pytest

from bot.configuration import load_folder
from config.files import turns
from desk.oncall import everybody, on_call
from desk.rotations import Turn

CALLED = {"ben": ("ben", "Ben Okoro", "ben@desk.example"), "mia": ("mia", "Mia Lindqvist"), "on": ("on", "Ona Onat")}
NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def event(summary, *lines, start="DTSTART:20261102T080000Z", end="DTEND:20261102T200000Z"):
    whose = [f"UID:{summary}{start}", start, end, f"SUMMARY:{summary}"]
    return "\r\n".join(["BEGIN:VEVENT", *whose, *lines, "END:VEVENT"])


def feed(*events):
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//t//EN", *events, "END:VCALENDAR", ""]).encode()


def told(*events, zone="Europe/Berlin"):
    return turns.by_feed(feed(*events), zone, CALLED, NOW)


def utc(said):
    return datetime.fromisoformat(f"{said}+00:00")


WHOM = [
    # summary, further lines, whom it means, why the row is there
    ("ben", [], "ben", "an id"),
    ("Mia Lindqvist", [], "mia", "a name"),
    ("mia lindqvist", [], "mia", "in any case"),
    ("ben@desk.example", [], "ben", "an address"),
    ("NOC primary: Mia Lindqvist (+49 30 1)", [], "mia", "a name among other words"),
    ("On duty: nobody yet", [], "on", "an id that is a word is taken for its person: choose ids with care"),
    ("somebody", ["ATTENDEE:mailto:Ben@Desk.Example"], "ben", "by who attends"),
    ("somebody", ['ATTENDEE;CN="Mia Lindqvist":mailto:m@x.example'], "mia", "by the name of who attends"),
    ("Mia Lindqvist", ["ATTENDEE:mailto:ben@desk.example"], "ben", "who attends comes before the summary"),
    ("Mia Lindqvist", ["ATTENDEE:mailto:x@y.example", "ATTENDEE:mailto:ben@desk.example"], "ben", "one of several"),
    ("Zoe", [], None, "nobody here"),
    ("benjamin", [], None, "an id inside a word is none"),
    ("ben@elsewhere.example", [], None, "nor is one inside an address"),
    ("Ben Okoro and Mia Lindqvist", [], None, "two at once"),
]


@pytest.mark.parametrize(("summary", "lines", "person", "why"), WHOM)
def test_an_event_means_the_one_person_whom_it_names(summary, lines, person, why):
    found = told(event(summary, *lines))
    assert [turn.person for turn in found.turns] == ([person] if person else []), why
    assert found.strangers == (() if person else (summary,)), why


def test_days_without_hours_are_those_of_the_schedule_s_zone():
    """From midnight to midnight by the wall clock, here over the night in which the clocks go back."""
    days = event("ben", start="DTSTART;VALUE=DATE:20261024", end="DTEND;VALUE=DATE:20261026")
    assert told(days).turns == (Turn("ben", utc("2026-10-23T22:00"), utc("2026-10-25T23:00")),)


def test_hours_without_a_zone_are_those_of_the_schedule_s_zone():
    floating = event("ben", start="DTSTART:20261102T080000", end="DTEND:20261102T100000")
    assert told(floating).turns == (Turn("ben", utc("2026-11-02T07:00"), utc("2026-11-02T09:00")),)


def test_a_series_is_expanded_three_years_ahead():
    """By the wall clock of its zone: the Mondays of winter and of summer begin at another UTC hour."""
    weekly = event(
        "mia", "RRULE:FREQ=WEEKLY", start="DTSTART;TZID=Europe/Berlin:20260105T090000",
        end="DTEND;TZID=Europe/Berlin:20260105T170000",
    )  # fmt: skip
    found = told(weekly).turns
    assert found[0] == Turn("mia", utc("2026-01-05T08:00"), utc("2026-01-05T16:00"))
    assert Turn("mia", utc("2026-07-06T07:00"), utc("2026-07-06T15:00")) in found
    assert found[-1].end == utc("2029-12-31T16:00")


def test_of_two_events_at_once_the_one_that_began_later_counts_and_the_other_goes_on_after_it():
    long = event("ben", start="DTSTART:20261102T000000Z", end="DTEND:20261105T000000Z")
    inside = event("mia", start="DTSTART:20261103T000000Z", end="DTEND:20261104T000000Z")
    assert told(inside, long).turns == (
        Turn("ben", utc("2026-11-02T00:00"), utc("2026-11-03T00:00")),
        Turn("mia", utc("2026-11-03T00:00"), utc("2026-11-04T00:00")),
        Turn("ben", utc("2026-11-04T00:00"), utc("2026-11-05T00:00")),
    )


def test_the_same_event_twice_is_one_turn_and_one_that_was_cancelled_is_none():
    found = told(event("ben"), event("ben"), event("mia", "STATUS:CANCELLED"))
    assert found.turns == (Turn("ben", utc("2026-11-02T08:00"), utc("2026-11-02T20:00")),)


@pytest.fixture
def planned(folder):
    """A schedule by the file `noc.ics`, with Ben's turns beneath it."""

    def put(content, layer="{ical: noc.ics}"):
        path = folder / "people.yaml"
        new = f"schedules:\n  noc:\n    zone: UTC\n    layers:\n      - {layer}\n"
        path.write_text(path.read_text().replace("schedules:\n", new, 1))
        (folder / "noc.ics").write_bytes(content)
        return folder

    return put


def test_a_feed_is_a_layer_and_what_names_nobody_is_a_warning(planned):
    loaded = load_folder(planned(feed(event("mia"), event("Zoe"), event("Yan"))))
    schedule = loaded.schedules["noc"]
    assert everybody(schedule) == ("mia",)
    assert on_call(schedule, (), utc("2026-11-02T12:00")).person == "mia"
    sentences = [f"{warning}" for warning in loaded.warnings]
    assert "people.yaml:16: `noc`: its feed has events that name nobody, or several people: “Zoe”, “Yan”." in sentences


def test_another_feed_is_another_configuration(planned):
    folder = planned(feed(event("mia")))
    before = load_folder(folder).version
    (folder / "noc.ics").write_bytes(feed(event("ben")))
    assert load_folder(folder).version != before


BAD = [
    (b"half a cal", "{ical: noc.ics}", "`noc`: it is no iCal: "),
    (b"", "{ical: other.ics}", "`noc`: there is no file `other.ics` beside this one."),
    (b"", "{ical: 'https://c.example/noc'}", "`noc`: its feed was not fetched yet; `deskbell fetch-feeds` does."),
    (b"", "{ical: ../noc.ics}", "is no name of an `.ics` file beside this one"),
    (b"", "{ical: noc.ics, people: [ben]}", "unknown key"),
    (feed(event("ben", "RRULE:FREQ=MINUTELY")), "{ical: noc.ics}", "a series in it repeats within the hour"),
    (feed(event("ben", "RRULE:FREQ=DAILY;INTERVAL=0")), "{ical: noc.ics}", "a series in it repeats within the hour"),
    (feed(event("ben", "RRULE:FREQ=HOURLY")), "{ical: noc.ics}", "events in these years; 10,000 at most"),
]


@pytest.mark.parametrize(("content", "layer", "part"), BAD)
def test_a_feed_that_cannot_be_read_is_one_sentence_on_its_line(planned, problems, content, layer, part):
    planned(content, layer)
    (problem,) = problems()
    assert (problem.file, problem.line) == ("people.yaml", 16)
    assert part in problem.sentence


def test_a_person_of_a_feed_must_be_somebody_who_may_be_told(planned, spoil, problems):
    """As everybody on a path: Ann is a requester of Acme."""
    planned(feed(event("ann")))
    spoil("clients.yaml", "oncall:week", "oncall:noc")
    (problem,) = problems()
    assert "`oncall:noc` tells `ann` of acme and globex" in problem.sentence
