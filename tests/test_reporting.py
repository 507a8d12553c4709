"""A report over a seeded desk: every number is the tickets behind it, and says what it is not of."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.acting import as_desk
from bot.store.store import Store, StoreTx
from config.loaded import Config
from desk import behind, periods
from desk.reports import Attainment, Period, Report
from desk.tickets import UNRESOLVED, State
from handlers import finding, promises, reporting
from handlers.context import Context
from tests.bustle import Bustle

STEPS, AT_ONCE = 1_500, 100
CLIENTS = ("acme", "globex")
SAID = ("2026-11", "2026-12", "2026-Q4")


@pytest.fixture(params=[3, 4], ids=["seed 3", "seed 4"])
async def desk(store: Store, demo_config: Config, request: pytest.FixtureRequest) -> Bustle:
    made = Bustle(demo_config, request.param, pace=3800)
    for _ in range(STEPS // AT_ONCE):
        await store.write(lambda tx: [made.step(tx) for _ in range(AT_ONCE)])
    return made


def context(tx: StoreTx, desk: Bustle) -> Context:
    return replace(as_desk(tx, desk.config, "test"), now=desk.now, at=desk.now)


def period_of(ctx: Context, client: str, said: str) -> Period:
    return periods.period(said, ctx.now, promises.zone(ctx.config, client))


def numbers(report: Report) -> Iterator[tuple[str, int]]:
    """Each number of a report by what it is called."""
    for p in report.promises:
        of, at = f"{p.metric}/{p.priority}".strip("/"), p.attainment
        yield from ((f"met/{of}", at.met), (f"missed/{of}", at.judged - at.met), (f"judged/{of}", at.judged))
        yield from ((f"running/{of}", at.open), (f"excluded/{of}", at.excluded))
    volume = report.volume
    yield from (("opened", volume.opened), ("resolved", volume.resolved), ("merged", volume.merged))
    yield from (("open", volume.still_open), ("missed", len(report.breaches)))
    yield from ((f"opened/{priority}", count) for priority, count in volume.by_priority)
    yield from ((f"category/{category}", count) for category, count in volume.by_category)
    yield from ((f"backlog/{words.replace(' ', '-')}", count) for words, count in volume.backlog)
    yield from ((duration.what, duration.open.count) for duration in report.durations)
    yield from (("reopened", report.reopened.part), ("first-contact", report.first_contact.part))
    yield from (("rated", report.satisfaction.rated), ("asked", report.satisfaction.asked))


@pytest.mark.parametrize("client", CLIENTS)
async def test_each_number_opens_just_the_tickets_behind_it(store: Store, desk: Bustle, client: str) -> None:
    """As many rows as the number says, for a month, the next and the quarter of both; none is of another client."""

    def read(tx: StoreTx) -> list[tuple[str, str, int, int]]:
        ctx, found = context(tx, desk), []
        for said in SAID:
            period = period_of(ctx, client, said)
            for name, count in numbers(reporting.report(tx, ctx, client, period)):
                rows = reporting.behind(tx, ctx, client, period, behind.parse(name))
                assert {ticket.client for ticket, _, _ in rows} <= {client}
                found.append((said, name, count, len(rows)))
        return found

    compared = await store.read(read)
    assert [each for each in compared if each[2] != each[3]] == []
    seen = {name for _, name, count, _ in compared if count}
    assert {"missed/resolution/P1", "open", "merged", "reopened", "first-contact"} <= seen


@pytest.mark.parametrize("client", CLIENTS)
async def test_the_parts_of_a_report_add_up(store: Store, desk: Bustle, client: str) -> None:
    """Opened is solved, merged and open; a quarter is its months; all priorities together are each of them."""

    def read(tx: StoreTx) -> dict[str, Report]:
        ctx = context(tx, desk)
        return {said: reporting.report(tx, ctx, client, period_of(ctx, client, said)) for said in (*SAID, "2027-01")}

    reports = await store.read(read)
    for report in reports.values():
        volume = report.volume
        assert volume.opened == volume.resolved + volume.merged + volume.still_open
        assert volume.opened == sum(count for _, count in volume.by_priority)
        assert volume.opened == sum(count for _, count in volume.by_category)
        for whole in (p for p in report.promises if not p.priority):
            parts = [p.attainment for p in report.promises if p.metric == whole.metric and p.priority]
            assert sum_of(parts) == sum_of([whole.attainment])
        overall = [p.attainment for p in report.promises if not p.priority]
        assert len(report.breaches) == sum(a.judged - a.met for a in overall)
    november, december, quarter = (reports[said] for said in SAID)
    assert quarter.volume.opened == november.volume.opened + december.volume.opened
    assert quarter.spent == november.spent + december.spent
    later = reports["2027-01"].earlier
    assert [trend.opened for trend in later] == [november.volume.opened, december.volume.opened]
    assert [trend.promises for trend in later] == [
        tuple(p for p in report.promises if not p.priority) for report in (november, december)
    ]


def sum_of(parts: list[Attainment]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*((a.met, a.judged, a.open, a.excluded) for a in parts), strict=True)))


async def test_the_lengths_are_those_of_the_tickets_to_three_percent(store: Store, desk: Bustle) -> None:
    """By day and night from the timestamps alone; open time is never longer, and by the clock where it was held."""

    def read(tx: StoreTx) -> tuple[Report, list[float]]:
        ctx = context(tx, desk)
        period = period_of(ctx, "globex", "2026-Q4")
        solved = finding.every(tx, client="globex", states=(State.RESOLVED, State.CLOSED))
        took = [(t.resolved_at or t.opened_at) - t.opened_at for t in solved if t.month in period.months]
        return reporting.report(tx, ctx, "globex", period), [length / timedelta(seconds=1) for length in took]

    report, took = await store.read(read)
    resolve = next(d for d in report.durations if d.what == "resolve")
    assert resolve.wall.count == len(took) > 30
    assert sorted(took)[(len(took) - 1) // 2] == pytest.approx(resolve.wall.median, rel=0.03)
    assert resolve.wall.p90 == pytest.approx(sorted(took)[-(-len(took) * 9 // 10) - 1], rel=0.03)
    assert resolve.open.median < resolve.wall.median, "globex has office hours"


async def test_what_nothing_is_known_of_has_no_share(store: Store, desk: Bustle) -> None:
    """A month before everything: neither 0 % nor 100 %, and the backlog is what is open now."""

    def read(tx: StoreTx) -> Report:
        ctx = context(tx, desk)
        return reporting.report(tx, ctx, "acme", period_of(ctx, "acme", "2026-01"))

    report = await store.read(read)
    assert {p.attainment.share for p in report.promises} == {None}
    assert report.first_contact.share is report.reopened.share is report.satisfaction.mean is None
    assert [duration.open.median for duration in report.durations] == [None] * 3
    assert [service.share for service in report.uptime] == [None]
    assert report.breaches == report.earlier == ()
    waiting = await store.read(lambda tx: len(finding.every(tx, client="acme", states=tuple(UNRESOLVED))))
    assert sum(count for _, count in report.volume.backlog) == waiting > 0


async def test_a_calendar_or_contract_that_changes_later_changes_nothing_that_has_ended(
    store: Store, desk: Bustle
) -> None:
    """Nine times the time and another calendar: only what is open is judged by them."""

    def read(tx: StoreTx, config: Config) -> tuple[Report, set[tuple[int, str, str]]]:
        ctx = replace(context(tx, desk), config=config)
        period = period_of(ctx, "globex", "2026-Q4")
        rows = reporting.behind(tx, ctx, "globex", period, behind.parse("judged"))
        ended = {(t.number, k.promise, k.outcome) for t, k, _ in rows if k and t.state not in UNRESOLVED}
        return reporting.report(tx, ctx, "globex", period), ended

    globex = desk.config.clients["globex"]
    targets = {key: 9 * seconds for key, seconds in globex.contract.targets.items()}
    contract = replace(globex.contract, targets=targets, calendar="around-the-clock")
    other = replace(desk.config, clients={**desk.config.clients, "globex": replace(globex, contract=contract)})
    (before, ended), (after, still) = [
        await store.read(lambda tx, c=config: read(tx, c)) for config in (desk.config, other)
    ]
    assert ended == still
    assert len(ended) > 30
    assert (before.durations, before.volume, before.reopened) == (after.durations, after.volume, after.reopened)
