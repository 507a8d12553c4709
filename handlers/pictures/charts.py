"""What a report shows as charts: one for each question that is asked of it."""

from collections.abc import Sequence

from desk.charts import Chart, Series, Shape
from desk.reports import Lengths, Period, Promise, Report
from desk.uptime import percent
from handlers.pictures.numbers import LABELS

TONES = {"first_response": "accent", "resolution": "warn", "next_response": "good", "periodic_update": "calm"}
URGENCY = {"P1": "bad", "P2": "warn", "P3": "accent", "P4": "calm"}
UNITS = (("minutes", 60, 3 * 3600), ("hours", 3600, 10 * 86400), ("days", 86400, 0))  # the first in which it is short
SERVICES = 20  # that fit on one chart
OPENED_IN = "period in which the tickets were opened"


def charts(report: Report) -> tuple[Chart, ...]:
    """Those that have something to show; of services only where there are any."""
    made = [attainment(report), volume(report), resolving(report), backlog(report)]
    if report.uptime:
        made.insert(3, availability(report))
    return tuple(made)


def attainment(report: Report) -> Chart:
    """Each promise against its target, with the periods before."""
    before = [trend.promises for trend in report.earlier]
    judged = {p.metric for each in (*before, report.promises) for p in each if p.attainment.judged}
    whole = [p for p in report.promises if not p.priority and (p.metric in judged or not judged)]
    series = tuple(
        Series(
            LABELS[p.metric], (*(_share(each, p.metric) for each in before), _percent(p.attainment.share)),
            TONES[p.metric], _percent(p.attainment.goal),
        )
        for p in whole
    )  # fmt: skip
    title, unit = "Promises kept", "% of those judged"
    return Chart("attainment", title, unit, OPENED_IN, _periods(report), series, Shape.LINES, 1)


def volume(report: Report) -> Chart:
    """How many were opened, by priority."""
    counts = [*(dict(trend.by_priority) for trend in report.earlier), dict(report.volume.by_priority)]
    priorities = [priority for priority, _ in report.volume.by_priority]
    series = tuple(
        Series(priority, tuple(float(count.get(priority, 0)) for count in counts), URGENCY.get(priority, "calm"))
        for priority in priorities
    )
    return Chart("volume", "Tickets opened, by priority", "tickets", OPENED_IN, _periods(report), series, Shape.STACK)


def resolving(report: Report) -> Chart:
    """How long it took to solve them, in open time."""
    now = next((d.open for d in report.durations if d.what == "resolve"), Lengths(0, None, None))
    all_of = [*(trend.resolve for trend in report.earlier), now]
    longest = max((of.p90 or 0 for of in all_of), default=0)
    unit, seconds = next((unit, size) for unit, size, most in UNITS if longest < most or not most)
    series = (
        Series("half within", tuple(_in(seconds, of.median) for of in all_of), "accent"),
        Series("9 in 10 within", tuple(_in(seconds, of.p90) for of in all_of), "calm"),
    )
    title = "Time until solved, within opening hours"
    return Chart("resolving", title, f"{unit} of open time", OPENED_IN, _periods(report), series, Shape.BARS)


def availability(report: Report) -> Chart:
    """How much of the time with data each service was up; of many, those that were up the least."""
    lowest = sorted(report.uptime, key=lambda service: service.share if service.share is not None else 2)
    services = report.uptime if len(lowest) <= SERVICES else tuple(lowest[:SERVICES])
    most = f", the lowest {SERVICES} of {len(lowest)}" if len(lowest) > SERVICES else ""
    goals = {service.goal for service in services if service.goal is not None}
    goal = _percent(goals.pop(), 3) if len(goals) == 1 else None
    up = Series("up", tuple(None if s.share is None else percent(s.share) for s in services), "accent", goal)
    title, unit = f"How much services were up, {_short(report.period)}{most}", "% of the time with data"
    return Chart("availability", title, unit, "service", tuple(s.name for s in services), (up,), Shape.DOTS, 3)


def backlog(report: Report) -> Chart:
    """What is open now, by age."""
    labels = tuple(words for words, _ in report.volume.backlog)
    series = (Series("open", tuple(float(count) for _, count in report.volume.backlog), "accent"),)
    return Chart("backlog", "Tickets open now, by age", "tickets", "since they were opened", labels, series, Shape.BARS)


def _periods(report: Report) -> tuple[str, ...]:
    so_far = " so far" if report.at < report.period.end else ""
    return (*(_short(trend.period) for trend in report.earlier), _short(report.period) + so_far)


def _short(period: Period) -> str:
    """`Oct 2026`, `Q4 2026`."""
    first, _, year = period.title.partition(" ")
    return f"{first[:3]} {year}"


def _share(promises: Sequence[Promise], metric: str) -> float | None:
    return next((_percent(p.attainment.share) for p in promises if p.metric == metric), None)


def _percent(share: float | None, digits: int = 1) -> float | None:
    return None if share is None else round(share * 100, digits)


def _in(seconds: int, length: float | None) -> float | None:
    return None if length is None else round(length / seconds, 1)
