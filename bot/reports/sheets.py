"""Numbers and tickets as sheets (CSV), which a spreadsheet reads and cannot be made to run."""

import csv
import io
from collections.abc import Iterable, Sequence

from desk.cards import Text, plain
from desk.figures import figures
from desk.reports import Report
from desk.tallies import Kept
from desk.tickets import Ticket

NUMBERS = (
    "client", "period", "metric", "of", "priority", "value", "numerator", "denominator", "not_judged", "excluded",
    "target", "unit", "tickets",
)  # fmt: skip
TICKETS = (
    "number", "client", "subject", "requester", "category", "priority", "state", "opened_at", "resolved_at", "promise",
    "outcome", "about",
)  # fmt: skip
# What begins a formula in some spreadsheet, and the sign itself that makes it a text.
ACTIVE = tuple("=+-@\t\r\n＝＋－＠'")

Cell = str | float | None


def numbers(report: Report) -> bytes:
    """Every number of the report with what it is of: one row each, those of earlier periods too."""
    rows = [
        (report.client, f.period, f.metric, f.of, f.priority, f.value, f.part, f.whole, f.running, f.excluded, f.target,
         f.unit, f.behind)
        for f in figures(report)
    ]  # fmt: skip
    return sheet(NUMBERS, rows)


def tickets(found: Iterable[tuple[Ticket, Kept | None, Text]], report: Report) -> bytes:
    """The tickets behind a number, one row for each, or for each promise where it counts promises; times are UTC."""
    rows = [
        (t.number, t.client, t.subject, t.requester, t.category, t.priority.value, t.state.value,
         t.opened_at.isoformat(), t.resolved_at.isoformat() if t.resolved_at else "", kept.promise if kept else "",
         kept.outcome if kept else "", plain(about, "UTC", report.at))
        for t, kept, about in found
    ]  # fmt: skip
    return sheet(TICKETS, rows)


def sheet(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """RFC 4180, and a byte order mark, without which Excel takes UTF-8 for something else."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _cell(cell: Cell) -> Cell:
    """A text stays a text; a number has no more digits than it has meaning."""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(ACTIVE) else cell
    return round(cell, 6) if isinstance(cell, float) else cell
