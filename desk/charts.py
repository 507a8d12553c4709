"""A chart before anyone draws it: what it shows, in which unit, and the numbers themselves for those who do not see it.

It is a value like a card's text: whoever draws it later draws what was known when it was made.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

NO_DATA = "no data"


class Shape(StrEnum):
    LINES = "lines"  # one for each series, over the labels
    BARS = "bars"  # side by side
    STACK = "stack"  # one bar for each label
    DOTS = "dots"  # one row for each label: for shares that lie close together, where a bar's length would lie


@dataclass(frozen=True, slots=True)
class Series:
    """`values` has one for each label, None where nothing is known; `goal` is what was aimed for, in the same unit.

    `tone` is the name of a colour: `accent bad warn good calm`.
    """

    name: str
    values: tuple[float | None, ...]
    tone: str = "accent"
    goal: float | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """`title` says what is shown, `unit` what the numbers are of, `axis` what the labels are; `digits` follow the
    point of each number, as many as have a meaning where it is None.
    """

    name: str
    title: str
    unit: str
    axis: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    shape: Shape
    digits: int | None = None

    @property
    def blank(self) -> bool:
        """Nothing would be seen on it: no number, or only bars without a length. A share of 0 % is a point."""
        bars = self.shape in {Shape.BARS, Shape.STACK}
        return not any(value if bars else value is not None for series in self.series for value in series.values)

    @property
    def empty(self) -> bool:
        return all(value is None for series in self.series for value in series.values)

    def words(self) -> str:
        """All of it in words: the alternative text."""
        if self.empty:
            return f"{self.title}: {NO_DATA}."
        told = [f"{series.name}: {self._told(series)}" for series in self.series]
        return f"{self.title}, in {self.unit}. {'. '.join(told)}."

    def _told(self, series: Series) -> str:
        pairs = zip(self.labels, series.values, strict=True)
        goal = f" (target {said(series.goal)})" if series.goal is not None else ""
        return ", ".join(f"{label} {self.said(value)}" for label, value in pairs) + goal

    def said(self, value: float | None) -> str:
        """A number as it stands beside the unit."""
        return said(value, self.digits)


def said(value: float | None, digits: int | None = None) -> str:
    if value is None:
        return NO_DATA
    if digits is not None:
        return f"{value:.{digits}f}"
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.2f}".rstrip("0").rstrip(".")


def chart_to_json(chart: Chart) -> dict[str, Any]:
    return asdict(chart)


def chart_from_json(data: Mapping[str, Any]) -> Chart:
    series = tuple(Series(s["name"], tuple(s["values"]), s["tone"], s["goal"]) for s in data["series"])
    return Chart(
        data["name"], data["title"], data["unit"], data["axis"], tuple(data["labels"]), series, Shape(data["shape"]),
        data["digits"],
    )  # fmt: skip
