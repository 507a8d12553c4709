"""Tags: a few short words by which staff find tickets again."""

import re
from dataclasses import replace

from desk.refusal import DeskError, Why
from desk.tickets import Ticket

MOST = 10
LONGEST = 30  # characters
_SLUG = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{LONGEST - 1}}}")


def read(words: str) -> tuple[str, ...]:
    """`VPN, #printer` → `vpn`, `printer`. Raises DeskError for what is no tag."""
    tags = tuple(dict.fromkeys(each.lower().lstrip("#") for each in re.split(r"[\s,]+", words) if each.strip("#")))
    wrong = next((tag for tag in tags if not _SLUG.fullmatch(tag)), None)
    if wrong is not None:
        rule = f"letters a to z, digits and dashes, at most {LONGEST}"
        raise DeskError(f"“{wrong[:40]}” is no tag: a tag has {rule}.", field="tags")
    if not tags:
        raise DeskError("Which tags? A tag is a word such as `vpn`.", field="tags")
    return tags


def tagged(ticket: Ticket, tags: tuple[str, ...]) -> Ticket:
    every = tuple(dict.fromkeys((*ticket.tags, *tags)))
    if every == ticket.tags:
        raise _refuse(f"{ticket.number} has {', '.join(tags)} already.")
    if len(every) > MOST:
        raise _refuse(f"{ticket.number} would have {len(every)} tags, and {MOST} are enough. `/untag` makes room.")
    return replace(ticket, tags=every)


def untagged(ticket: Ticket, tags: tuple[str, ...]) -> Ticket:
    absent = [tag for tag in tags if tag not in ticket.tags]
    if absent:
        has = ", ".join(ticket.tags) or "none"
        raise _refuse(f"{ticket.number} has no tag {', '.join(absent)}; it has {has}.")
    return replace(ticket, tags=tuple(tag for tag in ticket.tags if tag not in tags))


def _refuse(sentence: str) -> DeskError:
    return DeskError(sentence, why=Why.CONFLICT, field="tags")
