"""Opening hours as an operator writes them: two together, holidays by law and by feed, and what is refused."""

from datetime import UTC, date, datetime

import pytest

from bot.configuration import load_folder
from config.files import feeds
from config.problems import ConfigError
from desk.calendars import in_hours
from desk.hours import Calendar

PROVIDER = 'provider: {zone: UTC, weekly: {mon: ["08:00-18:00"], tue: ["08:00-18:00"]}}'
THEIRS = 'theirs: {zone: Europe/Berlin, weekly: {mon: ["07:00-12:00"], wed: ["07:00-12:00"]}}'
FEED = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20261224
DTEND;VALUE=DATE:20261226
SUMMARY:Company holidays
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART;TZID=Europe/Berlin:20261102T090000
DTEND;TZID=Europe/Berlin:20261102T100000
RRULE:FREQ=WEEKLY
SUMMARY:All hands
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTART:20261130T220000Z
DURATION:PT3H
SUMMARY:Over midnight
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def write(folder):
    """Puts calendars into the configuration, one a line, and files beside it."""

    def put(*lines, **files):
        path = folder / "clients.yaml"
        text = path.read_text()
        new = "".join(f"  {line}\n" for line in lines)
        path.write_text(text.replace("\ncalendars:\n", f"\ncalendars:\n{new}", 1))
        for name, content in files.items():
            (folder / f"{name}.ics").write_text(content)

    return put


def calendar(folder, id_):
    return load_folder(folder).calendars[id_]


def test_two_together_are_open_while_both_are_and_tell_the_client_s_time(folder, write):
    write(PROVIDER, THEIRS, "promise: {both: [provider, theirs]}")
    both = calendar(folder, "promise")
    assert both.zone == "Europe/Berlin"
    found = [hour for hour in range(24) if in_hours(both, datetime(2026, 11, 2, hour, 30, tzinfo=UTC))]
    assert found == [8, 9, 10], "from 08:00 UTC to 12:00 in Berlin"
    assert not in_hours(both, datetime(2026, 11, 4, 9, 0, tzinfo=UTC)), "a Wednesday is only the client's"


def test_a_country_s_holidays_are_named_and_reach_three_years_ahead(folder, write):
    write("bureau: {zone: Europe/Berlin, weekly: always, country: DE, subdivision: BE, holidays: {2026-12-24: Ours}}")
    office = calendar(folder, "bureau")
    assert isinstance(office, Calendar)
    this = datetime.now(UTC).year
    assert office.holiday_name(date(this, 3, 8)) == "Women's Day", "a holiday in Berlin alone"
    assert office.holiday_name(date(2026, 12, 24)) == "Ours"
    assert {day.year for day in office.holidays} >= set(range(this - 1, this + 4))


def test_a_feed_s_days_are_holidays_and_its_hours_are_taken_out(folder, write):
    """Also those of a series, and over midnight."""
    write("bureau: {zone: Europe/Berlin, weekly: always, ical: ours.ics}", ours=FEED)
    office = calendar(folder, "bureau")
    assert [office.holiday_name(date(2026, 12, day)) for day in (24, 25)] == ["Company holidays"] * 2
    assert not office.is_holiday(date(2026, 12, 26))
    for at, is_open in (
        (datetime(2026, 11, 2, 8, 30, tzinfo=UTC), False),
        (datetime(2026, 11, 9, 8, 30, tzinfo=UTC), False),
        (datetime(2026, 11, 9, 9, 30, tzinfo=UTC), True),
        (datetime(2026, 11, 30, 22, 30, tzinfo=UTC), False),
        (datetime(2026, 12, 1, 0, 30, tzinfo=UTC), False),
        (datetime(2026, 12, 1, 1, 30, tzinfo=UTC), True),
    ):
        assert in_hours(office, at) is is_open, at


def test_another_feed_is_another_configuration(folder, write):
    """Its bytes count, as those of the YAML files do."""
    write("bureau: {zone: UTC, weekly: always, ical: ours.ics}", ours=FEED)
    before = load_folder(folder).version
    (folder / "ours.ics").write_text(FEED.replace("Company", "Our"))
    assert load_folder(folder).version != before


def test_of_an_address_what_was_fetched_counts_and_loading_asks_nobody(folder, write):
    """Nothing answers at that address: a loader that asked would fail. Another copy is another configuration."""
    write("bureau: {zone: UTC, weekly: always, ical: 'http://127.0.0.1:9/ours.ics?key=1'}")
    copy = folder / "feeds" / "bureau.ics"
    copy.parent.mkdir()
    copy.write_text(FEED)
    before = load_folder(folder)
    assert before.calendars["bureau"].holiday_name(date(2026, 12, 24)) == "Company holidays"
    copy.write_text(FEED.replace("Company", "Our"))
    assert load_folder(folder).version != before.version


def test_two_calendars_may_name_one_address_and_have_a_copy_each(folder, write):
    write(*(f"{id_}: {{zone: UTC, weekly: always, ical: 'https://c.example/a.ics'}}" for id_ in ("one", "two")))
    (folder / "feeds").mkdir()
    for id_ in ("one", "two"):
        (folder / "feeds" / f"{id_}.ics").write_text(FEED.replace("Company", id_))
    assert [calendar(folder, id_).holiday_name(date(2026, 12, 24)) for id_ in ("one", "two")] == [
        "one holidays", "two holidays",
    ]  # fmt: skip


