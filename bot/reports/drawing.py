"""Charts as PNG and SVG. The same chart in the same look is the same bytes: no time, no name of a program in them."""

import io
import threading
from functools import lru_cache
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Literal

from bot.reports.looks import LONGEST, LOOKS, NARROW, Look, fit
from desk.charts import NO_DATA, Chart, Series, Shape, said
from desk.refusal import DeskError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MISSING = "Charts and PDFs need the extra `reports`: install deskbell[reports]. The numbers are there without it."
MARKERS = "osD^"
Format = Literal["png", "svg"]
_lock = threading.Lock()  # matplotlib is not made for two threads at once


@lru_cache(64)
def draw(chart: Chart, look: str = "light", kind: Format = "png") -> bytes:
    """Raises DeskError where the library is not installed. It takes a tenth of a second: not for the loop."""
    with _lock:
        return _drawn(chart, LOOKS[look], kind)


def _drawn(chart: Chart, look: Look, kind: Format) -> bytes:
    try:
        import matplotlib as mpl  # noqa: PLC0415 - half a second, for those who draw
        from matplotlib.figure import Figure  # noqa: PLC0415 - the same
    except ImportError as error:
        raise DeskError(MISSING) from error
    # What is written on a chart is never read as a formula; names inside an SVG follow from what is in it.
    mpl.rcParams.update({"text.parse_math": False, "svg.hashsalt": "deskbell", "svg.fonttype": "path"})
    width, height = look.size
    rows = len(chart.labels) if chart.shape is Shape.DOTS else 0
    size = (width, max(height, 1.3 + 0.3 * rows))
    figure = Figure(figsize=size, dpi=look.dpi, facecolor=look.ground, layout="constrained")
    axes = figure.add_subplot(facecolor=look.ground)
    title = "\n".join(wrap(fit(chart.title, 80), 44 if look.size == NARROW else 80))
    figure.suptitle(title, x=0.012, ha="left", color=look.ink, fontsize=11, fontweight="bold")
    _dress(axes, chart, look)
    if chart.empty:
        axes.text(0.5, 0.5, NO_DATA, transform=axes.transAxes, ha="center", va="center", color=look.soft)
        axes.set_yticks([])
    else:
        {Shape.LINES: _lines, Shape.BARS: _bars, Shape.STACK: _stack, Shape.DOTS: _dots}[chart.shape](axes, chart, look)
    out = io.BytesIO()
    metadata: dict[str, Any] = {"Software": None} if kind == "png" else {"Date": None, "Creator": None}
    figure.savefig(out, format=kind, metadata=metadata, facecolor=look.ground)
    return out.getvalue()


