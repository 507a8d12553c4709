"""The tables of a review: every number beside what it is of."""

from typing import Any
from zoneinfo import ZoneInfo

from desk.cards import span_of
from desk.reports import Attainment, Duration, Lengths, Promise, Report, Share, Uptime
from desk.uptime import percent
from handlers.pictures.numbers import LABELS
from handlers.pictures.report import NOUNS, falls_short, share, stars

Table = dict[str, Any]  # head, rows, widths (shares of the page, 0: as wide as it is), numbers (columns), empty
NONE = "no data"
ABOUT_PROMISES = (
    "Tickets opened in the period. A share is of the promises that have been judged: kept, or their time has passed."
    " What still runs is in neither part of it."
)
ABOUT_LENGTHS = (
    "Half of the tickets took no longer than the first number, nine in ten no longer than the second. Open time counts"
    " the agreed hours alone, without waiting for the customer."
)
ABOUT_BREACHES = "Times are in the client's zone; how late it was is counted in open time."
LISTED = 40  # broken promises
WHAT = {
    "acknowledge": "Until somebody acted (MTTA)", "answer": "Until the first answer", "resolve": "Until solved (MTTR)",
}  # fmt: skip
DEFINITIONS = (
    ("Period", "A ticket counts in the month in which it was opened, in the client's time zone."),
    ("Promise kept", "It was there before the target's time, in the contract's hours without waiting, was used up."),
    ("Share", "Promises kept of promises judged. A promise is judged when it was kept or when its time has passed."),
    ("Not judged yet", "Promises that still run or are paused. They are in no share."),
    ("Owed nothing", "Promises that ended without a verdict: the request was taken back before it was due, or merged."),
    ("Until somebody acted", "From opening to the first thing that the team did with the ticket."),
    ("Until solved", "From opening to the solution that held; a ticket opened again counts to its last solution."),
    ("Half, and nine in ten", "Percentiles from a logarithmic histogram, at most 3 % off."),
    ("Solved by the first answer", "Solved tickets with one answer, no escalation and no reopening."),
    ("Reopened", "Tickets opened again at least once, of those that were solved at least once."),
    ("Uptime", "Seconds up of seconds with data, from when outages began and ended. Time without data is in neither."),
    ("Satisfaction", "The mean of the stars that were given, one to five, with how many of those asked gave any."),
)  # fmt: skip


def tiles(report: Report) -> list[Table]:
    """What stands on the cover: at most four numbers with their target or what they are of."""
    found = [_tile(p) for p in report.promises if not p.priority][:2]
    volume = report.volume
    found.append(_of(f"{volume.opened:,}", "tickets opened", f"{volume.resolved:,} solved, {volume.still_open:,} open"))
    known = [s for s in report.uptime if s.share is not None]
    if known:
        low = sum(falls_short(s) for s in known)
        up, whole = sum(s.up for s in known), sum(s.up + s.down for s in known)
        about = f"{low} of {len(known)} under target" if low else f"of {len(known)} services, with data"
        found.append(_of(f"{percent(up / whole):.2f} %", "services up", about, "bad" if low else "good"))
    return found


def _tile(promise: Promise) -> Table:
    of = promise.attainment
    goal = f"target {of.goal * 100:g} %, " if of.goal is not None else ""
    if of.share is None:
        return _of(NONE, LABELS[promise.metric].lower(), f"{goal}nothing judged")
    about = f"{goal}{of.met:,} of {of.judged:,}"
    return _of(f"{of.share * 100:.1f} %", LABELS[promise.metric].lower(), about, _tone(of))


def _of(value: str, name: str, about: str, tone: str = "calm") -> Table:
    return {"value": value, "name": name, "about": about, "tone": tone}


def _tone(of: Attainment) -> str:
    if of.share is None or of.goal is None:
        return "calm"
    return "good" if of.share >= of.goal else "bad"


def tables(report: Report) -> dict[str, Table]:
    return {
        "promises": _promises(report), "volume": _volume(report), "outcome": _outcome(report),
        "categories": _categories(report), "lengths": _lengths(report), "services": _services(report),
        "breaches": _breaches(report),
    }  # fmt: skip


def _table(head: str, rows: list[list[Any]], widths: tuple[int, ...], numbers: tuple[int, ...], empty: str) -> Table:
    return {
        "head": head.split("|"), "rows": rows, "widths": list(widths), "numbers": list(numbers), "empty": empty,
    }  # fmt: skip


