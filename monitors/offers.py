"""What a kind offers to conditions: each value with its type and what it means."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """The types of values, by the words in which the documentation and the mistakes name them."""

    WHOLE = "whole number"
    NUMBER = "number"
    TEXT = "text"
    TRUTH = "true or false"
    ANY = "anything"  # what was parsed: its parts and their types are known only when it is there
    TEXTS = "texts by name"


@dataclass(frozen=True, slots=True)
class Value:
    """One value a look may see. `about` completes "its name is …"; where it has a unit, its name ends with it."""

    type: Type
    about: str


Offers = Mapping[str, Value]

LATENCY = "latency_ms"  # what every kind offers that another machine has to answer
_LATENCY = Value(Type.NUMBER, "how long the look took, in milliseconds")


def offered(offers: Offers, *, remote: bool) -> Offers:
    """What conditions may read, the latency included where it is measured."""
    return {**offers, LATENCY: _LATENCY} if remote else offers


def in_ms(seconds: float) -> float:
    """Milliseconds as people read them: whole ones, and below ten with one more digit."""
    ms = seconds * 1000
    return round(ms) if ms >= 10 else round(ms, 1)
