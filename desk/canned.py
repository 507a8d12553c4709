"""Replies that were written beforehand, with places in braces that the ticket fills: `Hello {requester}, …`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

# What a place in braces stands for.
FIELDS = {
    "requester": "the first name of whoever asked", "number": "the ticket's number", "subject": "its subject",
    "client": "the client's name", "me": "the first name of whoever sends it", "desk": "what the desk calls itself",
}  # fmt: skip
_PLACE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Canned:
    """`clients` are those it is for; none means all."""

    id: str
    title: str
    words: str
    clients: tuple[str, ...] = ()

    def fits(self, client: str) -> bool:
        return not self.clients or client in self.clients


def places(words: str) -> tuple[str, ...]:
    """What stands in single braces, known or not, each once. Double braces stand for a brace."""
    return tuple(dict.fromkeys(found[1] for found in _PLACE.finditer(words) if found[1] is not None))


def filled(words: str, values: Mapping[str, str]) -> str:
    """In one pass: a brace inside a value is nothing but a brace. Raises KeyError for a place without a value."""
    return _PLACE.sub(lambda found: found[0][0] if found[1] is None else values[found[1]], words)
