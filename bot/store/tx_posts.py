"""What others are to see, and the record of who did what."""

import json
from typing import Any

from sqlalchemy import bindparam, case, select
from sqlalchemy.sql.expression import Executable

from bot.store import rows
from bot.store.place_tables import places, sharing
from bot.store.statements import Insert, Statement, constant, inserting
from bot.store.tables import audit, posts, to_us
from bot.store.transaction import Transaction
from desk import detail
from desk.audit import Entry
from desk.cards import Post
from desk.detail import Detail
from handlers.records import Delivery, Shown

_KEY = ["key", "destination"]
_GIVEN = [
    "key", "destination", "client_id", "live", "under", "root", "author", "urgent", "body", "send_key", "created_at",
]  # fmt: skip
_FRESH: dict[str, int | str] = {
    "wanted": 1, "sent": 0, "state": "pending", "attempt": 0, "not_before": 0, "copies": 0, "reason": "",
}  # fmt: skip


def _fresh(insert: Insert) -> Any:
    constants = {name: constant(value) for name, value in _FRESH.items()}
    return insert(posts).values({name: bindparam(name) for name in _GIVEN} | constants)


def _say(insert: Insert) -> Executable:
    said: Executable = _fresh(insert).on_conflict_do_nothing(index_elements=_KEY)
    return said


def _show(insert: Insert) -> Executable:
    """A claimed or unclear row keeps its state: that more is wanted than was claimed tells the outbox what to do."""
    fresh = _fresh(insert)
    in_doubt = posts.c.state.in_([constant("claimed"), constant("unclear")])
    newest = {
        "body": fresh.excluded.body,
        "urgent": fresh.excluded.urgent,
        "wanted": posts.c.wanted + constant(1),
        "state": case((in_doubt, posts.c.state), else_=constant("pending")),
    }
    shown: Executable = fresh.on_conflict_do_update(
        index_elements=_KEY, set_=newest, where=posts.c.body != fresh.excluded.body
    )
    return shown


_SAY = Statement(_say, _GIVEN)
_SHOW = Statement(_show, _GIVEN)
_AUDIT = inserting(audit, without=["id"])


class PostRows(Transaction):
    def post(self, post: Post) -> None:
        """Ask for a post: one row for each key and place. A live one moves to the newest card, others stay."""
        self._allow(post.client)
        whole, statement = rows.post_body(post), _SHOW if post.live else _SAY
        for place in self._places(post):
            shared = self._shared(post, place)
            if shared is None:
                continue
            body = rows.post_body(shared) if shared is not post else whole
            given = (
                post.key, place, post.client, post.live, post.under, post.root or None, post.author, post.urgent, body,
                self._link.ids.token(), to_us(self.now),
            )  # fmt: skip
            self._later(statement, given)

    def _places(self, post: Post) -> list[str]:
        """All places the destination stands for. A reply goes where its parent is: the head of a thread that began
        before a place was added is not there.
        """
        others = [] if post.alone else self._others(post)
        return [place for place in (post.destination, *others) if place != post.said_at]

    def _shared(self, post: Post, place: str) -> Post | None:
        """The post as it may leave for this place; None where it may not. The web chat shows all."""
        platform, outside, _ = place.partition("/")
        if not outside or not (known := self._sharing()):
            return post
        if post.client is None:  # it may be about any client: the strictest of them counts
            return detail.post(post, detail.strictest(Detail(level) for level, _ in known.values()))
        level, allowed = known.get(post.client, (Detail.FULL, None))
        if allowed is not None and platform not in allowed:
            return None
        return detail.post(post, Detail(level))

    def _sharing(self) -> dict[str, tuple[str, frozenset[str] | None]]:
        book = self._link.places
        if book.sharing is not None:
            return book.sharing
        found = {
            client: (level, None if names is None else frozenset(json.loads(names)))
            for client, level, names in self._select(select(sharing))
        }
        if not book.moving:
            book.sharing = found
        return found

    def _others(self, post: Post) -> list[str]:
        book = self._link.places
        found = book.known.get(post.destination)
        if found is None:
            query = select(places.c.place).where(places.c.channel == post.destination).order_by(places.c.place)
            found = [str(place) for (place,) in self._select(query)]
            if not book.moving:
                book.known[post.destination] = found
        if not found or post.under is None:
            return found
        self.flush()
        parents = select(posts.c.destination).where(posts.c.key == post.under, posts.c.destination.in_(found))
        return [place for (place,) in self._select(parents.order_by(posts.c.destination))]

    def destinations(self, key: str) -> list[str]:
        """Where a post with this key stands, as far as this transaction may see it."""
        self.flush()
        query = self._mine(select(posts.c.destination), posts).where(posts.c.key == key)
        return [str(row[0]) for row in self._select(query.order_by(posts.c.destination))]

    def shown(self, place: str, message: str) -> Shown | None:
        """What this message at this place is of ours, as far as this transaction may see it."""
        query = self._mine(select(posts.c.key, posts.c.under), posts)
        found = self._select(query.where(posts.c.destination == place, posts.c.message_id == message).limit(1))
        return Shown(*found[0]) if found else None

    def deliveries(self, key: str) -> list[Delivery]:
        """What became of a post with this key, at each place."""
        self.flush()
        columns = (posts.c.destination, posts.c.state, posts.c.delivered_at, posts.c.reason)
        query = self._mine(select(*columns), posts).where(posts.c.key == key).order_by(posts.c.destination)
        return [Delivery(place, state, rows.at(at), reason) for place, state, at, reason in self._select(query)]

    def audit(self, entry: Entry) -> None:
        """Keep an entry, as yet without a place in the chain."""
        self._allow(entry.client)
        self._later(_AUDIT, rows.audit_row(entry))
