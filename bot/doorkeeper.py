"""The door that chat platforms are given: identity, places, threads and buttons looked up, the router behind it."""

from collections.abc import Mapping
from datetime import datetime

from bot import inbox, pressing, rehoming
from bot.acting import as_desk
from bot.door import Door, OpenThread, Requester
from bot.enclosing import Enclosing
from bot.identity import Identity
from bot.platforms.wire import LONG_TAG
from bot.router import Router
from bot.sharing import here
from bot.store import accounts
from bot.store.store import Lane, Store, StoreTx
from bot.store.tables import from_us, to_us
from config.loaded import dm
from desk.cards import Button, Post, When
from desk.detail import ours
from desk.people import visible_clients
from desk.pins import Quote
from handlers import choices
from handlers.context import Command, Context, Where
from handlers.saving import note_audit
from handlers.subjects import subject_of

KEPT_LINES = 5000  # of private answers' buttons, the newest
_THREAD = (
    "SELECT COALESCE(under, key) FROM posts WHERE destination = ? AND (message_id = ? OR root = ?)"
    " ORDER BY CASE WHEN message_id = ? THEN 0 ELSE 1 END, id DESC LIMIT 1"
)
_UNSETTLED = (
    "SELECT 1 FROM posts WHERE state IN ('pending','claimed','unclear') AND state <> 'pending' AND (destination = ?"
    " OR destination LIKE ?) AND message_id IS NULL AND under IS NULL LIMIT 1"
)
_IN_THREADS = "SELECT p.destination, COALESCE(p.root, p.message_id), p.key FROM "
_TICKETS = _IN_THREADS + (
    "tickets t JOIN posts p ON p.key = 'ticket/' || t.number"
    " WHERE t.state <> 'closed' AND p.message_id IS NOT NULL AND p.destination LIKE ? ORDER BY t.number DESC LIMIT 500"
)
_ALERTS = _IN_THREADS + (
    "alerts a JOIN posts p ON p.key = 'alert/' || a.number"
    " WHERE a.cleared_at IS NULL AND p.message_id IS NOT NULL AND p.destination LIKE ? ORDER BY a.number DESC LIMIT 500"
)
_KEEP_LINE = (
    "INSERT INTO button_lines (tag, line, at) VALUES (?, ?, ?) ON CONFLICT (tag) DO UPDATE SET at = excluded.at"
)
_DROP_LINES = (
    "DELETE FROM button_lines WHERE at <"
    " (SELECT MIN(at) FROM (SELECT at FROM button_lines ORDER BY at DESC LIMIT ?) AS newest)"
)
_USERS = "SELECT account FROM accounts WHERE platform = ? AND refused = '' ORDER BY since DESC LIMIT 500"
_HEARD = "INSERT INTO heard (platform, at) VALUES (?, ?) ON CONFLICT (platform) DO UPDATE SET at = excluded.at"


