"""What an arrival means, before anybody looks into the store: a command, a reply, a request for help, or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from bot.arrivals import Arrival
from config.loaded import Channel
from desk.cards import Button
from desk.refusal import DeskError
from handlers.arguments import parse
from handlers.context import Command
from handlers.subjects import subject_of

NEAR = 2  # edits within which a word was meant to be another


@dataclass(frozen=True, slots=True)
class Say:
    """A command, with the rest of its line; `values` instead where a form was sent."""

    command: Command
    rest: str = ""
    values: Mapping[str, str] | None = None
    here: bool = False  # a private answer is to be shown to the whole channel


@dataclass(frozen=True, slots=True)
class Reply:
    key: str
    words: str


@dataclass(frozen=True, slots=True)
class Request:
    words: str


@dataclass(frozen=True, slots=True)
class Slip:
    """A word that is none, and the commands it is near to, each with its line ready to be pressed."""

    word: str
    near: tuple[Command, ...]
    lines: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Nothing:
    """A line between people: shown, and not answered."""


Meaning = Say | Reply | Request | Slip | Nothing
HERE = " here=yes"


def understand(arrival: Arrival, commands: Mapping[str, Command], channel: Channel | None) -> Meaning:
    """A line that starts with `/` is a command, or near one, or a request; a plain one is what its place makes it."""
    if arrival.kind == "submit":
        command = commands.get(arrival.form.partition("~")[0])
        return Say(command, values=arrival.values) if command else Nothing()
    text = arrival.text.strip()
    if text.startswith("/"):
        return _line(text[1:], commands)
    subject = subject_of(arrival.thread_key)
    if subject:
        return Nothing() if subject[0] == "approval" else Reply(arrival.thread_key or "", text)
    if channel and channel.kind in {"dm", "help"}:
        return Request(text)
    return Nothing()


def _line(line: str, commands: Mapping[str, Command]) -> Meaning:
    word, _, rest = line.strip().partition(" ")
    word = word.lower()
    here = f" {rest}".endswith(HERE)
    rest = f" {rest}".removesuffix(HERE).strip() if here else rest.strip()
    if word in commands:
        return Say(commands[word], rest, here=here)
    near = _near(word, commands)
    if near:
        lines = tuple(Button(f"/{c.word}", c.word, _args(c, rest)) for c in near)
        return Slip(word, near, lines)
    return Request(line.strip())


def _near(word: str, commands: Mapping[str, Command]) -> tuple[Command, ...]:
    distances = {name: Levenshtein.distance(word, name, score_cutoff=NEAR) for name in commands}
    best = min(distances.values(), default=NEAR + 1)
    return tuple(commands[name] for name, d in distances.items() if d == best and best <= NEAR)[:3]


def _args(command: Command, rest: str) -> tuple[tuple[str, str], ...]:
    """The rest of the line as the right command's arguments; none, where it takes no such thing, and a form asks."""
    try:
        return tuple(parse(command.args, rest).items())
    except DeskError:
        return ()
