"""A board in the words of its page, and as data. Pure; whatever somebody wrote is escaped by the template."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor
from typing import Any
from zoneinfo import ZoneInfo

from desk.cards import span_of
from desk.status import WORDS, Board, Day, Incident, Light, Standing, Update
from desk.uptime import percent

HEADLINES = {
    Light.UP: "Everything is up",
    Light.PARTLY: "Some of it is down",
    Light.DOWN: "Everything is down",
    Light.MAINTENANCE: "Maintenance is under way",
    Light.UNKNOWN: "Not all of it is known",
}
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
WIDTH, GAP = 8, 3  # of a day's bar, in units of the picture


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: where it stands in the picture, how it is drawn, and what is said of it."""

    x: int
    light: Light
    title: str

    @property
    def top(self) -> int:
        """What was down stands out without its colour, too."""
        return {Light.UP: 6, Light.MAINTENANCE: 14, Light.UNKNOWN: 6}.get(self.light, 0)


def shown(board: Board) -> dict[str, Any]:
    """What the template needs."""
    zone = ZoneInfo(board.page.zone)
    days = board.standings[0].days
    return {
        "board": board, **_headline(board),
        "at": _clock(board.at, zone), "since": f"{days[0].date:%-d %B %Y}", "count": len(days),
        "rows": [_row(standing) for standing in board.standings],
        "open": [_incident(each, zone) for each in board.incidents if _is_open(each)],
        "past": [_incident(each, zone) for each in board.incidents if not _is_open(each)],
        "planned": [(_from_to(span, zone), ", ".join(titles)) for span, titles in board.planned],
        "width": len(days) * (WIDTH + GAP) - GAP, "bar": WIDTH,
    }  # fmt: skip


def _headline(board: Board) -> dict[str, str]:
    """What staff still work on is no good news yet, whatever the monitors see."""
    if board.light is Light.UP and any(_is_open(incident) for incident in board.incidents):
        return {"headline": "All is seen up; an incident is still open", "symbol": "◐", "light": Light.PARTLY}
    return {"headline": HEADLINES[board.light], "symbol": WORDS[board.light][0], "light": board.light}


def _row(standing: Standing) -> dict[str, Any]:
    symbol, word = WORDS[standing.light]
    return {
        "id": standing.component.id, "title": standing.component.title, "light": standing.light, "symbol": symbol,
        "word": word, "uptime": uptime(standing.share), "summary": summary(standing),
        "bars": [Bar(n * (WIDTH + GAP), day.light, said(day)) for n, day in enumerate(standing.days)],
        "odd": [said(day) for day in reversed(standing.days) if day.down or day.planned],
    }  # fmt: skip


def uptime(share: float | None) -> str:
    """Never rounded up: what was down was not up for 100 %."""
    return "no data" if share is None else f"{floor(percent(share) * 100) / 100:.2f} %"


def said(day: Day) -> str:
    """`Mon 2 Nov 2026: 99.50 % up, 7 min down of 24 h 0 min counted`."""
    date = f"{day.date:%a %-d %b %Y}"
    if not day.known:
        return f"{date}: no data" + (f", maintenance for {span_of(day.planned)}" if day.planned else "")
    down = f"{span_of(day.down)} down" if day.down else "never down"
    parts = [f"{uptime(day.share)} up", f"{down} in the {span_of(day.known)} counted"]
    if day.planned:
        parts.append(f"maintenance for {span_of(day.planned)}")
    return f"{date}: {', '.join(parts)}"


def writable(words: str) -> str:
    """Without what XML has no way to write."""
    return UNWRITABLE.sub("\ufffd", words)


def summary(standing: Standing) -> str:
    """What the bars show, for those who do not see them."""
    worst = [day for day in standing.days if day.down]
    bad = f"down on {len(worst)} of {len(standing.days)} days" if worst else "never down"
    unknown = sum(1 for day in standing.days if not day.known)
    return f"{bad}; {unknown} without data" if unknown else bad


def _is_open(incident: Incident) -> bool:
    return str(incident.stage) != "resolved"


def _incident(incident: Incident, zone: ZoneInfo) -> dict[str, Any]:
    end = _clock(incident.ended_at, zone) if incident.ended_at else ""
    return {
        "alert": incident.alert, "titles": ", ".join(incident.titles), "stage": str(incident.stage),
        "began": _clock(incident.started_at, zone), "ended": end,
        "updates": [_update(update, zone) for update in incident.updates],
    }  # fmt: skip


def _update(update: Update, zone: ZoneInfo) -> dict[str, str]:
    at = update.at.astimezone(zone)
    stage = str(update.stage).capitalize()
    return {"stage": stage, "words": update.words, "at": _clock(at, zone), "iso": at.isoformat()}


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%-d %b %Y, %H:%M}"


def _from_to(span: tuple[datetime, datetime], zone: ZoneInfo) -> str:
    start, end = (at.astimezone(zone) for at in span)
    until = f"{end:%H:%M}" if start.date() == end.date() else _clock(end, zone)
    return f"{_clock(start, zone)} to {until}"


def as_json(board: Board) -> dict[str, Any]:
    return {
        "page": board.page.name, "title": board.page.title, "state": str(board.light), "at": board.at.isoformat(),
        "zone": board.page.zone, "components": [_component(standing) for standing in board.standings],
        "incidents": [_as_data(incident) for incident in board.incidents],
        "maintenance": [
            {"from": start.isoformat(), "until": end.isoformat(), "components": list(titles)}
            for (start, end), titles in board.planned
        ],
    }  # fmt: skip


def _component(standing: Standing) -> dict[str, Any]:
    return {
        "id": standing.component.id, "title": standing.component.title, "state": str(standing.light),
        "uptime_percent": None if standing.share is None else percent(standing.share),
        "counted_seconds": round(standing.known), "down_seconds": round(standing.down),
        "days": [_day(day) for day in standing.days],
    }  # fmt: skip


def _day(day: Day) -> dict[str, Any]:
    return {
        "date": day.date.isoformat(), "uptime_percent": None if day.share is None else percent(day.share),
        "counted_seconds": round(day.known), "down_seconds": round(day.down), "maintenance_seconds": round(day.planned),
    }  # fmt: skip


def _as_data(incident: Incident) -> dict[str, Any]:
    ended = incident.ended_at.isoformat() if incident.ended_at else None
    updates: Sequence[Update] = incident.updates
    return {
        "id": incident.alert, "components": list(incident.titles), "state": str(incident.stage),
        "started_at": incident.started_at.isoformat(), "up_again_at": ended,
        "updates": [{"at": u.at.isoformat(), "state": str(u.stage), "words": u.words} for u in updates],
    }  # fmt: skip
