"""What tickets are about, and what is asked for each kind of them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from desk.refusal import DeskError

PREFIX = "field_"  # of a field's name in a form and in a line: `field_asset=PC-17`
LONGEST = 500  # characters of an answer


class Kind(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    DATE = "date"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of a category. `choices` are values and labels; of a person they are the client's people."""

    id: str
    label: str
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        return PREFIX + self.id


def answers(
    fields: Sequence[Asked], given: Mapping[str, str], people: Mapping[str, str], today: date
) -> tuple[tuple[str, str], ...]:
    """The answers by field, as they are kept; what a category does not ask is left out. `given` is by form name,
    `people` are names by id, `today` is the reader's. Raises DeskError at the field that is missing or cannot be meant.
    """
    found = []
    for field in fields:
        said = given.get(field.name, "").strip()
        if not said and field.required:
            raise DeskError(f"{field.label}: this is needed.", field=field.name)
        if said:
            found.append((field.id, _meant(field, said, people, today)))
    return tuple(found)


def _meant(field: Asked, said: str, people: Mapping[str, str], today: date) -> str:
    if len(said) > LONGEST:
        raise DeskError(f"{field.label}: that is longer than {LONGEST} characters.", field=field.name)
    if field.kind is Kind.CHOICE:
        return _one_of(field, said, dict(field.choices))
    if field.kind is Kind.PERSON:
        return _one_of(field, said.removeprefix("@"), people)
    if field.kind is Kind.NUMBER:
        return _number(field, said)
    return _date(field, said, today) if field.kind is Kind.DATE else said


def _one_of(field: Asked, said: str, known: Mapping[str, str]) -> str:
    by_label = {label.casefold(): value for value, label in known.items()}
    found = said if said in known else by_label.get(said.casefold())
    if found is None:
        listed = ", ".join(list(known)[:20]) or "nobody"
        raise DeskError(f"{field.label}: “{said[:40]}” is none of {listed}.", field=field.name)
    return found


def _number(field: Asked, said: str) -> str:
    try:
        number = float(said.replace(",", "."))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise DeskError(f"{field.label}: a number is wanted here, not “{said[:40]}”.", field=field.name)
    return str(int(number)) if number == int(number) else str(number)


def _date(field: Asked, said: str, today: date) -> str:
    near = {"today": 0, "yesterday": -1, "tomorrow": 1}.get(said.casefold())
    if near is not None:
        return (today + timedelta(days=near)).isoformat()
    try:
        return date.fromisoformat(said).isoformat()
    except ValueError:
        sentence = f"{field.label}: which day is “{said[:40]}”? Write it like {today.isoformat()}, or today."
        raise DeskError(sentence, field=field.name) from None