def test_a_file_beside_a_configuration_in_a_folder_called_feeds_is_missed_as_a_file(folder, write):
    write("x: {zone: UTC, weekly: always, ical: none.ics}")
    folder.rename(folder.with_name("feeds"))
    with pytest.raises(ConfigError, match=r"there is no file `none\.ics`"):
        load_folder(folder.with_name("feeds"))


def test_what_lasts_longer_than_the_years_that_count_closes_those_years():
    """And is cut there: a thousand years of days are nobody's business."""
    ages = FEED.replace("20261226", "30001231").replace("PT3H", "P9999W")
    found = feeds.by_feed(ages.encode(), "UTC", datetime(2026, 11, 2, tzinfo=UTC))
    assert (min(found.days), max(found.days)) == (date(2026, 12, 24), date(2029, 12, 31))
    assert max(found.hours) == date(2029, 12, 31)


NIGHT = 'night: {zone: UTC, weekly: {sun: ["01:00-02:00"]}}'
BAD = [
    # calendars, and the sentence
    ([PROVIDER, "promise: {both: [provider, nowhere]}"], "there is no calendar `nowhere`"),
    ([PROVIDER, "promise: {both: [provider, provider]}"], "expected two different calendars"),
    ([PROVIDER, THEIRS, "a: {both: [provider, theirs]}", "b: {both: [a, provider]}"], "`a` is made of two itself"),
    ([PROVIDER, "promise: {both: [promise, provider]}"], "`promise` is made of two itself"),
    ([PROVIDER, NIGHT, "p: {both: [provider, night]}"], "`p` never opens"),
    (["x: {zone: UTC, weekly: {}}"], "`x` never opens"),
    (['x: {zone: UTC, weekly: {mon: ["09:00-12:00", "11:00-15:00"]}}'], "hours of mon overlap"),
    (['x: {zone: UTC, weekly: {mon: ["22:00-06:00", "23:00-23:30"]}}'], "hours of mon overlap"),
    (['x: {zone: UTC, weekly: {mon: ["22:00-06:00"], tue: ["05:00-09:00"]}}'], "hours of mon run past midnight into"),
    (['x: {zone: UTC, weekly: {sun: ["22:00-06:00"], mon: ["05:00-09:00"]}}'], "hours of sun run past midnight into"),
    (['x: {zone: UTC, weekly: {mon: ["09:00-09:00"]}}'], "expected hours like `09:00-17:00`"),
    (["x: {zone: Europe/Berlni, weekly: always}"], "did you mean `Europe/Berlin`?"),
    (["x: {zone: UTC, weekly: always, country: XX}"], "no holidays known of a country `XX`"),
    (["x: {zone: UTC, weekly: always, country: DE, subdivision: ZZ}"], "`DE` has no subdivision `ZZ`"),
    (["x: {zone: UTC, weekly: always, subdivision: BE}"], "a subdivision of which `country`?"),
    (["x: {zone: UTC, weekly: always, ical: none.ics}"], "there is no file `none.ics` beside this one"),
    (["x: {zone: UTC, weekly: always, ical: ../other.ics}"], "is no name of an `.ics` file"),
    (["x: {zone: UTC, weekly: always, ical: 'ftp://c.example/a.ics'}"], "it is no web address such as"),
    (["x: {zone: UTC, weekly: always, ical: 'https:///a.ics'}"], "it is no web address such as"),
    (["x: {zone: UTC, weekly: always, ical: 'https://c.example:x/a.ics'}"], "it is no web address such as"),
    (["x: {zone: UTC, weekly: always, ical: 'https://c.example/a b.ics'}"], "it is no web address such as"),
    (["x: {zone: UTC, weekly: always, ical: 'https://me:word@c.example/a.ics'}"], "must not carry a user name or"),
    (["x: {zone: UTC, weekly: always, ical: 'http://c/a'}"], "`x`: its feed was not fetched yet; `deskbell fetch-fe"),
    (["x: {zone: UTC, weekly: always, ical: broken.ics}"], "it is no iCal"),
    (["x: {zone: UTC, weekly: always, ical: endless.ics}"], "a series in it repeats within the hour"),
    (["x: {zone: UTC, weekly: always, ical: often.ics}"], "a series in it repeats within the hour"),
    (["x: {zone: UTC, weekly: always, ical: many.ics}"], "events in these years; 2,000 at most"),
]
MANY = FEED.replace("RRULE:FREQ=WEEKLY", "RRULE:FREQ=HOURLY")
# More events than memory holds; one of them has two rules.
ENDLESS = FEED.replace("RRULE:FREQ=WEEKLY", "RRULE:FREQ=WEEKLY\nRRULE:FREQ=SECONDLY")
OFTEN = FEED.replace("RRULE:FREQ=WEEKLY", "RRULE:FREQ=DAILY;BYMINUTE=" + ",".join(map(str, range(60))))


def test_hours_that_end_where_those_of_the_next_day_begin_are_fine(folder, write):
    week = '{mon: ["06:00-22:00", "22:00-06:00"], tue: ["06:00-00:00"], wed: ["00:00-08:00"]}'
    write(f"shifts: {{zone: UTC, weekly: {week}}}")
    assert in_hours(calendar(folder, "shifts"), datetime(2026, 11, 3, 5, 59, tzinfo=UTC))


@pytest.mark.parametrize(("lines", "sentence"), BAD)
def test_hours_that_cannot_be_meant_are_refused_with_their_place(write, problems, lines, sentence):
    write(*lines, broken="BEGIN:VCALENDAR\nnonsense", many=MANY, endless=ENDLESS, often=OFTEN)
    found = problems()
    assert any(sentence in problem.sentence for problem in found), found
    assert all(problem.file == "clients.yaml" and problem.line > 1 for problem in found)
