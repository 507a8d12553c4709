"""Whose numbers a person may see, and which they mean: a client, a month or a quarter, one number of its report."""

from desk import periods
from desk.people import may
from desk.refusal import DeskError, Why
from desk.reports import Period
from handlers import finding, promises
from handlers.context import Context, Tx


def clients(ctx: Context) -> list[str]:
    """The clients whose numbers this person may see."""
    return [c for c in finding.clients_of(ctx) if may(ctx.person, "numbers.see", c)]


def pick_client(_tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    return [(c, ctx.config.clients[c].name) for c in clients(ctx)]


def pick_period(_tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    """The latest months and quarters, in the zone of whoever asks; any other can be typed."""
    now = periods.period("this month", ctx.now, ctx.person.zone)
    quarter = periods.period("this quarter", ctx.now, ctx.person.zone)
    known = [now, *reversed(periods.earlier(now, 5)), quarter, *reversed(periods.earlier(quarter, 3))]
    return [(period.label, period.title) for period in known]


def no_client(ctx: Context, said: str, field: str = "client") -> DeskError:
    yours = ", ".join(clients(ctx)) or "none"
    return DeskError(f"You have no client “{said[:40]}”. Yours: {yours}.", field=field, why=Why.NOT_FOUND)


def asked(ctx: Context, client: str | None, words: str) -> tuple[str, Period]:
    """The client and the period. Where it is clear which client, it may be left out: `/report last month`."""
    yours = clients(ctx)
    if client is not None and client not in yours:
        if not periods.is_period(f"{client} {words}"):
            raise no_client(ctx, client)
        client, words = None, f"{client} {words}"
    client = client or _here(ctx)
    if client is None:
        raise DeskError(f"For which client? Yours: {', '.join(yours) or 'none'}.", field="client")
    return client, periods.period(words, ctx.now, promises.zone(ctx.config, client))


def _here(ctx: Context) -> str | None:
    yours, here = clients(ctx), finding.client_here(ctx)
    return here if here in yours else finding.only(yours)
