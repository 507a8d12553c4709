"""Maintenance windows, as they are written: once and by a rule, by their own wall clock, and what is no window."""

from datetime import datetime, timedelta

import pytest

from bot.configuration import load_folder
from config.files import alerting
from config.problems import Problem
from config.reading import read
from config.yaml_lines import parse

TWO_HOURS = timedelta(hours=2)


def utc(said: str) -> datetime:
    return datetime.fromisoformat(f"{said}+00:00")


def written(settings: str) -> str:
    return f"maintenance:\n  patches: {{client: acme, lasts: 2h, {settings}}}\n"


def windows(settings: str, now: datetime, zone: str = "Europe/Berlin"):
    """What a file with this window gives: its spans and the warnings. `zone` is that of the client's calendar."""
    problems: list[Problem] = []
    document = parse("monitors.yaml", written(settings).encode(), problems)
    file = read(alerting.AlertingSections, document, {"client": ["acme"]})
    warnings: list[Problem] = []
    found = alerting.alerting(file, document, {"acme": zone}, now, warnings).windows
    assert problems == []
    return found["patches"].spans, warnings


NOW = utc("2026-11-02T12:00")
BEGINS = [
    # what is written, when it begins (UTC), why the row is there
    ('start: "2026-11-10 22:00"', ["2026-11-10T21:00"], "once, in the zone of the client's calendar"),
    ('start: "2026-11-10 22:00", zone: America/New_York', ["2026-11-11T03:00"], "once, in a zone of its own"),
    ('start: "2026-11-02 12:00"', ["2026-11-02T11:00"], "it is under way"),
    (
        'start: "2026-11-10 22:00", rrule: "FREQ=MONTHLY;BYDAY=2TU;COUNT=3"',
        ["2026-11-10T21:00", "2026-12-08T21:00", "2027-01-12T21:00"],
        "each second Tuesday, three times",
    ),
    (
        'start: "2026-10-20 22:00", rrule: "FREQ=WEEKLY;UNTIL=20261110T210000Z"',
        ["2026-11-03T21:00", "2026-11-10T21:00"],
        "what is over is left out, and the end counts",
    ),
    (
        'start: "2026-11-03 22:00", rrule: "FREQ=HOURLY;INTERVAL=2;COUNT=3"',
        ["2026-11-03T21:00"],
        "times that touch are one",
    ),
]


@pytest.mark.parametrize(("settings", "begins", "why"), BEGINS)
def test_a_window_has_dated_times(settings, begins, why):
    spans, warnings = windows(settings, NOW)
    assert ([span[0] for span in spans], warnings) == ([utc(said) for said in begins], []), why


OVER = [
    ('start: "2026-11-01 22:00"', "patch night was yesterday"),
    ('start: "2020-01-05 22:00", rrule: "FREQ=WEEKLY;COUNT=3"', "its count has run out"),
    ('start: "2020-01-05 22:00", rrule: "FREQ=WEEKLY;UNTIL=20201231T000000Z"', "its last day has passed"),
    ('start: "2026-11-02 11:00"', "it ends at this moment"),
]


@pytest.mark.parametrize(("settings", "why"), OVER)
def test_what_is_over_is_a_window_without_times_and_a_warning(settings, why):
    """Files that were good yesterday are good today: time that passes keeps no bot from starting."""
    spans, (warning,) = windows(settings, NOW)
    assert spans == (), why
    assert f"{warning}" == "monitors.yaml:2: `patches` has no time after 2026-11-02; take it out."


def test_a_folder_with_a_window_that_is_over_is_loaded_and_warns(folder):
    path = folder / "monitors.yaml"
    path.write_text(path.read_text() + written('start: "2020-01-05 22:00"'))
    config = load_folder(folder)
    assert config.alerting.windows["patches"].spans == ()
    assert [warning.sentence.split(";")[1] for warning in config.warnings if warning.file == "monitors.yaml"] == [
        " take it out."
    ]


