"""The business review: a report as a document (PDF) that one would hand to a customer. What people wrote is text."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.platforms.graphemes import cut, shown
from bot.reports import definitions, tables
from bot.reports.drawing import MISSING, draw
from desk.refusal import DeskError
from desk.reports import Report
from handlers.pictures.charts import charts
from handlers.pictures.summary import NOTHING_TO_DO, suggestions, summary

if TYPE_CHECKING:
    import typst

LONGEST = 100  # letters of what somebody wrote
WORD, PART = 18, 4  # letters of a word that is broken where it must be, and of the parts that are kept together
SIDE_BY_SIDE = {"volume", "backlog"}
SUGGESTED = "Suggested by the numbers, to be agreed on:"
AGREED = "Agreed:"


@dataclass(frozen=True, slots=True)
class Review:
    """What the document says besides the numbers. `actions` are the author's; without any, the numbers suggest some."""

    report: Report
    provider: str
    actions: tuple[str, ...] = ()


def pdf(review: Review) -> bytes:
    """The same review is the same bytes. Raises DeskError where the library is not installed. It takes a second."""
    made = _compiled(review, "pdf")
    return made if isinstance(made, bytes) else b"".join(made)


def pages(review: Review, ppi: float = 72.0) -> list[bytes]:
    """Each page as a PNG."""
    made = _compiled(review, "png", ppi)
    return [made] if isinstance(made, bytes) else list(made)


def document(review: Review) -> dict[str, Any]:
    """All that the template is given."""
    report = review.report
    at = _local(report.at, report.period.zone)
    quarter = len(report.period.months) > 1
    kind = "Business review" if quarter else "Monthly report"
    actions = review.actions or suggestions(report)
    return {
        "title": _line(f"{report.name}: {kind} {report.period.title}"),
        "provider": _line(review.provider), "name": _line(report.name, 80), "short": _line(report.name, 40),
        "kind": kind, "period": report.period.title,
        "generated": f"Numbers as known on {at} ({report.period.zone})",
        "tiles": [asdict(tile) for tile in tables.tiles(report)], "summary": [_line(s, 400) for s in summary(report)],
        "tables": {name: _sheet(table) for name, table in tables.tables(report).items()}, "notes": {
            "promises": definitions.ABOUT_PROMISES, "lengths": definitions.ABOUT_LENGTHS,
            "breaches": definitions.about_breaches(report),
            "actions": (AGREED if review.actions else SUGGESTED) if actions else NOTHING_TO_DO,
        },
        "actions": [_line(a, 400) for a in actions],
        "definitions": [list(each) for each in definitions.DEFINITIONS],
        "charts": [
            {"name": c.name, "alt": _line(c.words(), 2000), "svg": draw(c, _look(c.name), "svg").decode()}
            for c in charts(report)
            if not c.blank
        ],
    }  # fmt: skip


def _look(chart: str) -> str:
    return "light-narrow" if chart in SIDE_BY_SIDE else "light"


def source() -> bytes:
    return files("bot.reports").joinpath("review.typ").read_bytes()


def inputs(review: Review) -> dict[str, str]:
    return {"data": json.dumps(document(review), ensure_ascii=False)}


@lru_cache(1)
def _fonts() -> "typst.Fonts":
    """Those that come with the libraries; a script that they lack is shown by the machine's own where it has them."""
    import matplotlib as mpl  # noqa: PLC0415 - the extra may be missing
    import typst  # noqa: PLC0415 - the same

    return typst.Fonts(font_paths=[str(Path(mpl.get_data_path()) / "fonts" / "ttf")])


def _compiled(review: Review, kind: Any, ppi: float | None = None) -> bytes | Sequence[bytes]:
    try:
        import typst  # noqa: PLC0415 - the extra may be missing
    except ImportError as error:
        raise DeskError(MISSING) from error
    at = review.report.at.replace(microsecond=0)
    made = typst.compile(
        source(), format=kind, ppi=ppi, sys_inputs=inputs(review), font_paths=_fonts(), timestamp=at
    )
    return made if made is not None else b""


def _local(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%-d %B %Y at %H:%M}"


def _sheet(table: tables.Table) -> dict[str, Any]:
    return {**asdict(table), "rows": [[_cell(cell) for cell in row] for row in table.rows]}


def _cell(cell: tables.Cell) -> Any:
    return {"words": _line(cell.words), "tone": cell.tone} if cell.tone else _line(cell.words)


def _line(words: str, longest: int = LONGEST) -> str:
    """One line of somebody's words; a word without end may be broken, so that it stays on the page."""
    line = cut(" ".join(shown(words).split()), longest)[0]
    return " ".join(_broken(word) for word in line.split(" "))


def _broken(word: str) -> str:
    if len(word) <= WORD:
        return word
    return "\u200b".join(word[at : at + PART] for at in range(0, len(word), PART))
