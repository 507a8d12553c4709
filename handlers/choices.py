"""What may be chosen for a field of a command while it is being filled in: for selects and autocomplete alike."""

from desk.detail import Detail
from desk.people import may
from desk.tickets import State
from handlers import finding
from handlers.arguments import pick_of
from handlers.context import Command, Context, Tx
from handlers.forms import fixed_choices
from handlers.pictures.alert import called

MOST = 100
_OPEN = (State.NEW, State.OPEN, State.PENDING, State.RESOLVED)
_NUMBERS = frozenset({"number", "alert"})


def choices(tx: Tx, ctx: Context, command: Command, field: str, typed: str) -> list[tuple[str, str]]:
    """Value and label of at most 100 choices that fit what was typed so far; none for a field of free text."""
    info = command.args.model_fields.get(field)
    if info is None:
        return []
    pick = pick_of(info)
    if pick:
        rows = pick.rows(tx, ctx, typed)
    else:
        rows = numbers(tx, ctx, field) if field in _NUMBERS else list(fixed_choices(info))
    said = typed.casefold().strip().removeprefix("#")
    return [row for row in rows if not said or said in row[0].casefold() or said in row[1].casefold()][:MOST]


def _label(ctx: Context, number: int, client: str, words: str) -> str:
    """A number alone, where nothing else may leave: only chat platforms ask for these."""
    known = ctx.config.clients.get(client)
    return str(number) if known is None or known.detail is Detail.NUMBER else f"{number} · {words}"


def numbers(tx: Tx, ctx: Context, field: str = "number") -> list[tuple[str, str]]:
    """What is open and may be seen: alerts first, then tickets, the newest first."""
    alerts = [a for a in tx.alerts(limit=MOST) if may(ctx.person, "alert.see", a.client)]
    found = [(a.number, _label(ctx, a.number, a.client, called(a))) for a in alerts]
    if field == "number":
        inside = finding.is_inside(ctx)
        tickets = tx.tickets(states=_OPEN, limit=1000)[-MOST:] if inside else finding.theirs(tx, ctx, _OPEN)[-MOST:]
        seen = [t for t in tickets if finding.sees(ctx, t)]
        found += [(t.number, _label(ctx, t.number, t.client, t.subject)) for t in reversed(seen)]
    return [(str(number), label[:100]) for number, label in found]
