"""The audit chain is looked at again and again: what is new each time, and what is old a page at a time."""

from dataclasses import dataclass, replace

from bot.store import verify
from bot.store.databases import Ask
from bot.store.sealer import HEAD
from desk.audit import GENESIS, Entry, first_bad, link

PAGE = 1000
_FROM = f"SELECT {verify.COLUMNS} FROM audit WHERE seq >= ? ORDER BY seq LIMIT ?"  # noqa: S608 - our own names

Place = tuple[int, str]  # of an entry in the chain, and its hash


@dataclass(frozen=True, slots=True)
class Chain:
    """`newest` is the last entry that was seen, None before the first look; `walked` is how far the slow walk over what
    is older has come. `bad` says what is wrong, and stays: what was tampered with once is not to be trusted.
    """

    newest: Place | None = None
    walked: Place = (0, GENESIS)
    bad: str = ""


def look(ask: Ask, chain: Chain) -> Chain:
    """The chain as it is now. A tail that was cut, and an entry near it that was changed, show at once."""
    if chain.bad:
        return chain
    if chain.newest is None:
        found = ask(HEAD, ())
        return replace(chain, newest=(found[0][0], found[0][1]) if found else (0, GENESIS))
    newest, bad = _follow(ask, chain.newest)
    walked, older = _follow(ask, chain.walked)
    if walked[0] >= newest[0]:
        walked = (0, GENESIS)  # and anew
    return Chain(newest, walked, bad or older)


def _follow(ask: Ask, place: Place) -> tuple[Place, str]:
    """At most a page further on, and what is wrong there. The entry one starts from must still be what it was."""
    seq, digest = place
    entries = [verify.as_sealed(row) for row in ask(_FROM, (seq or 1, PAGE))]
    if seq:
        first = entries.pop(0) if entries else None
        if first is None or first.seq != seq:
            return place, f"entry {seq} is gone"
        if first.hash != digest or not _fits(first):
            return place, f"entry {seq} was changed after it was sealed"
    bad = first_bad(entries, seq=seq, previous=digest)
    if bad is not None:
        return place, bad.why
    return ((entries[-1].seq or 0, entries[-1].hash or "") if entries else place), ""


def _fits(entry: Entry) -> bool:
    return entry.hash == link(entry, entry.seq or 0, entry.previous or "")
