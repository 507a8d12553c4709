"""The slow truth about who is on call: walk the UTC line minute by minute, look at the local clock, count hand-overs.

It shares nothing with the code under test but the written form of a schedule: plain dictionaries and local times.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.desk.minute_walk import DAY, MINUTE, WEEKDAYS, clock, inside, minutes, walk

# Five zones and a day near which their clocks are set, forward and back; two by half an hour or at an odd minute.
PLACES = (
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # half an hour back
    ("Australia/Lord_Howe", date(2026, 10, 4)),  # half an hour forward
    ("America/St_Johns", date(2026, 3, 8)),  # three hours and a half from UTC
    ("America/St_Johns", date(2026, 11, 1)),
    ("America/Santiago", date(2026, 4, 5)),  # at midnight
    ("America/Santiago", date(2026, 9, 6)),
)
PEOPLE = ("ann", "ben", "mia", "tom")


def local_handovers(form, last):
    """The local dates on which a rotation changes hands by the wall clock, from its first on, in order."""
    start, every = form["start"], form["every"]
    if form["unit"] == "month":
        found, year, month = [], start.year, start.month
        while (year, month) <= (last.year, last.month):
            found.append(date(year, month, min(start.day, monthrange(year, month)[1])))
            year, month = year + (month - 1 + every) // 12, (month - 1 + every) % 12 + 1
        return found
    found, day, count = [start], start + DAY, 1
    while day <= last:
        if form["unit"] == "day" and count % every == 0:
            found.append(day)
        if form["unit"] == "week":
            weekday = form["weekday"] if form["weekday"] is not None else start.weekday()
            monday = start - timedelta(days=(start.weekday() - weekday) % 7)  # the first hand-over, or what it would be
            if day.weekday() == weekday and (day - monday).days // 7 % every == 0:
                found.append(day)
        day, count = day + DAY, count + 1
    return found


def people_by_minute(form, start, end):
    """Who a rotation gives each minute of `[start, end)` to; None before it begins."""
    zone, at_clock, people = ZoneInfo(form["zone"]), form["handover"], form["people"]
    begin = datetime.combine(form["start"] - 2 * DAY, time(), UTC)
    pending = [datetime.combine(day, at_clock) for day in local_handovers(form, (end + 2 * DAY).date())]
    holder, passed, found = None, 0, {}
    for at in walk(min(begin, start), end):
        here = at.astimezone(zone).replace(tzinfo=None)
        if form["unit"] == "hour":
            if holder is None and here >= pending[0]:
                holder = 0
            elif holder is not None:
                passed += 1
                holder = passed // (60 * form["every"])
        else:
            while pending and here >= pending[0]:
                pending.pop(0)
                holder = 0 if holder is None else holder + 1
        if at >= start:
            found[at] = None if holder is None else people[holder % len(people)]
    return found


def is_active(form, at):
    """Whether the layer's local clock is inside its hours; a window past midnight is the day's on which it begins."""
    if form["hours"] is None and form["weekdays"] is None:
        return True
    here = at.astimezone(ZoneInfo(form["zone"]))
    hours = [(minutes(a), minutes(b)) for a, b in form["hours"] or [("00:00", "24:00")]]
    days = form["weekdays"] or WEEKDAYS
    today, yesterday = (hours if WEEKDAYS[day.weekday()] in days else [] for day in (here, here.date() - DAY))
    return inside(today, yesterday, here.hour * 60 + here.minute)


def final_view(layers, overrides, start, end):
    """Who is on call in each minute: the newest override, else the first layer that is active and has begun."""
    by_layer = [people_by_minute(form, start, end) for form in layers]
    found = {}
    for at in walk(start, end):
        said = [person for person, begin, stop in reversed(overrides) if begin <= at < stop]
        said += [people[at] for form, people in zip(layers, by_layer, strict=True) if is_active(form, at)]
        found[at] = next((person for person in said if person), None)
    return found


@st.composite
def layers(draw, place):
    zone, day = place
    start = day + draw(st.integers(-4, 2)) * DAY
    unit = draw(st.sampled_from(["hour", "day", "week", "month"]))
    people = draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3))
    at_clock = draw(st.sampled_from([0, 30, 60, 90, 105, 120, 135, 150, 180, 540, 1439]))
    opens, closes = draw(st.tuples(st.integers(0, 95), st.integers(1, 96)).filter(lambda pair: pair[0] != pair[1]))
    return {
        "zone": zone, "start": start, "unit": unit, "people": tuple(people), "every": draw(st.integers(1, 3)),
        "handover": time(at_clock // 60, at_clock % 60),
        "weekday": draw(st.none() | st.integers(0, 6)) if unit == "week" else None,
        "hours": draw(st.none() | st.just([[clock(opens * 15), clock(closes * 15)]])),
        "weekdays": draw(st.none() | st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=4, unique=True)),
    }  # fmt: skip


@st.composite
def rosters(draw, places=PLACES):
    """`(layers, overrides, start, end)` near a day on which clocks are set; a lower layer may have another zone."""
    place = draw(st.sampled_from(places))
    forms = [draw(layers(place)) for _ in range(draw(st.integers(1, 2)))]
    if draw(st.booleans()):
        forms.append(draw(layers((draw(st.sampled_from(places))[0], place[1]))))
    start = datetime.combine(place[1] - 2 * DAY, time(), UTC) + draw(st.integers(0, 24 * 60)) * MINUTE
    end = start + draw(st.integers(60, 4 * 24 * 60)) * MINUTE
    overrides = []
    for _ in range(draw(st.integers(0, 2))):
        begin = start + draw(st.integers(-600, 3000)) * MINUTE
        overrides.append((draw(st.sampled_from(PEOPLE)), begin, begin + draw(st.integers(1, 2000)) * MINUTE))
    return forms, overrides, start, end