class Doorkeeper:
    """`bot.door.Door` on the store, the router and the configuration in force."""

    def __init__(self, store: Store, identity: Identity, router: Router, commands: Mapping[str, Command]) -> None:
        self._store, self._identity, self._commands = store, identity, commands
        self.known, self.person, self.changed, self.link = (
            identity.known, identity.person, identity.changed, identity.link,
        )  # fmt: skip
        self.staff, self.named = identity.staff, identity.named
        self.enclosed = Enclosing(store, identity.config).of
        self.keep, self.check, self.take = router.keep, router.check, router.take

    def channel(self, place: str, person: str) -> str:
        if place.partition("/")[2].startswith("@"):
            return dm(person)
        found = self._identity.config().channel_at(place)
        return found.id if found else ""

    async def thread(self, place: str, thread: str) -> str | None:
        rows = await self._store.read(lambda tx: tx.rows(_THREAD, (place, thread, thread, thread)))
        return str(rows[0][0]) if rows else None

    async def unsettled(self, place: str) -> bool:
        return bool(await self._store.read(lambda tx: tx.rows(_UNSETTLED, (place, f"{place}/%"))))

    async def requester(self, platform: str, number: int) -> Requester | None:
        def work(tx: StoreTx) -> Requester | None:
            ticket = tx.ticket(number)
            known = accounts.of(tx, ticket.requester) if ticket else []
            theirs = tuple(each.user for each in known if each.platform == platform and not each.refused)
            return Requester(theirs, ticket.opened_at) if ticket else None

        return await self._store.read(work)

    async def rooted(self, place: str, root: str, thread: str) -> None:
        await self._store.write(lambda tx: rehoming.rooted(tx, place, root, thread), lane=Lane.EVENT)

    async def homeless(self, place: str, key: str) -> None:
        config = self._identity.config()
        await self._store.write(lambda tx: rehoming.homeless(tx, config, place, key), lane=Lane.EVENT)

    async def line(self, place: str, message: str, key: str, tag: str) -> str:
        button = await self._store.read(lambda tx: pressing.button(tx, place, key, message, tag))
        return button.line() if button else ""

    async def question(self, place: str, message: str, key: str, tag: str) -> str:
        button = await self._store.read(lambda tx: pressing.button(tx, place, key, message, tag))
        return button.confirm if button else ""

    async def kept_line(self, tag: str) -> str:
        rows = await self._store.read(lambda tx: tx.rows("SELECT line FROM button_lines WHERE tag = ?", (tag,)))
        return str(rows[0][0]) if rows else ""

    async def keep_lines(self, buttons: tuple[Button, ...], limit: int) -> None:
        long = [button for button in buttons if len(button.line()) + 2 > limit]
        if not long:
            return

        def work(tx: StoreTx) -> None:
            tx.execute_many(_KEEP_LINE, [(b.tag(LONG_TAG), b.line(), to_us(tx.now)) for b in long])
            tx.execute(_DROP_LINES, (KEPT_LINES,))

        await self._store.write(work, lane=Lane.EVENT)

    async def point(self, person: str, about: str, quote: Quote | None = None) -> None:
        def work(tx: StoreTx) -> None:
            tx.point(person, about, quote)
            tx.execute(_DROP_LINES, (KEPT_LINES,))

        await self._store.write(work, lane=Lane.EVENT)

    async def choices(
        self, person: str, channel: str, word: str, field: str, typed: str, platform: str
    ) -> list[tuple[str, str]]:
        config, command = self._identity.config(), self._commands.get(word)
        known = config.people.get(person)
        if known is None or command is None:
            return []
        who = here(known, config, platform)

        def work(tx: StoreTx) -> list[tuple[str, str]]:
            ctx = Context(tx.now, tx.now, who, Where(platform, channel), config, commands=self._commands)
            return choices.choices(tx, ctx, command, field, typed)

        return await self._store.read(work, clients=visible_clients(who, config.clients))

    async def has(self, key: str) -> bool:
        return bool(await self._store.read(lambda tx: tx.rows("SELECT 1 FROM inbox WHERE key = ?", (key,))))

    async def opened_for_another(self, key: str, person: str) -> int | None:
        answer = await self._store.read(lambda tx: inbox.answered(tx, key, besides=person))
        kind, number = (subject_of(answer.reply.key) if answer and answer.reply else None) or ("", 0)
        return number if kind == "ticket" else None

    async def refuse(self, platform: str, why: str, **detail: str) -> None:
        def work(tx: StoreTx) -> None:
            said = {name: value[:200] for name, value in detail.items()}
            ctx = as_desk(tx, self._identity.config(), platform)
            note_audit(tx, ctx, "request.refused", platform, None, why=why, **said)

        await self._store.write(work, lane=Lane.EVENT)

    async def alive(self, platform: str, now: datetime) -> None:
        await self._store.write(lambda tx: tx.execute(_HEARD, (platform, to_us(now))), lane=Lane.BULK)

    async def last_alive(self, platform: str) -> datetime | None:
        rows = await self._store.read(lambda tx: tx.rows("SELECT at FROM heard WHERE platform = ?", (platform,)))
        return from_us(rows[0][0]) if rows else None

    async def gap(self, platform: str, since: datetime, until: datetime, fetched: int) -> None:
        """Said once for each gap, in the teams' channels that are on the platform, wherever else they are too."""
        config = self._identity.config()
        came = f"{fetched} missed messages and reactions were fetched."
        came = "One missed message or reaction was fetched." if fetched == 1 else came
        lost = "Commands and buttons that were used there meanwhile did not reach us."
        words = ours(f"We could not hear {platform} from ", When(since), " to ", When(until), f". {came} {lost}")
        channels = [c for c in config.channels.values() if c.kind == "team" and platform in c.places]

        def work(tx: StoreTx) -> None:
            for channel in channels:
                tx.post(Post(f"gap/{platform}/{to_us(since)}", channel.id, channel.client, words=words))

        await self._store.write(work, lane=Lane.EVENT)

    async def open_threads(self, platform: str) -> list[OpenThread]:
        def work(tx: StoreTx) -> list[OpenThread]:
            here = (f"{platform}/%",)
            return [OpenThread(*row) for query in (_TICKETS, _ALERTS) for row in tx.rows(query, here)]

        return await self._store.read(work)

    async def users(self, platform: str) -> list[str]:
        return [str(row[0]) for row in await self._store.read(lambda tx: tx.rows(_USERS, (platform,)))]


def fits(keeper: Doorkeeper) -> Door:
    """The platforms' view of it; here so that mypy holds the two together."""
    return keeper
