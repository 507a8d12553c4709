"""What an arrival means, before anybody looks into the store: a command, a reply, a request for help, or nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from bot.arrivals import Arrival, File
from config.loaded import Channel
from desk.cards import Button
from desk.refusal import DeskError
from handlers.arguments import parse
from handlers.context import Command
from handlers.subjects import subject_of

NEAR, NEAR_SHORT, SHORT = 2, 1, 5  # edits within which a word was meant to be another; shorter ones are near to all


@dataclass(frozen=True, slots=True)
class Say:
    """A command, with the rest of its line; `values` instead where a form was sent."""

    command: Command
    rest: str = ""
    values: Mapping[str, str] | None = None
    here: bool = False  # a private answer is to be shown to the whole channel
    ask: bool = False  # the form is wanted, filled in with this

    def words(self) -> Iterable[str]:
        """What was said besides the command's own word, each in small letters."""
        said = self.values.values() if self.values is not None else self.rest.replace("=", " ").split()
        return (word.strip().lower() for word in said)


@dataclass(frozen=True, slots=True)
class Reply:
    """Words in the thread of the post with this key, and the files that came with them."""

    key: str
    words: str
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """A message in the thread of the post with this key says something else now, or (`words` None) was deleted."""

    key: str
    message: str
    words: str | None
    files: tuple[File, ...] = ()


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


Meaning = Say | Reply | Edit | Request | Slip | Nothing
HERE = " here=yes"
ASK = " ask=yes"


def understand(arrival: Arrival, commands: Mapping[str, Command], channel: Channel | None) -> Meaning:
    """A line that starts with `/` is a command, or near one, or a request, as it is after `/ `; a plain one is what its
    place makes it.
    """
    if arrival.kind == "submit":
        command = commands.get(arrival.form.partition("~")[0])
        return Say(command, values=arrival.values) if command else Nothing()
    text = arrival.text.strip()
    if arrival.kind in {"edit", "delete"}:
        words = None if arrival.kind == "delete" else text
        known = subject_of(arrival.thread_key)
        return Edit(arrival.thread_key or "", arrival.message or "", words, arrival.files) if known else Nothing()
    if arrival.kind == "press" and not text:
        return Nothing()
    if text.startswith("/ "):
        return Request(text[2:].strip())
    if text.startswith("/"):
        return _line(text[1:], commands)
    subject = subject_of(arrival.thread_key)
    if subject:
        return Nothing() if subject[0] == "approval" else Reply(arrival.thread_key or "", text, arrival.files)
    if channel and channel.kind in {"dm", "help"}:
        return Request(text)
    return Nothing()


def _line(line: str, commands: Mapping[str, Command]) -> Meaning:
    word, _, rest = line.strip().partition(" ")
    word = word.lower()
    rest, ask = _without(rest, ASK)
    rest, here = _without(rest, HERE)
    if word in commands:
        return Say(commands[word], rest, here=here, ask=ask)
    near = _near(word, commands)
    if near:
        lines = tuple(Button(f"/{c.word}", c.word, _args(c, rest)) for c in near)
        return Slip(word, near, lines)
    return Request(line.strip())


def _without(rest: str, mark: str) -> tuple[str, bool]:
    """The rest of a line without a word that is for us at its end, and whether it was there."""
    padded = f" {rest}"
    return (padded.removesuffix(mark).strip(), True) if padded.endswith(mark) else (rest.strip(), False)


def _near(word: str, commands: Mapping[str, Command]) -> tuple[Command, ...]:
    near = NEAR if len(word) >= SHORT else NEAR_SHORT
    distances = {name: OSA.distance(word, name, score_cutoff=near) for name in commands}
    best = min(distances.values(), default=near + 1)
    return tuple(commands[name] for name, d in distances.items() if d == best and best <= near)[:3]


def _args(command: Command, rest: str) -> tuple[tuple[str, str], ...]:
    """The rest of the line as the right command's arguments; none, where it takes no such thing, and a form asks."""
    try:
        return tuple(parse(command.args, rest).items())
    except DeskError:
        return ()
