"""`/silences`: what is quiet now and why: silences, maintenance, and what they hide."""

from pydantic import BaseModel

from desk.cards import Button, Card, Text, When, text
from desk.detail import Own, ours
from desk.people import may
from handlers import finding
from handlers.context import Command, Context, Tx
from handlers.pictures import name, short
from handlers.pictures import silence as picture

MOST = 20


class Args(BaseModel):
    """Nothing to say."""


def run(tx: Tx, ctx: Context, _args: Args) -> Card:
    mine = [c for c in finding.clients_of(ctx) if may(ctx.person, "alert.see", c)]
    found = tx.silences(ctx.now, mine) if mine else []
    rows: list[tuple[Text, ...]] = [
        (
            text(f"{s.number} · {ctx.config.clients[s.client].name}"), text(picture.matching(s)),
            ours("until ", When(s.ends_at)), text(f"{name(ctx.config, s.author)}: {short(s.reason, 80)}"),
        )
        for s in found[:MOST]
    ]  # fmt: skip
    for window in ctx.config.alerting.windows.values():
        span = window.next(ctx.now) if window.client in mine else None
        if span:
            state = "maintenance now" if span[0] <= ctx.now else "maintenance planned"
            when = ours(When(span[0]), " – ", When(span[1]))
            rows.append((text(ctx.config.clients[window.client].name), text(window.title), when, ours(state)))
    held = [s for s in tx.held_signals(limit=200) if s.client in mine]
    lines = [ours(f"{len(found)} silences; {len(held)} down and hidden")]
    lines += [text(f"▲ {s.title}: {s.hold.why}") for s in held[:MOST] if s.hold]
    buttons = tuple(Button(f"End {s.number}", "unsilence", (("number", str(s.number)),)) for s in found[:5])
    return Card("silences", Own("What is quiet, and why"), lines=tuple(lines), table=tuple(rows), buttons=buttons)


COMMAND = Command(
    word="silences", summary="What is quiet now, and why", group="Work alerts", example="/silences",
    action="alert.see", writes=False, args=Args, run=run,
)  # fmt: skip
