"""The tables of a report: every number beside what it is of, and how to ask for the tickets behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from desk.behind import CATEGORY, SERVICE, Behind, spelled
from desk.cards import span_of
from desk.reports import Attainment, Breach, Lengths, Promise, Report, Share, Uptime
from desk.uptime import percent
from handlers.pictures.numbers import LABELS
from handlers.pictures.numbers import about as counted
from handlers.pictures.report import NOUNS, falls_short, share, stars

NONE = "no data"
LISTED = 40  # broken promises
WHAT = {
    "acknowledge": "Until somebody acted (MTTA)", "answer": "Until the first answer", "resolve": "Until solved (MTTR)",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """`tone` is `good`, `bad` or `calm`; `behind` asks for the tickets (desk.behind); `order` is what sorts it."""

    words: str
    tone: str = ""
    behind: str = ""
    order: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """`widths` are shares of the page, 0 for as wide as it is; `numbers` are the columns whose cells stand right."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...]
    numbers: tuple[int, ...]
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A number that stands by itself."""

    value: str
    name: str
    about: str
    tone: str = "calm"
    behind: str = ""


def tiles(report: Report) -> list[Tile]:
    """At most four numbers with their target or what they are of."""
    found = [_tile(p) for p in report.promises if not p.priority][:2]
    volume = report.volume
    about = f"{volume.resolved:,} solved, {volume.still_open:,} open"
    found.append(Tile(f"{volume.opened:,}", "tickets opened", about, behind="opened"))
    known = [s for s in report.uptime if s.share is not None]
    if known:
        low = sum(falls_short(s) for s in known)
        up, whole = sum(s.up for s in known), sum(s.up + s.down for s in known)
        watched = f"{counted(len(known), 'service')}{_since(report, known)}"
        about = f"{low} of {len(known)} under target" if low else watched
        found.append(Tile(f"{percent(up / whole):.2f} %", "services up", about, "bad" if low else "good"))
    return found


def _since(report: Report, known: list[Uptime]) -> str:
    """Since when the first of them is watched, where that was not for the whole period."""
    began = [service.since for service in known]
    first = min((at for at in began if at), default=None)
    if first is None or None in began:
        return ", with data"
    local, today = first.astimezone(ZoneInfo(report.period.zone)), report.at.astimezone(ZoneInfo(report.period.zone))
    return f", watched since {local:%H:%M}" if local.date() == today.date() else f", watched since {local:%d %b %H:%M}"


def _tile(promise: Promise) -> Tile:
    of, name = promise.attainment, LABELS[promise.metric].lower()
    goal = f"target {of.goal * 100:g} %, " if of.goal is not None else ""
    behind = spelled(Behind("judged", promise.metric))
    if of.share is None:
        return Tile(NONE, name, f"{goal}nothing judged")
    return Tile(f"{of.share * 100:.1f} %", name, f"{goal}{of.met:,} of {of.judged:,}", _tone(of), behind)


def _tone(of: Attainment) -> str:
    if of.share is None or of.goal is None:
        return "calm"
    return "good" if of.share >= of.goal else "bad"


def tables(report: Report) -> dict[str, Table]:
    made = (
        _promises(report), _volume(report), _outcome(report), _categories(report), _lengths(report), _services(report),
        _breaches(report),
    )  # fmt: skip
    return {table.name: table for table in made}


def _table(
    name: str, head: str, rows: list[list[Cell]], widths: tuple[int, ...], numbers: tuple[int, ...], empty: str = ""
) -> Table:
    return Table(name, tuple(head.split("|")), tuple(map(tuple, rows)), widths, numbers, empty)


def _promises(report: Report) -> Table:
    rows = [list(_promise(p)) for p in report.promises]
    head = "Promise|Priority|Kept|Of judged|Target|Not judged yet|Owed nothing"
    return _table("promises", head, rows, (2, 0, 0, 0, 0, 0, 0), (2, 3, 4, 5, 6), "Nothing is promised.")


def _promise(of: Promise) -> Iterator[Cell]:
    a = of.attainment
    kept = NONE if a.share is None else f"{a.share * 100:.1f} %"

    def behind(what: str) -> str:
        return spelled(Behind(what, of.metric, of.priority))

    yield Cell(LABELS[of.metric])
    yield Cell(of.priority or "all")
    yield Cell(kept + a.mark, _tone(a), behind("missed") if a.met < a.judged else "", a.share)
    yield Cell(f"{a.met:,} of {a.judged:,}", "", behind("judged") if a.judged else "", a.judged)
    yield Cell("" if a.goal is None else f"{a.goal * 100:g} %", order=a.goal)
    yield _count(a.open, behind("running"))
    yield _count(a.excluded, behind("excluded"))


def _count(count: int, behind: str = "") -> Cell:
    return Cell(f"{count:,}", "", behind if count else "", count)


def _volume(report: Report) -> Table:
    """The period beside those before it."""
    columns = [*((t.period.title, t.opened, dict(t.by_priority)) for t in report.earlier)]
    columns.append((report.period.title, report.volume.opened, dict(report.volume.by_priority)))
    last = len(columns) - 1
    rows = [[Cell("Opened"), *(_count(n, "opened" if at == last else "") for at, (_, n, _) in enumerate(columns))]]
    for p, _ in report.volume.by_priority:
        behind = spelled(Behind("opened", "", p))
        counts = [by.get(p, 0) for _, _, by in columns]
        rows.append([Cell(p), *(_count(n, behind if at == last else "") for at, n in enumerate(counts))])
    head = "|".join(["Tickets", *(title for title, _, _ in columns)])
    return _table("volume", head, rows, (1, *[0] * len(columns)), tuple(range(1, len(columns) + 1)))


def _outcome(report: Report) -> Table:
    volume, starred = report.volume, report.satisfaction
    rows = [
        [Cell("Solved"), _of(Share(volume.resolved, volume.opened), "resolved")],
        [Cell("Merged with another"), _of(Share(volume.merged, volume.opened), "merged")],
        [Cell("Still open"), _of(Share(volume.still_open, volume.opened), "open")],
        [Cell("Solved by the first answer"), _of(report.first_contact, "first-contact")],
        [Cell("Reopened"), _of(report.reopened, "reopened")],
        [Cell("Time spent"), _spent(report.spent)],
        [Cell("Satisfaction"), Cell(stars(starred), "", "rated" if starred.rated else "", starred.mean)],
    ]
    return _table("outcome", f"What became of those opened in {report.period.title}|", rows, (1, 0), (1,))


def _spent(seconds: int) -> Cell:
    return Cell(span_of(seconds), "", "time", seconds) if seconds else Cell("none on record")


def _of(of: Share, behind: str) -> Cell:
    return Cell(share(of), "", behind if of.part else "", of.share)


def _categories(report: Report) -> Table:
    whole = report.volume.opened
    named = any(category for category, _ in report.volume.by_category)
    rows = [
        [
            Cell(category or "without one"), _count(count, spelled(Behind(CATEGORY, category))),
            Cell(f"{count / whole * 100:.1f} %" if whole else NONE, order=count),
        ]
        for category, count in report.volume.by_category
    ]  # fmt: skip
    return _table("categories", "Category|Tickets|Of all opened", rows if named else [], (1, 0, 0), (1, 2))


def _lengths(report: Report) -> Table:
    rows = [
        [Cell(WHAT[d.what]), *_pair(d.open), *_pair(d.wall), _count(d.open.count, d.what)] for d in report.durations
    ]
    head = "|Half, open time|9 in 10, open time|Half, day and night|9 in 10, day and night|Tickets"
    return _table("lengths", head, rows, (0, 1, 1, 1, 1, 0), (1, 2, 3, 4, 5))


def _pair(of: Lengths) -> list[Cell]:
    return [Cell(NONE if length is None else span_of(length), order=length) for length in (of.median, of.p90)]


def _services(report: Report) -> Table:
    head, rows = "Service|Up|Target|Outages|Down|Without data", [_service(s) for s in report.uptime]
    return _table("services", head, rows, (1, 0, 0, 0, 0, 0), (1, 2, 3, 4, 5), "No service is watched.")


def _service(of: Uptime) -> list[Cell]:
    low, behind = falls_short(of), spelled(Behind(SERVICE, of.service))
    value = NONE if of.share is None else f"{percent(of.share):.3f} %"
    mark = "" if of.share is None or of.goal is None else " ▲" if low else " ✓"
    tone = "calm" if not mark else "bad" if low else "good"
    return [
        Cell(of.name), Cell(value + mark, tone, "", of.share),
        Cell("" if of.goal is None else f"{of.goal * 100:g} %", order=of.goal), _count(of.outages, behind),
        Cell(span_of(of.down), order=of.down),
        Cell(span_of(of.unknown) if of.unknown >= 1 else "none", order=of.unknown),
    ]  # fmt: skip


def _breaches(report: Report) -> Table:
    latest = sorted(report.breaches, key=lambda b: -(b.late or 0))[:LISTED]
    rows = [_breach(b, ZoneInfo(report.period.zone)) for b in sorted(latest, key=lambda b: (b.due, b.number))]
    head, empty = "Ticket|About|Priority|Promise|Due|Late by|Reason", "No promise was broken."
    return _table("breaches", head, rows, (0, 6, 0, 0, 0, 0, 5), (0,), empty)


def _breach(of: Breach, zone: ZoneInfo) -> list[Cell]:
    late = "" if of.late is None else span_of(of.late) + ("" if of.ended else " so far")
    reason = ": ".join(filter(None, (of.reason, of.words)))
    return [
        Cell(str(of.number), order=of.number), Cell(of.subject), Cell(of.priority), Cell(NOUNS[of.metric]),
        Cell(f"{of.due.astimezone(zone):%d %b %H:%M}", order=of.due.timestamp()), Cell(late, order=of.late),
        Cell(reason or "none on record"),
    ]  # fmt: skip
