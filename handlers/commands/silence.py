"""`/silence 42 2h Disk is being swapped`: nobody is called for what is like it until then, and its end is told."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from desk.alerts import Alert
from desk.cards import Card
from desk.holds import Silence
from desk.hooks.hook import IDENTITY, OWN
from desk.matchers import Matcher, parse
from desk.people import may
from desk.refusal import DeskError, Why
from desk.signals import Signal
from handlers import acknowledging, finding, quieting, saving, silencing
from handlers.arguments import NUMBERS, Arg, Pick, Place
from handlers.context import Command, Context, Tx
from handlers.dates import instant
from handlers.pictures import silence as picture
from handlers.silencing import Hidden

LONGEST = timedelta(days=90)
MOST = 10  # matchers


def _clients(_tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    mine = [c for c in finding.clients_of(ctx) if may(ctx.person, "alert.work", c)]
    return [(c, ctx.config.clients[c].name) for c in mine]


class Args(BaseModel):
    number: Annotated[int | None, Arg(Place.FIRST, "Alert"), Field(ge=1, le=NUMBERS)] = None
    lasts: Annotated[
        str, Arg(Place.FIRST, "How long", also="for"), Field(max_length=100, description="2h, 3d, friday 18:00")
    ]
    reason: Annotated[str, Arg(Place.TEXT, "Why"), Field(min_length=3, max_length=300, description="For the others")]
    matching: Annotated[
        str,
        Arg(label="Instead of a number, what"),
        Field(max_length=500, description='host=db-1, severity!=critical, site=~"ber.*"'),
    ] = ""
    client: Annotated[str | None, Arg(label="Client"), Pick(_clients)] = None
    sure: Annotated[Literal["no", "yes"], Arg(hidden=True), Field(description="yes: without asking first")] = "no"


def check(tx: Tx, ctx: Context, args: Args) -> None:
    _silence(tx, ctx, args, 0)


def _silence(tx: Tx, ctx: Context, args: Args, number: int) -> Silence:
    if args.number is not None:
        alert = finding.alert(tx, ctx, args.number, "alert.work")
        client, matchers = alert.client, _like(tx, ctx, alert)
    else:
        client, matchers = _client(tx, ctx, args), _matchers(args.matching)
    reason = args.reason.strip()
    return Silence(number, client, matchers, reason, ctx.person.id, ctx.now, _until(ctx, args.lasts))


def _like(tx: Tx, ctx: Context, alert: Alert) -> tuple[Matcher, ...]:
    """What is like an alert: its monitor, or what its group shares, or its signal's labels but for how bad it is."""
    if not alert.is_open:
        sentence = f"{alert.number} is up again. To silence what may come, say `matching=` what."
        raise DeskError(sentence, field="number", why=Why.CONFLICT)
    if alert.total == 1 and alert.monitor:
        return (Matcher("monitor", "=", alert.monitor),)
    shared = {name: value for name, value in alert.labels.items() if name != "client"}
    if not shared:
        shared = _own(ctx, tx.signals_of(alert.number, limit=1)[0], alone=alert.total == 1)
    return tuple(Matcher(name, "=", value) for name, value in sorted(shared.items()))


def _own(ctx: Context, signal: Signal, *, alone: bool) -> dict[str, str]:
    """The labels of a signal but for how bad it is. Of what was told without a label that tells it from the others of
    its hook, this one thing.
    """
    shared = {name: value for name, value in signal.labels.items() if name not in {"client", "severity", IDENTITY}}
    hook = ctx.config.hooks.get(signal.source)
    if alone and IDENTITY in signal.labels and shared.keys() <= {*OWN, *(hook.labels if hook else ())}:
        return {"hook": signal.source, IDENTITY: signal.labels[IDENTITY]}
    return shared


def _client(tx: Tx, ctx: Context, args: Args) -> str:
    known = [client for client, _ in _clients(tx, ctx, "")]
    client = args.client or finding.client_here(ctx)
    if client not in known:
        raise DeskError(f"For which client? Yours: {', '.join(known) or 'none'}.", field="client", why=Why.NOT_FOUND)
    return client


def _matchers(words: str) -> tuple[Matcher, ...]:
    parts = [part for part in words.split(",") if part.strip()]
    if not parts:
        raise DeskError("What is to be silent? A number, or `matching=` such as `host=db-1`.", field="matching")
    if len(parts) > MOST:
        raise DeskError(f"{MOST} matchers at most.", field="matching")
    try:
        return tuple(parse(part) for part in parts)
    except ValueError as error:
        raise DeskError(f"{str(error)[:1].upper()}{str(error)[1:]}.", field="matching") from None


def _until(ctx: Context, lasts: str) -> datetime:
    until = instant(lasts, ctx.at, ctx.person.zone, "lasts")
    if until > ctx.at + LONGEST:
        raise DeskError("90 days at most. What is to be quiet for good should not be watched.", field="lasts")
    return until


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    wanted = _silence(tx, ctx, args, 0)
    hidden = silencing.hidden(tx, wanted)
    if args.sure == "no" and _is_much(args, hidden):
        said = [(name, str(value)) for name, value in args.model_dump(exclude={"sure"}).items() if value]
        return picture.ask(wanted, hidden, ctx.config, tuple(said))
    silence = tx.save_silence(replace(wanted, number=tx.number()))
    tx.deadline(f"silence/{silence.number}", "end", silence.ends_at, silence.client)
    saving.note_audit(
        tx, ctx, "silence.made", f"silence/{silence.number}", silence.client, matching=picture.matching(silence),
        until=silence.ends_at.isoformat(), reason=silence.reason,
    )  # fmt: skip
    if args.number is not None:
        acknowledging.sign(tx, ctx, finding.alert(tx, ctx, args.number, "alert.work"))
    quieting.say(tx, ctx, silence)
    quieting.review(tx, ctx, silence.client)
    card = picture.for_team(silence, ctx.config, ctx.now)
    return replace(card, lines=(*card.lines, *picture.hides(hidden)))


def _is_much(args: Args, hidden: Hidden) -> bool:
    """Everything, or something critical besides the alert that was named."""
    others = [alert for alert in hidden.critical() if alert.number != args.number]
    rest = [signal for signal in hidden.critical_signals() if signal.alert is None or signal.alert != args.number]
    return hidden.everything or bool(others or rest)


def _asks(known: Mapping[str, str]) -> Collection[str]:
    """Of an alert that was chosen it is known what it is and whose."""
    return ("number", "lasts", "reason") if known.get("number") else Args.model_fields


COMMAND = Command(
    word="silence", summary="Call nobody for something until a time", group="Work alerts",
    example="/silence 42 2h The disk is being swapped", action="alert.work", writes=True, args=Args, run=run,
    check=check, title="Silence what, and why?", submit="Silence", asks=_asks,
)  # fmt: skip
