"""A schedule as its page's template needs it. Pure: what is shown follows from what was read."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from bot.platforms.graphemes import shown
from bot.reports import addresses
from bot.reports.looks import LOOKS
from bot.rostering import WEEKS, Roster
from desk.charts import Chart, Series, Shape
from desk.fairness import Burden, Fairness, Share
from desk.intervals import FOREVER
from desk.people import Person
from desk.rotations import Turn, wall
from handlers.pictures import short

DAY = timedelta(days=1)
PERIODS: Mapping[str, tuple[str, int, int]] = {
    "last-28": ("The last 28 days", -28, 0),
    "last-90": ("The last 90 days", -90, 0),
    "last-365": ("The last 365 days", -365, 0),
    "next-28": ("The next 28 days", 0, 28),
    "next-90": ("The next 90 days", 0, 90),
}
USUAL = "last-90"
TONES = 4  # colours of people; a fifth has that of the first
MOST = 4  # turns of one day
CHARTED = 12  # people on a chart
EMPTY = "Nobody was on call, as far as is known. The plan is under “next”."


def span(period: str) -> tuple[timedelta, timedelta]:
    """From now."""
    _, start, end = PERIODS[period]
    return timedelta(days=start), timedelta(days=end)


def page(schedule: str, person: Person, period: str = "") -> str:
    query = {"as": person.id, **({"period": period} if period else {})}
    return f"/schedules/{quote(schedule, safe='')}?{urlencode(query)}"


def view(roster: Roster, person: Person, period: str) -> dict[str, Any]:
    chart = _chart(roster, PERIODS[period][0])
    return {
        "schedule": roster.schedule.id, "zone": roster.schedule.zone, "others": roster.others, "period": period,
        "periods": [(id_, title) for id_, (title, _, _) in PERIODS.items()], "title": PERIODS[period][0],
        "has": _has(roster), "next": _next(roster), "weeks": list(_weeks(roster)), "at": _moment(roster.now, roster),
        "shares": _table(roster),
        "about": _about(roster.fairness, roster), "chart": _drawn(chart) if chart else None,
        "home": f"/home?{urlencode({'as': person.id})}",
    }  # fmt: skip


def _name(roster: Roster, person: str) -> str:
    return short(shown(roster.names.get(person, person)), 40)


def _moment(at: datetime, roster: Roster) -> str:
    return f"{at.astimezone(ZoneInfo(roster.schedule.zone)):%a %-d %b %Y, %H:%M}"


def _has(roster: Roster) -> str:
    if roster.turn is None:
        return "▲ Nobody is on call."
    until = f" until {_moment(roster.turn.end, roster)}" if roster.turn.end < FOREVER else ""
    return f"{_name(roster, roster.turn.person)} is on call{until}."


def _next(roster: Roster) -> str:
    if roster.following is None:
        return ""
    return f"Then {_name(roster, roster.following.person)} from {_moment(roster.following.start, roster)}."


def _weeks(roster: Roster) -> Iterator[list[dict[str, Any]]]:
    """Seven days each, by the dates of the schedule's zone."""
    people = sorted({turn.person for turn in roster.turns})
    tones = {person: place % TONES for place, person in enumerate(people)}
    for week in range(WEEKS):
        yield [_day(roster, roster.monday + (7 * week + day) * DAY, tones) for day in range(7)]


def _day(roster: Roster, day: date, tones: Mapping[str, int]) -> dict[str, Any]:
    zone = ZoneInfo(roster.schedule.zone)
    start, end = (wall(each, time(), zone) for each in (day, day + DAY))
    entries = list(_entries(roster, start, end, tones))
    return {
        "date": f"{day:%a} {day.day}", "month": f"{day:%b}" if day.day == 1 else "",
        "today": start <= roster.now < end, "past": end <= roster.now, "entries": entries[:MOST],
        "more": max(len(entries) - MOST, 0),
    }  # fmt: skip


