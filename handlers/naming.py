"""Who is meant by what somebody wrote: an id, `@id`, `me`, a whole name, or a first name that only one has."""

from collections.abc import Iterable

from config.problems import near
from desk.people import Person
from desk.refusal import DeskError, Why
from handlers.context import Context
from handlers.pictures import short

ME = "me"


def person(ctx: Context, said: str, known: Iterable[Person], field: str) -> Person:
    """One of those who are known to whoever asks: anybody else is as absent as one who does not exist."""
    words, people = said.removeprefix("@").casefold().strip(), list(known)
    if words == ME:
        return ctx.person
    for names in (_ids, _whole, _first):
        found = [p for p in people if words == names(p)]
        if len(found) == 1:
            return found[0]
    if found:
        which = " or ".join(f"`{p.id}`" for p in found)
        raise DeskError(f"Which “{short(said, 40)}”? {which}.", field=field, why=Why.NOT_FOUND)
    tail = near(words, [p.id for p in people] + [_first(p) for p in people]) or "; an id or a name is wanted, or `me`."
    raise DeskError(f"There is no “{short(said, 40)}” here{tail}", field=field, why=Why.NOT_FOUND)


def _ids(known: Person) -> str:
    return known.id


def _whole(known: Person) -> str:
    return known.name.casefold()


def _first(known: Person) -> str:
    return known.name.casefold().split()[0]
