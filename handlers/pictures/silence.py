"""A silence, as the team sees it."""

from datetime import datetime

from config.loaded import Config
from desk.cards import Button, Card, Style, Text, When, text
from desk.detail import Own, ours
from desk.holds import Silence
from handlers.pictures import name, short
from handlers.pictures.alert import called
from handlers.pictures.numbers import about
from handlers.silencing import Hidden

NAMED = 5  # critical ones that are named
Args = tuple[tuple[str, str], ...]


def key(number: int) -> str:
    return f"silence/{number}"


def matching(silence: Silence) -> str:
    return ", ".join(str(matcher) for matcher in silence.matchers)


def hides(hidden: Hidden) -> tuple[Text, ...]:
    """How much it keeps quiet right now, and what of it is critical."""
    named = [f"{a.number} {short(called(a), 60)}" for a in hidden.critical()]
    named += [short(s.title, 60) for s in hidden.critical_signals()]
    more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
    counted = about(len(hidden.alerts), "open alert"), about(len(hidden.signals), "signal")
    fires = "fires" if len(hidden.signals) == 1 else "fire"
    lines = [ours(f"Right now it hides {counted[0]} and {counted[1]} that {fires}.")]
    return (*lines, *([text(Own(f"▲ {len(named)} critical: "), f"{', '.join(named[:NAMED])}{more}")] if named else []))


def ask(silence: Silence, hidden: Hidden, config: Config, args: Args) -> Card:
    """Before much falls silent. `args` are those of the command, as they were said."""
    client = config.clients[silence.client].name
    all_of_it = (text(f"It is about nearly everything of {client}, also what may come."),) if hidden.everything else ()
    lines = (
        text(f"{client} · {matching(silence)}"), *hides(hidden), *all_of_it,
        ours("Nobody is called for any of it until ", When(silence.ends_at), "."),
    )  # fmt: skip
    said = tuple((name_, Own(value)) for name_, value in args)  # by whoever reads it, right here
    button = Button(Own("Silence it all"), "silence", (*said, ("sure", "yes")))
    return Card("silence", Own("Silence so much?"), lines=lines, buttons=(button,), tone="warn")


def for_team(silence: Silence, config: Config, now: datetime) -> Card:
    """What is quiet, until when, who wanted it and why."""
    over = silence.ends_at <= now
    when = ours("ended ", When(silence.ends_at)) if over else ours(
        "until ", When(silence.ends_at), " (", When(silence.ends_at, Style.LEFT), ")")  # fmt: skip
    ended = f" · {name(config, silence.ended_by)} ended it" if silence.ended_by else ""
    lines = (
        text(f"{config.clients[silence.client].name} · {matching(silence)}"),
        (*when, *text(ended)),
        text(f"{name(config, silence.author)}: {silence.reason}"),
    )
    buttons = () if over else (Button(Own("End it"), "unsilence", (("number", str(silence.number)),)),)
    state = "over" if over else "⊘ SILENCED"
    return Card(key(silence.number), Own("Silence"), state, silence.number, lines, buttons=buttons)