def _dress(axes: "Axes", chart: Chart, look: Look) -> None:
    """Axes with their units, and lines that stay in the background."""
    sideways = chart.shape is Shape.DOTS
    axes.set_xlabel(chart.unit if sideways else chart.axis, color=look.soft, fontsize=8.5)
    axes.set_ylabel("" if sideways else chart.unit, color=look.soft, fontsize=8.5)
    axes.tick_params(colors=look.soft, labelsize=8.5, length=0)
    axes.grid(axis="x" if sideways else "y", color=look.rule, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(side == "bottom" and not sideways)
        axes.spines[side].set_color(look.rule)
    if not sideways:
        room = 10 if look.size == NARROW and len(chart.labels) > 4 else LONGEST
        axes.set_xticks(range(len(chart.labels)), ["\n".join(wrap(fit(label), room)) for label in chart.labels])
        axes.set_xlim(-0.5, len(chart.labels) - 0.5)


def _lines(axes: "Axes", chart: Chart, look: Look) -> None:
    """The points are joined where both are known; the target is dashed in the colour of its line."""
    for place, series in enumerate(chart.series):
        colour, marker = look.tone(series.tone), MARKERS[place % len(MARKERS)]
        values = [float("nan") if v is None else v for v in series.values]
        axes.plot(values, color=colour, marker=marker, linewidth=2, markersize=6, label=_legend(series))
        if series.goal is not None:
            axes.axhline(series.goal, color=colour, linestyle=(0, (4, 3)), linewidth=1.1)
    known = [v for s in chart.series for v in (*s.values, s.goal) if v is not None]
    axes.set_ylim(max(min(known) - 6, -2), 104)
    axes.margins(x=0.08)
    _number_last(axes, chart, look)
    _key(axes, chart, look)


def _number_last(axes: "Axes", chart: Chart, look: Look) -> None:
    """The newest number of each line beside its point; those that lie close together are moved apart."""
    at = len(chart.labels) - 1
    bottom, top = axes.get_ylim()
    least = (top - bottom) * 0.075
    placed = bottom - least
    known = [(value, s.tone) for s in chart.series if (value := s.values[at]) is not None]
    for value, tone in sorted(known):
        placed = max(value, placed + least)
        axes.annotate(
            chart.said(value), (at, placed), xytext=(10, 0), textcoords="offset points", va="center", fontsize=8.5,
            color=look.tone(tone), fontweight="bold", annotation_clip=False, bbox=_plate(look),
        )  # fmt: skip


def _bars(axes: "Axes", chart: Chart, look: Look) -> None:
    width = 0.72 / len(chart.series)
    for place, series in enumerate(chart.series):
        left = (place - (len(chart.series) - 1) / 2) * width
        at = [n + left for n, v in enumerate(series.values) if v is not None]
        values = [v for v in series.values if v is not None]
        bars = axes.bar(at, values, width * 0.92, color=look.tone(series.tone), label=_legend(series))
        axes.bar_label(bars, [chart.said(v) for v in values], padding=2, fontsize=8, color=look.ink)
    axes.set_ylim(0, max((v for s in chart.series for v in s.values if v is not None), default=0) * 1.14 or 1)
    _whole_numbers(axes, chart)
    _key(axes, chart, look)


def _stack(axes: "Axes", chart: Chart, look: Look) -> None:
    bottom = [0.0] * len(chart.labels)
    for series in chart.series:
        values = [v or 0.0 for v in series.values]
        colour = look.tone(series.tone)
        axes.bar(range(len(values)), values, 0.6, bottom=bottom, color=colour, label=_legend(series),
                 edgecolor=look.ground, linewidth=1)  # fmt: skip
        bottom = [b + v for b, v in zip(bottom, values, strict=True)]
    for at, total in enumerate(bottom):
        axes.annotate(
            said(total), (at, total), xytext=(0, 3), textcoords="offset points", ha="center", fontsize=8.5,
            color=look.ink,
        )  # fmt: skip
    axes.set_ylim(0, max(*bottom, 1.0) * 1.14)
    _whole_numbers(axes, chart)
    _key(axes, chart, look)


def _dots(axes: "Axes", chart: Chart, look: Look) -> None:
    """The first on top. The scale begins below the lowest, which a dot may and a bar may not."""
    (series,) = chart.series
    rows = range(len(chart.labels) - 1, -1, -1)
    known = [(row, v) for row, v in zip(rows, series.values, strict=True) if v is not None]
    low = min([v for _, v in known] + ([series.goal] if series.goal is not None else []))
    least = max(0.0, 100 - max((100 - low) * 1.25, 0.5))
    axes.set_xlim(least, 100 + (100 - least) * 0.12)
    axes.set_ylim(-0.7, len(chart.labels) - 0.3)
    longest = LONGEST if look.size != NARROW else LONGEST // 2
    axes.set_yticks(list(rows), [fit(label, longest) for label in chart.labels], color=look.ink)
    if series.goal is not None:
        axes.axvline(series.goal, color=look.tone("calm"), linestyle=(0, (4, 3)), linewidth=1.1)
        axes.annotate(
            f"target {said(series.goal)}", (series.goal, 1), xycoords=("data", "axes fraction"), xytext=(3, 3),
            textcoords="offset points", fontsize=8, color=look.soft,
        )  # fmt: skip
    for row, value in known:
        short = series.goal is not None and value < series.goal
        axes.plot(value, row, MARKERS[3] if short else MARKERS[0], color=look.tone("bad" if short else series.tone))
        axes.annotate(chart.said(value), (value, row), xytext=(8, 0), textcoords="offset points", va="center",
                      fontsize=8.5, color=look.ink, bbox=_plate(look))  # fmt: skip
    for row, nothing in zip(rows, series.values, strict=True):
        if nothing is None:
            axes.annotate(NO_DATA, (least, row), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8.5,
                          color=look.soft)  # fmt: skip


def _plate(look: Look) -> dict[str, Any]:
    """What keeps a line from running through a number."""
    return {"facecolor": look.ground, "edgecolor": "none", "pad": 0.8}


def _whole_numbers(axes: "Axes", chart: Chart) -> None:
    """Nobody opens half a ticket."""
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - with the rest of it

    axes.yaxis.set_major_locator(MaxNLocator(5, integer=chart.unit == "tickets"))


def _legend(series: Series) -> str:
    goal = f" (target {said(series.goal)})" if series.goal is not None else ""
    return " " + fit(series.name) + goal  # a name that begins with `_` would be left out


def _key(axes: "Axes", chart: Chart, look: Look) -> None:
    if len(chart.series) < 2 and chart.series[0].goal is None:
        return
    aimed = any(series.goal is not None for series in chart.series)
    columns = (1 if aimed else 4) if look.size == NARROW else (2 if aimed and len(chart.series) > 3 else 4)
    axes.legend(
        loc="upper left", bbox_to_anchor=(0, -0.2), ncols=min(len(chart.series), columns), frameon=False, fontsize=8.5,
        labelcolor=look.ink, borderaxespad=0, handlelength=1.6, columnspacing=1.4,
    )  # fmt: skip
