"""A report in sentences: what was met, what was missed, which way it goes, what stands out, what might be done."""

from collections import Counter
from collections.abc import Iterator
from math import ceil

from desk.cards import span_of
from desk.reports import Promise, Report, Trend, Uptime, Volume
from handlers.pictures import short
from handlers.pictures.numbers import LABELS, about
from handlers.pictures.report import falls_short, stars, uptime

LEAST_MOVE = 0.1  # points, under which nothing has moved
FEW = 4  # judged, of which no priority stands out
NAMED = 3  # services, the others are counted
OLD = "over 4 weeks"
NOTHING_TO_DO = "No action is agreed, and the numbers suggest none."


def summary(report: Report) -> tuple[str, ...]:
    """In the order in which a reader asks. Each number has its denominator."""
    whole = [p for p in report.promises if not p.priority]
    return (
        _opened(report),
        *_kept(whole),
        *_moved(whole, report.earlier),
        *_standing_out(report),
    )


def _opened(report: Report) -> str:
    volume, before = report.volume, report.earlier[-1] if report.earlier else None
    so_far = " so far" if report.at < report.period.end else ""
    more = ""
    if before:
        change = volume.opened - before.opened
        word = f"{abs(change):,} {'more' if change > 0 else 'fewer'} than" if change else "as many as"
        more = f", {word} in {before.period.title} ({before.opened:,})"
    if not volume.opened:
        return f"No ticket was opened in {report.period.title}{so_far}{more}."
    first = f"{about(volume.opened, 'ticket')} {_were(volume.opened)} opened in {report.period.title}{so_far}{more}."
    return f"{first} {_became(volume)}"


def _became(volume: Volume) -> str:
    if volume.opened == 1:
        ended = "is solved" if volume.resolved else "was merged with another" if volume.merged else "is still open"
        return f"It {ended}."
    merged = f", {volume.merged:,} merged with another" if volume.merged else ""
    solved = f"{volume.resolved:,} of them {_were(volume.resolved, now=True)} solved"
    return f"{solved}{merged}, {volume.still_open:,} still open."


def _kept(whole: list[Promise]) -> Iterator[str]:
    """The targets that were met together, each that was missed with what it lacked."""
    met, aimless = [], []
    for promise in whole:
        of = promise.attainment
        if of.share is None:
            aimless.append(f"{LABELS[promise.metric].lower()}: nothing judged yet")
        elif of.goal is None:
            aimless.append(f"{LABELS[promise.metric].lower()}: {_share(promise)}, no target agreed")
        elif of.share >= of.goal:
            met.append(f"{LABELS[promise.metric].lower()} ({_share(promise)}, target {of.goal * 100:g} %)")
        else:
            lack = ceil(of.goal * of.judged - 1e-9) - of.met
            yield (
                f"Target missed: {LABELS[promise.metric].lower()} ({_share(promise)}, target {of.goal * 100:g} %);"
                f" {lack:,} more in time would have met it."
            )
    if met:
        yield f"{'Target' if len(met) == 1 else 'Targets'} met: {'; '.join(met)}."
    yield from (f"Without a verdict: {each}." for each in aimless)
    if running := sum(p.attainment.open for p in whole):
        yield f"{about(running, 'promise')} {_were(running, now=True)} not judged yet and in no share."


def _share(promise: Promise) -> str:
    of = promise.attainment
    return f"{(of.share or 0) * 100:.1f} %, {of.met:,} of {of.judged:,}"


def _moved(whole: list[Promise], earlier: tuple[Trend, ...]) -> Iterator[str]:
    """Against the period before."""
    if not earlier:
        return
    before = {p.metric: p.attainment.share for p in earlier[-1].promises}
    for promise in whole:
        now, then = promise.attainment.share, before.get(promise.metric)
        if now is None or then is None:
            continue
        points = round((now - then) * 100, 1)
        period = f"{earlier[-1].period.title} ({then * 100:.1f} %)"
        way = f"{'up' if points > 0 else 'down'} by {abs(points):.1f} points since"
        yield f"{LABELS[promise.metric]}: {way if abs(points) >= LEAST_MOVE else 'as in'} {period}."


def _standing_out(report: Report) -> Iterator[str]:
    if worst := _worst(report):
        yield f"What stands out: {worst.priority}, {LABELS[worst.metric].lower()} ({_share(worst)})."
    low = sorted((s for s in report.uptime if falls_short(s)), key=lambda service: service.share or 0)
    for service in low[:NAMED]:
        yield f"{_name(service)} was up for less than agreed: {uptime(service).removesuffix(' ▲')}."
    if len(low) > NAMED:
        yield f"So were {about(len(low) - NAMED, 'other service')}."
    blind = [_name(service) for service in report.uptime if service.share is None]
    if blind:
        yield f"There is no data about {_listed(blind)}."
    reasons = Counter(breach.reason for breach in report.breaches if breach.reason)
    if reasons:
        (reason, count), *_ = reasons.most_common(1)
        of = f"{count:,} of {len(report.breaches):,}"
        yield f"The most frequent reason of broken promises: “{short(reason, 80)}” ({of})."
    if report.satisfaction.mean is not None:
        yield f"The people who asked gave {stars(report.satisfaction)}."


def _worst(report: Report) -> Promise | None:
    """The priority that is furthest under a target."""
    under = [
        (of.share - of.goal, p.metric, p.priority, p)
        for p in report.promises
        if p.priority and (of := p.attainment).share is not None and of.goal is not None and of.judged >= FEW
        and of.share < of.goal
    ]  # fmt: skip
    return min(under)[3] if under else None


def suggestions(report: Report) -> tuple[str, ...]:
    """What the numbers themselves suggest to do; nothing, where they suggest nothing."""
    found = []
    for promise in (p for p in report.promises if not p.priority):
        of = promise.attainment
        if of.share is not None and of.goal is not None and of.share < of.goal:
            late = [b for b in report.breaches if b.metric == promise.metric]
            most = Counter(b.priority for b in late).most_common(1)
            where = f"; most that were late: {most[0][0]} ({most[0][1]:,} of {len(late):,})" if most else ""
            found.append(f"Bring “{LABELS[promise.metric].lower()}” back to {of.goal * 100:g} %{where}.")
    low = [service for service in report.uptime if falls_short(service)]
    found += [f"Go through {_outages(each)} of {_name(each)} ({span_of(each.down)} down)." for each in low[:NAMED]]
    unexplained = sum(not breach.reason for breach in report.breaches)
    if unexplained:
        found.append(f"Find the reason of {about(unexplained, 'broken promise')} that has none on record.")
    if old := dict(report.volume.backlog).get(OLD):
        found.append(f"Solve, plan or close {about(old, 'ticket')} open for {OLD}.")
    return tuple(found)


def _outages(service: Uptime) -> str:
    return "the outage" if service.outages == 1 else f"the {about(service.outages, 'outage')}"


def _name(service: Uptime) -> str:
    return short(service.name, 60)


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _were(count: int, *, now: bool = False) -> str:
    if now:
        return "is" if count == 1 else "are"
    return "was" if count == 1 else "were"
