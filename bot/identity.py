"""Who acts by which account: people of the configuration by a link, others as requesters whom a client lets in.

The configuration that the rest of the bot sees has these requesters in it, each with a direct channel.
"""

import asyncio
import re
from collections import deque
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import available_timezones

import structlog

from bot.acting import as_desk
from bot.door import Account
from bot.sharing import allowed, here
from bot.store import accounts
from bot.store.accounts import Known
from bot.store.store import Store, StoreTx
from config.loaded import Channel, Config, dm
from desk.cards import Post
from desk.detail import ours
from desk.people import Person, Role, may_anywhere
from desk.refusal import DeskError, Why
from handlers.saving import note_audit

REMEMBERED = 5000  # accounts
WRONG_CODES = 5  # of one account, within the life of a code
CODE_LIFE = timedelta(minutes=10)
_LINK = re.compile(r"/link\s+(\S.*)", re.IGNORECASE)
_ONLY_REQUESTER = frozenset({Role.REQUESTER})

log = structlog.get_logger(__name__)


class Identity:
    """`base` is what the files say; `config()` the same with everybody in it whom a client's channel lets in."""

    def __init__(self, store: Store, base: Config) -> None:
        self._store = store
        self._base = base
        self._merged = base
        self._wrong: dict[tuple[str, str, str], deque[datetime]] = {}
        self._rows: dict[tuple[str, str, str], Known] = {}  # as the store has them; another one after each change
        self._merging = asyncio.Lock()
        store.listen(self._moved)

    def config(self) -> Config:
        return self._merged

    @property
    def base(self) -> Config:
        return self._base

    async def settle(self, platforms: frozenset[str]) -> None:
        """At the start: the places of every channel on the platforms that are set up, what may leave for them, and who
        is let in.
        """
        await self._store.write(lambda tx: self.settled(tx, self._base, platforms))
        await self._refresh()

    def settled(self, tx: StoreTx, config: Config, platforms: frozenset[str]) -> None:
        """The rows of it, for the configuration that is in force or is about to be."""
        rows = [(channel.id, place) for channel in config.channels.values() for place in channel.place_ids()]
        accounts.settle_places(tx, rows, platforms)
        accounts.settle_sharing(tx, config.clients.values())

    async def adopt(self, base: Config) -> None:
        """From now on the files say this. Its rows are settled before."""
        self._base = base
        await self._refresh()

    async def known(self, platform: str, workspace: str, user: str) -> Account | None:
        row = await self._row(platform, workspace, user)
        return Account(platform, workspace, user, row.name, row.zone, row.outsider, row.refused) if row else None

    async def person(self, account: Account, place: str) -> str:
        """The id of the person who acts. Raises DeskError, and it is on the record who was refused and why."""
        row = await self._row(account.platform, account.workspace, account.user)
        sentence = self._refusal(account, row, place)
        if sentence:
            await self._store.write(lambda tx: self._note(tx, account, "account.refused", row, sentence, place))
            raise DeskError(sentence, why=Why.FORBIDDEN)
        if row is None:
            row = self._met(account, place)
            await self._keep(row, account, "account.met")
        elif (row.name, row.zone, row.outsider) != (account.name, account.zone, account.outsider):
            row = replace(row, name=account.name or row.name, zone=account.zone or row.zone, outsider=account.outsider)
            await self._keep(row, account, "")
        return row.person

    async def staff(self, account: Account, place: str) -> str | None:
        """The id of the person who acts, if they may file what others say. None for anybody else, of whom nothing is
        kept.
        """
        row = await self._row(account.platform, account.workspace, account.user)
        if row is None or row.client is not None or self._refusal(account, row, place):
            return None
        person = here(self._base.people[row.person], self._base, account.platform)
        return person.id if may_anywhere(person, "alert.work") else None

    async def named(self, platform: str, workspace: str, user: str) -> str | None:
        """The id of the person whose account this is; None for one that we never met."""
        row = await self._row(platform, workspace, user)
        return row.person if row and row.person in self._merged.people else None

    async def changed(self, account: Account) -> None:
        """What a platform says about an account that we know: a new name, deactivated, a guest now."""
        row = await self._row(account.platform, account.workspace, account.user)
        if row is not None:
            now = replace(
                row, name=account.name or row.name, zone=account.zone or row.zone, outsider=account.outsider,
                refused=account.refused,
            )  # fmt: skip
            if now != row:
                await self._keep(now, account, "account.changed" if now.refused != row.refused else "")

    async def _row(self, platform: str, workspace: str, user: str) -> Known | None:
        """From memory where it can be: whatever a person does asks for it twice, before it is acknowledged."""
        rows, key = self._rows, (platform, workspace, user)
        if key in rows:
            return rows[key]
        found = await self._store.read(lambda tx: accounts.find(tx, *key))
        if found is not None and len(rows) < REMEMBERED:
            rows[key] = found  # if an account changed meanwhile, nobody looks here any more
        return found

    def _moved(self, tables: frozenset[str]) -> None:
        if "accounts" in tables:
            self._rows = {}

    async def code_for(self, person: str) -> str:
        """A one-time code for somebody who is known nowhere yet, asked for by the operator of this machine."""
        if person not in self._base.people:
            raise DeskError(f"There is no person {person[:40]} in people.yaml.", why=Why.NOT_FOUND)

        def work(tx: StoreTx) -> str:
            note_audit(tx, as_desk(tx, self._base, "operator"), "code.given", f"person/{person}", None)
            return tx.hand_out_code(person, tx.now + CODE_LIFE)

        return await self._store.write(work)

    async def link(self, account: Account, line: str) -> str | None:
        """What to say to somebody who says a code by an account: a sentence, or None where the line is no such thing.

        The code was given out where that person is known already, so both sides are in the same hands.
        """
        said = _LINK.fullmatch(line.strip())
        if said is None:
            return None
        if account.refused:
            raise DeskError(f"This account cannot be used here: it is {account.refused}.", why=Why.FORBIDDEN)
        key = (account.platform, account.workspace, account.user)
        refusal = await self._store.write(lambda tx: self._linked(tx, account, said[1], key))
        return refusal or await self._welcome(account)

    def _linked(self, tx: StoreTx, account: Account, code: str, key: tuple[str, str, str]) -> str:
        """Empty when it is linked now, else why not."""
        wrong = self._wrong.setdefault(key, deque(maxlen=WRONG_CODES))
        if len(wrong) == WRONG_CODES and tx.now - wrong[0] < CODE_LIFE:
            return "Too many wrong codes. Wait ten minutes, then ask for a new one with `/link` where you are known."
        person = self._base.people.get(accounts.redeem(tx, code) or "")
        row = accounts.find(tx, *key)
        if person is None:
            wrong.append(tx.now)
            self._note(tx, account, "account.refused", row, "a wrong or lapsed code", "")
            return "That code is wrong or has lapsed. `/link`, said where you are known already, gives a new one."
        if account.outsider and person.all_roles() - _ONLY_REQUESTER:
            self._note(tx, account, "account.refused", row, "a guest cannot be staff", "")
            return "A guest's account cannot be linked to somebody of the staff. Use a full member's account."
        if row and row.client:
            accounts.take_over(tx, row.person, person.id)
        now = Known(*key, person.id, None, account.name, account.zone, account.outsider)
        accounts.save(tx, now)
        self._note(tx, account, "account.linked", now, person.id, "")
        name = account.name or account.user
        said = ours(f"{name} on {account.platform} is you from now on. Not you? `/unlink {account.platform}`")
        tx.post(Post(f"linked/{now.place}/{tx.now:%Y%m%dT%H%M%S}", dm(person.id), None, words=said, said_at=now.place))
        return ""

    async def _welcome(self, account: Account) -> str:
        await self._refresh()
        row = await self._row(account.platform, account.workspace, account.user)
        name = self._merged.people[row.person].name if row and row.person in self._merged.people else "linked"
        return f"You are {name} here from now on. `/help` shows what you can do."

    def _elsewhere(self, client: str | None, platform: str) -> str:
        """Whether the person's company has chosen to keep off this platform; then where to write instead."""
        known = self._base.clients.get(client or "")
        if known is None or allowed(known, platform):
            return ""
        there = ", ".join(sorted(self._base.platforms.keys() & (known.platforms or ()))) or "Deskbell's web chat"
        return f"{known.name} does not use {platform} for this. Write in {there} instead."

    def _refusal(self, account: Account, row: Known | None, place: str) -> str:
        """Why this account may not act at this place; empty if it may."""
        why = account.refused or (row.refused if row else "")
        if why:
            return f"This account cannot be used here: it is {why}."
        channel = self._base.channel_at(place)
        if row is None:
            if channel is None or channel.client is None or channel.kind == "team":
                return (
                    "I don't know this account yet. Say `/link` where you are known already, and here the code that it"
                    " gives; or write in your company's help channel."
                )
            return ""
        if row.client is None:
            person = self._base.people.get(row.person)
            if person is None:
                return "You are not on the list of people any more. Ask your administrator."
            if elsewhere := self._elsewhere(person.client, account.platform):
                return elsewhere
            staff = person.all_roles() - _ONLY_REQUESTER
            return "A guest's account cannot act as staff." if account.outsider and staff else ""
        if row.client not in self._base.clients:
            return "We no longer work for your company here."
        if elsewhere := self._elsewhere(row.client, account.platform):
            return elsewhere
        if channel and (channel.kind == "team" or channel.client not in (None, row.client)):
            return "This channel is somebody else's. Write in your company's own, or to me directly."
        return ""

    def _met(self, account: Account, place: str) -> Known:
        channel = self._base.channel_at(place)
        client = channel.client if channel else None
        id_ = f"{account.platform}:{account.user}".lower()  # no id in people.yaml has a colon
        return Known(
            account.platform, account.workspace, account.user, id_, client, account.name or account.user, account.zone,
            account.outsider,
        )  # fmt: skip

    async def _keep(self, row: Known, account: Account, action: str) -> None:
        def work(tx: StoreTx) -> None:
            accounts.save(tx, row)
            if action:
                self._note(tx, account, action, row, row.refused or row.name, "")

        await self._store.write(work)
        await self._refresh()

    def _note(self, tx: StoreTx, account: Account, action: str, row: Known | None, why: str, place: str) -> None:
        subject = f"account/{account.platform}/{account.user}"
        ctx = as_desk(tx, self._base, account.platform)
        note_audit(tx, ctx, action, subject, row.client if row else None, why=why[:200], place=place, name=account.name)

    async def _refresh(self) -> None:
        """One after the other: an older list must not come after a newer one."""
        async with self._merging:
            await self._merge()

    async def _merge(self) -> None:
        rows = await self._store.read(accounts.guests)
        people = {row.person: _guest(row) for row in rows if row.client in self._base.clients}
        direct = {dm(p.id): Channel(dm(p.id), self._base.desk.name, "dm", p.client) for p in people.values()}
        self._merged = replace(
            self._base, people={**self._base.people, **people}, channels={**self._base.channels, **direct}
        )


@cache
def _zones() -> set[str]:
    """Read from many files, so once."""
    return available_timezones()


def _guest(row: Known) -> Person:
    zone = row.zone if row.zone in _zones() else "UTC"
    return Person(row.person, row.name, zone, row.client, {row.client or "": _ONLY_REQUESTER})
