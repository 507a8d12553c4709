"""A silence, as the team sees it."""

from datetime import datetime

from config.loaded import Config
from desk.cards import Button, Card, Style, When, text
from desk.detail import Own, ours
from desk.holds import Silence
from handlers.pictures import name


def key(number: int) -> str:
    return f"silence/{number}"


def matching(silence: Silence) -> str:
    return ", ".join(str(matcher) for matcher in silence.matchers)


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
