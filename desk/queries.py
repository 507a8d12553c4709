"""What somebody wants found: words, phrases and filters, read from one line. `"…"` holds words together."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any

from desk.refusal import DeskError
from desk.tickets import UNRESOLVED, Priority, State
from desk.words import clean

LONGEST = 500  # characters of a line
MOST = 12  # words and phrases
BEGINNING = 4  # letters from which on a word is found by its beginning: shorter ones begin too much

# What may follow `is:`; the last two say more than a state, and are about what is not solved yet.
STATES: Mapping[str, frozenset[State]] = {
    "open": UNRESOLVED, "new": frozenset({State.NEW}), "pending": frozenset({State.PENDING}),
    "resolved": frozenset({State.RESOLVED}), "closed": frozenset({State.CLOSED}), "merged": frozenset({State.MERGED}),
    "unassigned": frozenset(), "overdue": frozenset(),
}  # fmt: skip
# The names that follow these are the configuration's and its people's: whoever asks looks them up.
NAMES = ("client", "team", "category", "code", "assignee", "requester", "watcher")
FILTERS = ("is", "priority", "tag", "older", "newer", "opened", "number", *NAMES)
# What the requester of a ticket can see of it. Nothing is found by what one cannot see.
PUBLIC_FILTERS = ("is", "older", "newer", "opened", "number", "requester")

NOBODY = "nobody"

Near = Callable[[str, Collection[str]], str]

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))  # phones put them where `"` was typed
_TOKEN = re.compile(
    r'(?:(?P<name>[A-Za-z][A-Za-z_]*):(?!//|\s|\Z))?(?:"(?P<quoted>[^"]*)(?:"|\Z)|(?P<bare>[^\s"]+))'
)
_LENGTH = re.compile(r"(\d{1,4})([mhdw])")
_UNITS = {"w": 10_080, "d": 1440, "h": 60, "m": 1}  # minutes
_OPENED = re.compile(r"(\d{4})(?:-(?:q([1-4])|(0[1-9]|1[0-2])))?")
_PLAIN = re.compile(r"[\w@.-]+")


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand together. `whole`: as they are; else the last of them is the beginning of a word."""

    words: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Query:
    """All of it must be so, but that any one of the states is enough.

    `status` are words of `STATES`, `opened` the first and the last month (202610) in which it was opened, by its
    client's calendar. `names` are pairs of one of `NAMES` and what was said; `nobody` is an assignee as well.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    priority: Priority | None = None
    tags: tuple[str, ...] = ()
    older: timedelta | None = None
    newer: timedelta | None = None
    opened: tuple[int, int] | None = None
    number: int | None = None
    names: tuple[tuple[str, str], ...] = ()

    def terms(self) -> tuple[Term, ...]:
        begun = (Term(word, sum(map(str.isalnum, word)) < BEGINNING) for word in self.words)
        return (*begun, *(Term(phrase, whole=True) for phrase in self.phrases))

    def filters(self) -> frozenset[str]:
        """The names of those that were said."""
        told = {"is": self.status, "tag": self.tags} | {name: getattr(self, name) is not None for name in _VALUES}
        return frozenset({name for name, said in told.items() if said} | dict(self.names).keys())

    def states(self) -> frozenset[State]:
        """Any of these; none means any at all."""
        named: frozenset[State] = frozenset().union(*(STATES[word] for word in self.status))
        return named or (UNRESOLVED if self.status else frozenset())


@dataclass(frozen=True, slots=True)
class Reach:
    """What one person may find: by every word in tickets of these clients, by public words alone in those of others
    and in the tickets of their own (that they asked for, or watch).
    """

    every_word: frozenset[str] = frozenset()
    public_words: frozenset[str] = frozenset()
    own: str = ""


def _nobody_knows(_word: str, _known: Collection[str]) -> str:
    return ""


def parse(line: str, near: Near = _nobody_knows, allowed: Collection[str] = FILTERS) -> Query:
    """Raises DeskError alone. `near` ends a sentence about something unknown: the nearest of what is known."""
    found = Query()
    for token in _TOKEN.finditer(clean(line, LONGEST).translate(_QUOTES)):
        name, said = (token["name"] or "").lower(), " ".join((token["bare"] or token["quoted"]).split())
        if not name and said.lower().removesuffix(":") in allowed and said.endswith(":"):
            name, said = said.lower().removesuffix(":"), ""
        if name:
            _known(name, said, near, allowed)
            found = _filtered(found, name, said, near)
        elif any(map(str.isalnum, said)):
            if token["bare"]:
                found = replace(found, words=_joined(found.words, said))
            else:
                found = replace(found, phrases=_joined(found.phrases, said))
    if found == Query():
        raise _refusal('What is to be found? Words, "words together", or filters such as `is:open older:3d`.')
    if len(found.words) + len(found.phrases) > MOST:
        raise _refusal(f"At most {MOST} words are looked for. Leave out the common ones.")
    return found


def _known(name: str, said: str, near: Near, allowed: Collection[str]) -> None:
    if name not in allowed:
        listed = ", ".join(f"`{each}:`" for each in allowed)
        tail = near(name, allowed) or f"; there are {listed}."
        raise _refusal(f"There is no filter `{name[:40]}:`{tail} In quotes it is looked for as it is.")
    if not said:
        raise _refusal(f"`{name}:` needs something behind it, without a blank between.")


def _filtered(found: Query, name: str, said: str, near: Near) -> Query:
    if name == "is":
        if said.lower() not in STATES:
            raise _unknown("is", said, STATES, near)
        return replace(found, status=_joined(found.status, said.lower()))
    if name == "tag":
        return replace(found, tags=_joined(found.tags, said.lower()))
    if name in NAMES:
        _once(name, dict(found.names).get(name), said)
        return replace(found, names=_joined(found.names, (name, said)))
    value = _VALUES[name](said, near)
    _once(name, getattr(found, name), value)
    return replace(found, **{name: value})


def _once(name: str, there: object, value: object) -> None:
    if there not in {None, value}:
        raise _refusal(f"`{name}:` is there twice; once is enough.")


def _joined(there: tuple[Any, ...], more: Any) -> tuple[Any, ...]:
    return there if more in there else (*there, more)


def _priority(said: str, near: Near) -> Priority:
    known = [str(priority) for priority in Priority]
    if said.upper() not in known:
        raise _unknown("priority", said, known, near)
    return Priority(said.upper())


def _length(said: str, _near: Near) -> timedelta:
    found = _LENGTH.fullmatch(said.lower())
    if not found:
        raise _refusal(f"“{said[:40]}” is no length of time; 30m, 2h, 3d and 4w are.")
    return timedelta(minutes=int(found[1]) * _UNITS[found[2]])


def _months(said: str, _near: Near) -> tuple[int, int]:
    found = _OPENED.fullmatch(said.lower())
    if not found:
        raise _refusal(f"“{said[:40]}” is no month, quarter or year; 2026-10, 2026-Q4 and 2026 are.")
    year, quarter, month = int(found[1]) * 100, int(found[2] or 0), int(found[3] or 0)
    if quarter:
        return year + 3 * quarter - 2, year + 3 * quarter
    return (year + month, year + month) if month else (year + 1, year + 12)


def _number(said: str, _near: Near) -> int:
    digits = said.removeprefix("#")
    if not re.fullmatch(r"[0-9]{1,12}", digits):
        raise _refusal(f"“{said[:40]}” is no number of a ticket.")
    return int(digits)


_VALUES: Mapping[str, Callable[[str, Near], Any]] = {
    "priority": _priority, "older": _length, "newer": _length, "opened": _months, "number": _number,
}  # fmt: skip


def _unknown(name: str, said: str, known: Collection[str], near: Near) -> DeskError:
    listed = ", ".join(known)
    tail = near(said, known) or "."
    return _refusal(f"`{name}:` knows {listed}, not “{said[:40]}”{tail}")


def _refusal(sentence: str) -> DeskError:
    return DeskError(sentence, field="words")


def line_of(query: Query) -> str:
    """The line that means this query, of which `parse` gives it again."""
    parts = [*query.words, *(f'"{phrase}"' for phrase in query.phrases), *(f"is:{word}" for word in query.status)]
    parts += [f"tag:{_quoted(tag)}" for tag in query.tags]
    parts += [f"{name}:{_quoted(said)}" for name, said in query.names]
    told = {each.name: getattr(query, each.name) for each in fields(query)}
    parts += [f"{name}:{_SPELLED[name](told[name])}" for name in _VALUES if told[name] is not None]
    return " ".join(parts)


def _quoted(said: str) -> str:
    return said if _PLAIN.fullmatch(said) else f'"{said}"'


def _spelled_months(months: tuple[int, int]) -> str:
    (year, first), (_, last) = divmod(months[0], 100), divmod(months[1], 100)
    if first == last:
        return f"{year:04}-{first:02}"
    return f"{year:04}-Q{last // 3}" if last - first == 2 else f"{year:04}"


def _spelled_length(length: timedelta) -> str:
    minutes = length // timedelta(minutes=1)
    size, unit = next((size, unit) for unit, size in _UNITS.items() if minutes % size == 0)
    return f"{minutes // size}{unit}"


_SPELLED: Mapping[str, Callable[[Any], str]] = {
    "priority": str, "older": _spelled_length, "newer": _spelled_length, "opened": _spelled_months, "number": str,
}  # fmt: skip
