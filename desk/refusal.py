"""The one error a person can cause."""

from enum import StrEnum


class Why(StrEnum):
    """What kind of refusal it is; a door to the outside chooses its status code by it."""

    INVALID = "invalid"
    NOT_FOUND = "not_found"
    FORBIDDEN = "forbidden"
    CONFLICT = "conflict"


class DeskError(Exception):
    """A refusal: a sentence fit to be shown to the person, saying what would work instead.

    `field` names the argument it is about, so that a form can show the sentence beside it.
    """

    def __init__(self, sentence: str, *, why: Why = Why.INVALID, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.why = why
        self.field = field


def not_found(number: int | str) -> DeskError:
    """The answer for what does not exist and, word for word, for what this person may not see."""
    return DeskError(f"There is no {number} that you can see. `/list` shows what you can.", why=Why.NOT_FOUND)
