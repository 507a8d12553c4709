"""A report as the pages' templates need it. Pure: what is shown follows from the report and from who reads it."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bot.platforms.graphemes import shown
from bot.reports import addresses, definitions
from bot.reports.looks import LOOKS
from bot.reports.reading import Found
from bot.reports.tables import Cell, Table, tables, tiles
from desk.behind import BACKLOG, OUTCOMES, SERVICE, spelled
from desk.cards import When, plain, span_of, text
from desk.charts import Chart
from desk.people import Person
from desk.periods import earlier
from desk.reckoning import PRIORITIES
from desk.reports import Period, Report
from handlers.pictures import short
from handlers.pictures.charts import charts
from handlers.pictures.numbers import about
from handlers.pictures.report import NOUNS, named
from handlers.pictures.summary import suggestions, summary
from handlers.pictures.ticket import SYMBOLS

# What stands together: an id, a heading, its charts and its tables.
SECTIONS = (
    ("promises", "Promises", ("attainment",), ("promises",)),
    ("volume", "Volume", ("volume", "backlog"), ("volume", "outcome", "categories")),
    ("lengths", "How long it took", ("resolving",), ("lengths",)),
    ("services", "Services", ("availability",), ("services",)),
    ("breaches", "Broken promises", (), ("breaches",)),
)
MOST = 1000  # tickets on a page
SHORT = 16  # letters that stay on one line
OUTCOME = {"met": "✓ in time", "missed": "▲ too late", "running": "not judged yet", "excluded": "owed nothing"}


def view(report: Report, filtered: Report, person: Person, priority: str) -> dict[str, Any]:
    """`filtered` is the report with what the filter leaves; what is said in words and as charts is of all of it."""
    made, drawn = tables(filtered), {chart.name: chart for chart in charts(report) if not chart.blank}
    notes = {
        "promises": definitions.ABOUT_PROMISES, "lengths": definitions.ABOUT_LENGTHS,
        "breaches": definitions.about_breaches(filtered),
    }  # fmt: skip
    sections = [
        {
            "id": id_, "title": title, "note": notes.get(id_, ""),
            "charts": [_chart(drawn[name], pair=len(names) > 1) for name in names if name in drawn],
            "tables": [_table(made[name], report, person) for name in sheets if made[name].rows or made[name].empty],
        }
        for id_, title, names, sheets in SECTIONS
    ]  # fmt: skip
    return {
        "report": report, "priority": priority, "priorities": PRIORITIES, "sections": sections,
        "tiles": [{"tile": tile, "href": _behind(tile.behind, report, person)} for tile in tiles(report)],
        "summary": summary(report), "suggested": suggestions(report), "definitions": definitions.DEFINITIONS,
        "at": _moment(report, person), "so_far": report.at < report.period.end, "links": _links(report, person),
    }  # fmt: skip


def _links(report: Report, person: Person) -> dict[str, str]:
    (before,) = earlier(report.period, 1)
    after = _next(report.period)
    of = report.client, report.period.label
    return {
        "pdf": _page(person, *of, "review.pdf"), "numbers": _page(person, *of, "numbers.csv"),
        "tickets": _page(person, *of, "tickets"), "sheet": _page(person, *of, "tickets.csv"),
        "before": _page(person, report.client, before.label), "before_title": before.title,
        "after": _page(person, report.client, after) if report.period.end <= report.at else "",
        "home": f"/home?{urlencode({'as': person.id})}",
    }  # fmt: skip


def _next(period: Period) -> str:
    """The label of the period after this one."""
    year, month = divmod(period.months[-1], 100)
    year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return f"{year}-Q{(month + 2) // 3}" if len(period.months) > 1 else f"{year}-{month:02}"


def _page(person: Person, client: str, label: str, what: str = "", **query: str) -> str:
    return addresses.page(client, label, what, **{"as": person.id, **query})


def _behind(number: str, report: Report, person: Person) -> str:
    return _page(person, report.client, report.period.label, "tickets", show=number) if number else ""


def _chart(chart: Chart, *, pair: bool) -> dict[str, Any]:
    """Two side by side are as narrow as one on a phone."""
    source = addresses.picture(chart)
    rows = [[s.name, *(chart.said(v) for v in s.values), *_goal(chart, s.goal)] for s in chart.series]
    head = ["", *chart.labels, *(["target"] if any(s.goal is not None for s in chart.series) else [])]
    return {
        "name": chart.name, "title": chart.title, "alt": chart.words(), "unit": chart.unit, "head": head, "rows": rows,
        "looks": {look.replace("-", "_"): f"{source}&look={_narrow(look) if pair else look}" for look in LOOKS},
    }  # fmt: skip


def _narrow(look: str) -> str:
    return look if look.endswith("-narrow") else f"{look}-narrow"


def _goal(chart: Chart, goal: float | None) -> list[str]:
    if all(series.goal is None for series in chart.series):
        return []
    return ["" if goal is None else chart.said(goal)]


def _table(table: Table, report: Report, person: Person) -> dict[str, Any]:
    rows = [[_cell(cell, at in table.numbers, report, person) for at, cell in enumerate(row)] for row in table.rows]
    return {
        "name": table.name, "head": [(name, at in table.numbers) for at, name in enumerate(table.head)], "rows": rows,
        "empty": table.empty,
    }  # fmt: skip


def _cell(cell: Cell, number: bool, report: Report, person: Person) -> dict[str, Any]:  # noqa: FBT001 - of the column
    order = "" if cell.order is None else f"{cell.order:.6f}"
    href = _behind(cell.behind, report, person)
    kind = "number" if number else "short" if len(cell.words) <= SHORT else "words"
    return {"words": short(shown(cell.words)), "tone": cell.tone, "href": href, "order": order, "kind": kind}


def behind(report: Report, found: Found, person: Person) -> dict[str, Any]:
    """The page of the tickets behind a number, or of a service's outages."""
    number, of = found.number, (report.client, report.period.label)
    place = "open now" if number.what == BACKLOG else f"opened in {report.period.title}"
    if number.what == SERVICE:
        title, what = f"Outages of {_service(report, number.of)}", about(len(found.outages), "outage")
        place = f"in {report.period.title}"
    else:
        title = named(number)
        what = about(len(found.tickets), "promise" if number.what in OUTCOMES else "ticket")
    sheet = _page(person, *of, "tickets.csv", show=spelled(number)) if found.tickets else ""
    return {
        "report": report, "title": title, "count": f"{what} {place}{_most(found)}", "at": _moment(report, person),
        "back": _page(person, *of), "sheet": sheet,
        "tickets": list(_tickets(report, found, person)), "outages": list(_outages(report, found, person)),
        "promises": number.what in OUTCOMES,
    }  # fmt: skip


