"""Every number of a report in one form, one after the other: what sheets, pages and documents make their tables of."""

from collections.abc import Iterator
from dataclasses import dataclass

from desk.behind import BACKLOG, CATEGORY, SERVICE, Behind, spelled
from desk.reports import Attainment, Duration, Promise, Report, Satisfaction, Share, Trend, Uptime, Volume

SHARE, TICKETS, SECONDS, STARS, OUTAGES = "share", "tickets", "seconds", "stars", "outages"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. `of` is the category, the age or the service that it is about. Empty and None: there is none.

    A share is `part` of `whole`; a length is of `whole` tickets; stars are `part` in all, given by `whole` people.
    `excluded` owed nothing in the end; of a service, it is the seconds without data. `behind` is how to ask for the
    tickets that it is made of (desk.behind).
    """

    period: str
    metric: str
    value: float | None
    unit: str
    of: str = ""
    priority: str = ""
    part: float | None = None
    whole: float | None = None
    running: int | None = None
    excluded: float | None = None
    target: float | None = None
    behind: str = ""


def figures(report: Report) -> list[Figure]:
    """Those of the period, then what is known of the earlier ones, the latest first."""
    label = report.period.label
    found = [
        *(_promise(label, p) for p in report.promises),
        *_volume(label, report.volume),
        _share(label, "first_contact", report.first_contact, "first-contact"),
        _share(label, "reopened", report.reopened, "reopened"),
        *(figure for duration in report.durations for figure in _duration(label, duration)),
        Figure(label, "time_spent", report.spent, SECONDS, behind="time"),
        *_satisfaction(label, report.satisfaction),
        *(figure for service in report.uptime for figure in _uptime(label, service)),
        Figure(label, "breaches", len(report.breaches), "promises", behind="missed"),
    ]
    return found + [figure for trend in reversed(report.earlier) for figure in _trend(trend)]


def _promise(label: str, promise: Promise) -> Figure:
    return _attained(label, promise.metric, promise.priority, promise.attainment)


def _attained(label: str, metric: str, priority: str, of: Attainment) -> Figure:
    behind = spelled(Behind("judged", metric, priority))
    return Figure(
        label, metric, of.share, SHARE, priority=priority, part=of.met, whole=of.judged, running=of.open,
        excluded=of.excluded, target=of.goal, behind=behind,
    )  # fmt: skip


def _share(label: str, metric: str, of: Share, behind: str) -> Figure:
    return Figure(label, metric, of.share, SHARE, part=of.part, whole=of.whole, behind=behind)


def _volume(label: str, of: Volume) -> Iterator[Figure]:
    yield Figure(label, "opened", of.opened, TICKETS, behind="opened")
    for what, count in (("resolved", of.resolved), ("merged", of.merged), ("open", of.still_open)):
        yield Figure(label, what, count, TICKETS, part=count, whole=of.opened, behind=what)
    for priority, count in of.by_priority:
        yield Figure(label, "opened", count, TICKETS, priority=priority, behind=spelled(Behind("opened", "", priority)))
    for category, count in of.by_category:
        yield Figure(label, "category", count, TICKETS, of=category, behind=spelled(Behind(CATEGORY, category)))
    for age, count in of.backlog:
        yield Figure(label, "backlog", count, TICKETS, of=age, behind=spelled(Behind(BACKLOG, age)))


def _duration(label: str, of: Duration) -> Iterator[Figure]:
    for kind, lengths in (("open", of.open), ("wall", of.wall)):
        for name, value in (("median", lengths.median), ("p90", lengths.p90)):
            metric = f"{of.what}_{kind}_{name}"
            yield Figure(label, metric, value, SECONDS, whole=lengths.count, behind=of.what)


def _satisfaction(label: str, of: Satisfaction) -> Iterator[Figure]:
    yield Figure(label, "satisfaction", of.mean, STARS, part=of.total, whole=of.rated, behind="rated")
    yield _share(label, "rated", Share(of.rated, of.asked), "asked")


def _uptime(label: str, of: Uptime) -> Iterator[Figure]:
    behind = spelled(Behind(SERVICE, of.service))
    yield Figure(
        label, "uptime", of.share, SHARE, of=of.service, part=of.up, whole=of.up + of.down, excluded=of.unknown,
        target=of.goal, behind=behind,
    )  # fmt: skip
    yield Figure(label, "outages", of.outages, OUTAGES, of=of.service, behind=behind)


def _trend(trend: Trend) -> Iterator[Figure]:
    label = trend.period.label
    yield from (_promise(label, promise) for promise in trend.promises)
    yield Figure(label, "opened", trend.opened, TICKETS, behind="opened")
    for priority, count in trend.by_priority:
        yield Figure(label, "opened", count, TICKETS, priority=priority, behind=spelled(Behind("opened", "", priority)))
    for name, value in (("median", trend.resolve.median), ("p90", trend.resolve.p90)):
        yield Figure(label, f"resolve_open_{name}", value, SECONDS, whole=trend.resolve.count, behind="resolve")
    yield Figure(label, "uptime", trend.uptime.share, SHARE, part=trend.uptime.part, whole=trend.uptime.whole)
