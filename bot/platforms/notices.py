"""What a message says that goes to one person by a way with neither cards nor edits: plain words, and one link."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.platforms.contract import DeliveryRefused, Found, HistoryUnreadable, Outgoing
from bot.platforms.graphemes import cut, shown
from desk.cards import Card, Text, plain
from handlers.pictures.told import SEVERITY

LONGEST_TITLE = 150  # characters
Link = Callable[[Outgoing], Awaitable[str]]  # where the reader of a message acknowledges it; empty: nowhere


@dataclass(frozen=True, slots=True)
class Notice:
    """`title` is one line, `lines` the rest. `url` is where whoever reads it acknowledges it, empty where there is
    nothing to. `severity` is empty for what is no alert that calls.
    """

    title: str
    lines: tuple[str, ...] = ()
    url: str = ""
    number: str = ""
    severity: str = ""

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


class SaidOnce:
    """What a way out lacks that takes a message and gives nothing back: no edit, no history, no thread for a rest.

    An unclear outcome cannot be looked up there. So an urgent message is sent again at once, any other after the quiet
    time; it may be there twice, and its row says `unknown`.
    """

    async def edit(self, message_id: str, outgoing: Outgoing) -> None:  # noqa: ARG002 - the contract's signature
        raise DeliveryRefused("What was sent this way cannot be changed.", permanent=True)

    async def find(
        self, destination: str, thread: str | None, send_key: str, since: datetime  # noqa: ARG002 - as above
    ) -> list[Found]:
        raise HistoryUnreadable

    async def mark_copy(self, message_id: str, outgoing: Outgoing) -> None:
        """No second copy is ever found."""

    def rest(self, outgoing: Outgoing) -> Text:  # noqa: ARG002 - as above
        """What is too long is cut: all of it is in the chat."""
        return ()


def notice(outgoing: Outgoing, zone: str, now: datetime, url: str = "") -> Notice:
    """The message for a reader in this zone. No line of it has a line end or a control character in it."""
    words = _lines(plain(outgoing.words, zone, now))
    if outgoing.card is None:
        title = _title(words[0] if words else outgoing.key)
        return Notice(title, tuple(words), url)
    card = outgoing.card
    named = " · ".join(part for part in (card.state, str(card.number or ""), card.title) if part)
    drawn = [line for each in card.lines for line in _lines(plain(each, zone, now))]
    fields = [f"{f.name}: {plain(f.value, zone, now)}" for f in card.fields if f.name != SEVERITY]
    lines = [*words, *drawn, *(line for field in fields for line in _lines(field))]
    return Notice(_title(_one(named)), tuple(lines), url, str(card.number or ""), _severity(card, zone, now))


def _severity(card: Card, zone: str, now: datetime) -> str:
    return next((plain(f.value, zone, now) for f in card.fields if f.name == SEVERITY), "")


def _title(line: str) -> str:
    return cut(line, LONGEST_TITLE)[0]


def _lines(words: str) -> list[str]:
    return [line for each in shown(words).split("\n") if (line := _one(each))]


def _one(words: str) -> str:
    return " ".join(shown(words).split())
