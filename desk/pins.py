"""A message that somebody files into the timeline of an alert or a ticket: who wrote it, when, and what it says."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Quote:
    """A message as its platform showed it to whoever pointed at it. `author` is what the platform calls whoever wrote
    it; `at` is aware UTC; `link` opens it, and is empty where nothing does.
    """

    author: str
    at: datetime
    words: str
    link: str = ""


def recorded(words: str, link: str) -> str:
    """As a timeline keeps it: the words, and on a line of its own the link, which may be empty."""
    return f"{words}\n{link}"


def parts(entry: str) -> tuple[str, str]:
    """The words and the link that `recorded` put together."""
    words, _, link = entry.rpartition("\n")
    return words, link


def author(quote: Quote, platform: str) -> str:
    """Whoever wrote it and is nobody we know, by their name there. No id of a person has a blank in it, so nobody is
    taken for somebody else whatever they call themselves.
    """
    return f"{' '.join(quote.author.split())[:80] or 'somebody'} on {platform}"


def quote_to_json(quote: Quote) -> dict[str, str]:
    return {"author": quote.author, "at": quote.at.isoformat(), "words": quote.words, "link": quote.link}


def quote_from_json(data: dict[str, Any]) -> Quote:
    return Quote(data["author"], datetime.fromisoformat(data["at"]).astimezone(UTC), data["words"], data["link"])
