"""The slow truth about opening hours: walk the UTC line minute by minute and look at the local clock.

It shares nothing with the code under test but the written form of a calendar.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# A zone and a day near which its clocks do something.
PLACES = (
    ("UTC", date(2026, 6, 3)),  # nothing
    ("Europe/Berlin", date(2026, 3, 29)),  # 2:00 to 3:00
    ("Europe/Berlin", date(2026, 10, 25)),  # 3:00 to 2:00
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # by half an hour
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("America/Santiago", date(2026, 4, 5)),  # at midnight
    ("America/Santiago", date(2026, 9, 6)),
    ("Asia/Kathmandu", date(2026, 2, 28)),  # 5:45 from UTC
    ("Pacific/Apia", date(2011, 12, 30)),  # a date that does not exist
    ("Europe/London", date(2026, 12, 31)),  # the turn of a year
)
# Where no clock is set for weeks.
QUIET = (("UTC", date(2026, 6, 3)), ("Europe/Berlin", date(2026, 6, 3)), ("Asia/Kathmandu", date(2026, 2, 28)))


def opens_weekly(case):
    return any(case[0]["weekly"].values())


def minutes(text):
    hours, rest = text.split(":")
    return int(hours) * 60 + int(rest)


def clock(of_day):
    return f"{of_day // 60:02}:{of_day % 60:02}"


def looker(form):
    """A function that says whether the calendar's local clock is inside a window at a UTC instant, to the minute."""
    zone, days = ZoneInfo(form["tz"]), {}
    weekly, overrides, breaks = form.get("weekly", {}), form.get("date_overrides", {}), form.get("breaks", {})

    def of_day(day):
        """The open and the removed windows that start on the date, in minutes, and whether it is a holiday."""
        text = day.isoformat()
        opened = overrides.get(text, weekly.get(WEEKDAYS[day.weekday()], ()))
        holiday = text in form.get("holidays", ()) or text[5:] in form.get("annual_holidays", ())
        return [[(minutes(a), minutes(b)) for a, b in entry] for entry in (opened, breaks.get(text, ()))], holiday

    def is_open(at):
        local = at.astimezone(zone)
        day, now = local.date(), local.hour * 60 + local.minute
        if day not in days:
            days[day] = (*of_day(day), of_day(day - DAY)[0])
        (opened, removed), holiday, (opened_before, removed_before) = days[day]
        return not holiday and inside(opened, opened_before, now) and not inside(removed, removed_before, now)

    return is_open


def inside(today, yesterday, now):
    return any(a <= now < b or b <= a <= now for a, b in today) or any(b <= a and now < b for a, b in yesterday)


def is_open(form, at):
    return looker(form)(at)


def seconds_open(form, start, end, pauses=()):
    """Open seconds by walking; every instant is on a full minute."""
    looks_open = looker(form)
    return sum(60 for at in walk(start, end) if looks_open(at) and not paused(pauses, at))


def due(form, start, seconds, pauses=(), days=40):
    """The end of the minute in which the target is used up, None if that takes too many days to walk."""
    left, looks_open = seconds, looker(form)
    for at in walk(start, start + days * DAY):
        if looks_open(at) and not paused(pauses, at):
            left -= 60
            if left == 0:
                return at + MINUTE
    return None


def walk(start, end):
    at = start
    while at < end:
        yield at
        at += MINUTE


def paused(pauses, at):
    return bool(pauses) and any(begin <= at < end for begin, end in pauses)


@st.composite
def windows(draw):
    """Up to two windows of a day on quarters of an hour; some run past midnight, some end at 24:00, some overlap."""
    found = []
    for _ in range(draw(st.integers(0, 2))):
        opens = draw(st.integers(0, 95)) * 15
        closes = draw(
            st.integers(0, 96).map(lambda quarter: quarter * 15).filter(lambda end, opens=opens: end != opens)
        )
        found.append([clock(opens), clock(closes)])
    return found


@st.composite
def forms(draw, place=None, *, dated=True):
    """A written calendar whose exceptions lie near the place's date."""
    zone, day = place or draw(st.sampled_from(PLACES))
    near = st.integers(-3, 6).map(lambda n: (day + n * DAY).isoformat())
    form = {"tz": zone, "weekly": {name: draw(windows()) for name in WEEKDAYS if draw(st.integers(0, 4))}}
    form["holidays"] = draw(st.lists(near, max_size=2))
    if dated:
        form["annual_holidays"] = [text[5:] for text in draw(st.lists(near, max_size=1))]
        form["date_overrides"] = draw(st.dictionaries(near, windows(), max_size=2))
        form["breaks"] = draw(st.dictionaries(near, windows(), max_size=2))
    return form


@st.composite
def cases(draw, places=PLACES, *, dated=True):
    """`(form, start)`: a calendar and a full minute within two days of something odd."""
    zone, day = draw(st.sampled_from(places))
    form = draw(forms((zone, day), dated=dated))
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) + draw(st.integers(-2880, 2880)) * MINUTE
    return form, start