def _promises(report: Report) -> Table:
    rows = [
        [
            LABELS[p.metric] if not p.priority else "", p.priority or "all",
            {"words": f"{NONE if of.share is None else f'{of.share * 100:.1f} %'}{of.mark}", "tone": _tone(of)},
            f"{of.met:,} of {of.judged:,}", "" if of.goal is None else f"{of.goal * 100:g} %", f"{of.open:,}",
            f"{of.excluded:,}",
        ]
        for p in report.promises
        for of in (p.attainment,)
    ]  # fmt: skip
    head = "Promise|Priority|Kept|Of judged|Target|Not judged yet|Owed nothing"
    return _table(head, rows, (2, 0, 0, 0, 0, 0, 0), (2, 3, 4, 5, 6), "Nothing is promised.")


def _volume(report: Report) -> Table:
    """The period beside those before it."""
    columns = [*((t.period.title, t.opened, dict(t.by_priority)) for t in report.earlier)]
    columns.append((report.period.title, report.volume.opened, dict(report.volume.by_priority)))
    rows: list[list[Any]] = [["Opened", *(f"{opened:,}" for _, opened, _ in columns)]]
    rows += [[p, *(f"{by.get(p, 0):,}" for _, _, by in columns)] for p, _ in report.volume.by_priority]
    head = "|".join(["Tickets", *(title for title, _, _ in columns)])
    return _table(head, rows, (1, *[0] * len(columns)), tuple(range(1, len(columns) + 1)), "")


def _outcome(report: Report) -> Table:
    volume = report.volume
    rows: list[list[Any]] = [
        ["Solved", share(Share(volume.resolved, volume.opened))],
        ["Merged with another", share(Share(volume.merged, volume.opened))],
        ["Still open", share(Share(volume.still_open, volume.opened))],
        ["Solved by the first answer", share(report.first_contact)],
        ["Reopened", share(report.reopened)],
        ["Time spent", span_of(report.spent) if report.spent else "none on record"],
        ["Satisfaction", stars(report.satisfaction)],
    ]
    return _table(f"What became of those opened in {report.period.title}|", rows, (1, 0), (1,), "")


def _categories(report: Report) -> Table:
    whole = report.volume.opened
    named = any(category for category, _ in report.volume.by_category)
    rows = [
        [category or "without one", f"{count:,}", f"{count / whole * 100:.1f} %" if whole else NONE]
        for category, count in report.volume.by_category
    ]
    return _table("Category|Tickets|Of all opened", rows if named else [], (1, 0, 0), (1, 2), "")


def _lengths(report: Report) -> Table:
    rows = [[WHAT[d.what], *_both(d)] for d in report.durations]
    head = "|Half, open time|9 in 10, open time|Half, day and night|9 in 10, day and night|Tickets"
    return _table(head, rows, (0, 1, 1, 1, 1, 0), (1, 2, 3, 4, 5), "")


def _both(of: Duration) -> list[str]:
    return [*_pair(of.open), *_pair(of.wall), f"{of.open.count:,}"]


def _pair(of: Lengths) -> tuple[str, str]:
    if of.median is None or of.p90 is None:
        return NONE, NONE
    return span_of(of.median), span_of(of.p90)


def _services(report: Report) -> Table:
    head, rows = "Service|Up|Target|Outages|Down|Without data", [_service(s) for s in report.uptime]
    return _table(head, rows, (1, 0, 0, 0, 0, 0), (1, 2, 3, 4, 5), "No service is watched.")


def _service(of: Uptime) -> list[Any]:
    low = falls_short(of)
    value = NONE if of.share is None else f"{percent(of.share):.3f} %"
    mark = "" if of.share is None or of.goal is None else " ▲" if low else " ✓"
    tone = "calm" if not mark else "bad" if low else "good"
    goal = "" if of.goal is None else f"{of.goal * 100:g} %"
    blind = span_of(of.unknown) if of.unknown >= 1 else "none"
    return [of.name, {"words": value + mark, "tone": tone}, goal, f"{of.outages:,}", span_of(of.down), blind]


def about_breaches(report: Report) -> str:
    count = len(report.breaches)
    if not count:
        return ""
    most = f" The {LISTED} that were the latest are here, of {count:,}; the sheet has all of them."
    return ABOUT_BREACHES + (most if count > LISTED else "")


def _breaches(report: Report) -> Table:
    zone, latest = ZoneInfo(report.period.zone), sorted(report.breaches, key=lambda b: -(b.late or 0))[:LISTED]
    rows = [
        [
            str(b.number), b.subject, b.priority, NOUNS[b.metric], f"{b.due.astimezone(zone):%d %b %H:%M}",
            (span_of(b.late) if b.late is not None else "") + ("" if b.ended else " so far"),
            ": ".join(filter(None, (b.reason, b.words))) or "none on record",
        ]
        for b in sorted(latest, key=lambda b: (b.due, b.number))
    ]  # fmt: skip
    head = "Ticket|About|Priority|Promise|Due|Late by|Reason"
    return _table(head, rows, (0, 6, 0, 0, 0, 0, 5), (0,), "No promise was broken.")