def _most(found: Found) -> str:
    return f", of which the first {MOST:,} are here and all in the sheet" if len(found.tickets) > MOST else ""


def _service(report: Report, service: str) -> str:
    return next((each.name for each in report.uptime if each.service == service), service)


def _tickets(report: Report, found: Found, person: Person) -> Iterable[Mapping[str, Any]]:
    for ticket, kept, said in found.tickets[:MOST]:
        thread = found.threads.get(ticket.number)
        where = {"as": person.id, "channel": found.channel, "thread": thread}
        yield {
            "number": ticket.number, "subject": short(shown(ticket.subject)), "priority": ticket.priority.value,
            "state": SYMBOLS.get(ticket.state, ticket.state.value), "opened": ticket.opened_at.timestamp(),
            "promise": NOUNS[kept.promise] if kept else "", "outcome": OUTCOME[kept.outcome] if kept else "",
            "about": plain(said, person.zone, report.at), "href": f"/?{urlencode(where)}" if thread else "",
        }  # fmt: skip


def _outages(report: Report, found: Found, person: Person) -> Iterable[Mapping[str, Any]]:
    for outage in found.outages:
        end = outage.end or report.at
        last = (When(outage.end),) if outage.end else ("still down",)
        yield {
            "alert": outage.alert or "held", "start": outage.start.timestamp(),
            "seconds": (end - outage.start).total_seconds(),
            "when": plain(text(When(outage.start), " – ", *last), person.zone, report.at),
            "length": span_of((end - outage.start).total_seconds()),
        }  # fmt: skip


def _moment(report: Report, person: Person) -> str:
    return f"{report.at.astimezone(ZoneInfo(person.zone)):%-d %B %Y, %H:%M} ({person.zone})"