CLOCKS = [
    # zone, since when, local begin of a weekly window, UTC begins before, in and after that night, why the row is there
    ("Europe/Berlin", "2027-03-20", "01-03 02:30", ["03-21T01:30", "03-28T01:30", "04-04T00:30"], "no 2:30"),
    ("Europe/Berlin", "2027-10-23", "01-03 02:30", ["10-24T00:30", "10-31T00:30", "11-07T01:30"], "2:30 twice"),
    ("America/New_York", "2027-03-06", "01-03 02:30", ["03-07T07:30", "03-14T07:30", "03-21T06:30"], "on another date"),
    ("America/New_York", "2027-10-30", "01-03 01:30", ["10-31T05:30", "11-07T05:30", "11-14T06:30"], "on another date"),
    ("Australia/Lord_Howe", "2027-09-25", "01-03 02:15", ["09-25T15:45", "10-02T15:45", "10-09T15:15"], "half an hour"),
    ("Australia/Lord_Howe", "2027-03-27", "01-03 01:45", ["03-27T14:45", "04-03T14:45", "04-10T15:15"], "half an hour"),
    ("America/Santiago", "2027-08-28", "01-03 00:30", ["08-29T04:30", "09-05T04:30", "09-12T03:30"], "no midnight"),
    ("America/Santiago", "2027-03-27", "01-02 23:30", ["03-28T02:30", "04-04T02:30", "04-11T03:30"], "23:30 twice"),
    ("Europe/Dublin", "2027-03-20", "01-03 01:30", ["03-21T01:30", "03-28T01:30", "04-04T00:30"], "winter is odd"),
    ("Europe/Dublin", "2027-10-23", "01-03 01:30", ["10-24T00:30", "10-31T00:30", "11-07T01:30"], "winter is odd"),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "since", "first", "begins", "why"), CLOCKS)
def test_a_series_goes_by_the_wall_clock_of_its_zone_and_lasts_as_long_as_ever(zone, since, first, begins, why):
    """A time that does not exist is meant by the clocks of before, and of one that comes twice it is the first."""
    settings = f'start: "2027-{first}", rrule: FREQ=WEEKLY, zone: {zone}'
    spans, _ = windows(settings, utc(f"{since}T00:00"), "Asia/Tokyo")
    found = [span for span in spans if span[0] >= utc(f"{since}T00:00")][:3]
    assert [start for start, _ in found] == [utc(f"2027-{said}") for said in begins], why
    assert {end - start for start, end in found} == {TWO_HOURS}


ODD = [
    ("  p: {client: acme, start: 2026-11-10, lasts: 2h}", "such as `2026-11-30 22:00`", "no time"),
    ('  p: {client: acme, start: "2026-02-30 22:00", lasts: 2h}', "expected a local time", "no such day"),
    ('  p: {client: acme, start: "2026-11-10 22:00", lasts: 15d}', "two weeks at most", "for ever"),
    ('  p: {client: acme, start: "2026-11-10 22:00", lasts: 0h}', "lasts", "no time at all"),
    ('  p: {client: acmi, start: "2026-11-10 22:00", lasts: 2h}', "did you mean `acme`?", "nobody's"),
    ('  p: {client: acme, start: "2026-11-10 22:00", lasts: 2h, zone: Mars/Olympus}', "zone", "no zone"),
    ('  p: {client: acme, start: "2026-11-10 22:00", lasts: 2h, match: [host]}', "is no matcher", "no matcher"),
    ('  p: {client: acme, start: "2026-11-10 22:00", lasts: 2h, rule: FREQ=DAILY}', "did you mean `rrule`?", "a slip"),
    ('  p: {client: acme, start: "2026-11-10 22:00", lasts: 2h, rrule: every tuesday}', "is no rule of iCal", "words"),
    ('  p: {client: acme, start: "2026-11-10 22:00", lasts: 2h, rrule: FREQ=OFTEN}', "is no rule of iCal", "not so"),
    ('  p: {client: acme, start: "2026-11-10 22:00", lasts: 2h, rrule: FREQ=MINUTELY}', "within the hour", "too often"),
    ('  p: {client: acme, start: "2026-11-10 22:00", lasts: 2h, rrule: FREQ=DAILY;INTERVAL=0}', "the hour", "for ever"),
    ('  p: {client: acme, start: "2026-11-10 22:00", lasts: 1h, rrule: FREQ=HOURLY}', "5,000 at most", "too many"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "part", "why"), ODD)
def test_what_is_no_window_is_refused_with_file_and_line(folder, problems, line, part, why):
    path = folder / "monitors.yaml"
    before = path.read_text()
    path.write_text(f"{before}maintenance:\n{line}\n")
    (problem,) = problems()
    assert (problem.file, problem.line) == ("monitors.yaml", len(before.splitlines()) + 2), why
    assert part in problem.sentence, problem.sentence