def _entries(roster: Roster, start: datetime, end: datetime, tones: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    """Each turn of the day, and each gap that is still to come."""
    free = start
    for turn in [turn for turn in roster.turns if turn.start < end and turn.end > start]:
        yield from _gap(roster, (free, turn.start), (start, end))
        yield _entry(roster, turn, (start, end), tones[turn.person])
        free = turn.end
    yield from _gap(roster, (free, end), (start, end))


def _gap(roster: Roster, gap: tuple[datetime, datetime], day: tuple[datetime, datetime]) -> Iterator[dict[str, Any]]:
    begin = max(gap[0], roster.now)
    if begin < gap[1]:
        yield {"name": "▲ nobody", "tone": "none", "when": _when((begin, gap[1]), day, roster)}


def _entry(roster: Roster, turn: Turn, day: tuple[datetime, datetime], tone: int) -> dict[str, Any]:
    return {"name": _name(roster, turn.person), "tone": str(tone), "when": _when((turn.start, turn.end), day, roster)}


def _when(turn: tuple[datetime, datetime], day: tuple[datetime, datetime], roster: Roster) -> str:
    """Nothing for the whole day."""
    start, end = (f"{at.astimezone(ZoneInfo(roster.schedule.zone)):%H:%M}" for at in turn)
    if turn[0] <= day[0]:
        return "" if turn[1] >= day[1] else f"until {end}"
    return f"from {start}" if turn[1] >= day[1] else f"{start}–{end}"


def _about(of: Fairness, roster: Roster) -> list[str]:
    """What the numbers are of, and what is in none of them."""
    planned = of.end > roster.now
    said = [f"{_hours(of.whole.seconds)} with somebody on call" + (", as it is planned now." if planned else ".")]
    if of.nobodys >= 60:
        said.append(f"▲ {_hours(of.nobodys)} with nobody on call; they are in no share.")
    if of.known > of.start:
        said.append(f"Nothing was noted before {_moment(of.known, roster)}.")
    return said


def _hours(seconds: float) -> str:
    hours = seconds / 3600
    return f"{hours:,.0f} h" if hours >= 10 or hours == int(hours) else f"{hours:.1f} h"


def _table(roster: Roster) -> dict[str, Any]:
    """Each number beside what it is of."""
    of = roster.fairness
    head = [("Person", False), ("Turns", True), ("Hours", True), ("Nights (22–6)", True), ("Weekends (Sat, Sun)", True)]
    rows = [_row(roster, share, of.whole, sum(each.turns for each in of.shares)) for share in of.shares]
    return {"name": f"shares {roster.schedule.id}", "head": head, "rows": rows, "empty": EMPTY}


def _row(roster: Roster, share: Share, whole: Burden, turns: int) -> list[dict[str, Any]]:
    own = share.burden
    pairs = ((own.seconds, whole.seconds), (own.nights, whole.nights), (own.weekends, whole.weekends))
    return [
        _cell(_name(roster, share.person), kind="short"),
        _cell(f"{share.turns:,} of {turns:,}", share.turns),
        *(_cell(_of(part, all_of), part) for part, all_of in pairs),
    ]


def _of(part: float, whole: float) -> str:
    return f"{_hours(part)} of {_hours(whole)} ({part / whole * 100:.1f} %)" if whole else "none there were"


def _cell(words: str, order: float | None = None, kind: str = "number") -> dict[str, Any]:
    return {"words": words, "tone": "", "href": "", "order": "" if order is None else f"{order:.0f}", "kind": kind}


def _chart(roster: Roster, title: str) -> Chart | None:
    """Whose part of the hours, the nights and the weekends is how large; None, where nobody had any."""
    of, shares = roster.fairness, roster.fairness.shares[:CHARTED]

    def part(name: str, whole: float, tone: str, values: Sequence[float]) -> Series:
        return Series(name, tuple(value / whole * 100 if whole else None for value in values), tone)

    chart = Chart(
        "fairness", f"Who has how much of it: {title[0].lower()}{title[1:]}", "% of what there was", "person",
        tuple(_name(roster, share.person) for share in shares),
        (
            part("hours", of.whole.seconds, "accent", [share.burden.seconds for share in shares]),
            part("nights", of.whole.nights, "calm", [share.burden.nights for share in shares]),
            part("weekends", of.whole.weekends, "warn", [share.burden.weekends for share in shares]),
        ),
        Shape.BARS, 1,
    )  # fmt: skip
    return chart if shares and not chart.blank else None


def _drawn(chart: Chart) -> dict[str, Any]:
    source = addresses.picture(chart)
    looks = {look.replace("-", "_"): f"{source}&look={look}" for look in LOOKS}
    return {"alt": chart.words(), "looks": looks}
