"""The tables. Instants are whole microseconds since 1970 in UTC: they sort, index and compare alike on every database.

Nothing here is special to SQLite; PostgreSQL gets the same tables.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_us(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND


def from_us(us: int) -> datetime:
    return EPOCH + timedelta(microseconds=us)


metadata = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s"})
# SQLite only numbers rows by itself where the key is its own INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")

# One sequence for tickets, alerts, runs and approvals: 17 means one thing everywhere.
numbers = Table(
    "numbers", metadata, Column("id", Integer, primary_key=True), Column("last", BigInteger, nullable=False)
)

tickets = Table(
    "tickets", metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("client_id", String, nullable=False),
    Column("requester", String, nullable=False),
    Column("subject", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("priority", String, nullable=False),
    Column("state", String, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("opened_by", String, nullable=False),
    Column("assignee", String),
    Column("team", String),
    Column("level", Integer, nullable=False),
    Column("pending", Text, nullable=False),  # JSON list of causes
    Column("alert", BigInteger),
    Column("follows", BigInteger),
    Column("resolution", Text, nullable=False),
    Column("resolved_by", String),
    Column("resolved_at", BigInteger),
    Column("closed_at", BigInteger),
    Column("last_message", Text, nullable=False),
    Column("clocks", Text, nullable=False),  # JSON list, desk.sla.clock_to_json
    Column("warned", Text, nullable=False),  # JSON list of the reminders given
    Column("home", String, nullable=False),  # the place where its requester's side stands; empty: their own channel
    Column("root", String, nullable=False),  # that message there in whose thread it stands
    Column("source", String),  # the message it was opened from, place and id
    Column("version", Integer, nullable=False),
    Column("category", String, nullable=False),
    Column("impact", String, nullable=False),
    Column("urgency", String, nullable=False),
    Column("code", String, nullable=False),  # how it was resolved, in a word of the configuration
    Column("tags", Text, nullable=False),  # JSON list
    Column("watchers", Text, nullable=False),  # JSON list; the table of the same name finds by person
    Column("links", Text, nullable=False),  # JSON list of [kind, number]
    Column("answers", Text, nullable=False),  # JSON list of [field, value]
    Column("measured", Text, nullable=False),  # JSON object, lengths frozen when it was resolved
    Column("spent", Integer, nullable=False),  # seconds
    Column("replies", Integer, nullable=False),
    Column("reopens", Integer, nullable=False),
    Column("month", Integer, nullable=False),  # 202610: when it was opened, by its client's calendar
    Column("wake_at", BigInteger),
    Column("touched_at", BigInteger),
    Column("merged_into", BigInteger),
    Column("stars", Integer),
    Column("reasons", Text, nullable=False),  # JSON list of [what, why]
    Index(None, "client_id", "state", "number"),
    Index(None, "client_id", "month", "number"),
    Index(None, "requester", "number"),
    Index(None, "assignee", "number", sqlite_where=text("state IN ('new','open','pending')"),
          postgresql_where=text("state IN ('new','open','pending')")),
    Index(None, "state", "resolved_at"),
    # What tickets are filtered by, the newest first, without reading all of each.
    Index(
        "ix_tickets_filters", "number", "client_id", "state", "priority", "assignee", "team", "category", "code",
        "opened_at", "month",
    ),
    Index(None, "tags", sqlite_where=text("tags <> '[]'"), postgresql_where=text("tags <> '[]'")),
    Index(None, "source", sqlite_where=text("source IS NOT NULL"), postgresql_where=text("source IS NOT NULL")),
)  # fmt: skip

watchers = Table(
    "watchers", metadata,
    Column("person", String, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("client_id", String, nullable=False),
    Index(None, "number"),
)  # fmt: skip

# Round robin: who of a team was given the last ticket.
turns = Table(
    "turns", metadata,
    Column("team", String, primary_key=True),
    Column("person", String, nullable=False),
)  # fmt: skip

timeline = Table(
    "timeline", metadata,
    Column("id", Id, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("client_id", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("who", String, nullable=False),
    Column("item", String, nullable=False),
    Column("words", Text, nullable=False),
    Column("public", Boolean, nullable=False),
    Column("message", String, nullable=False),  # where it was said, place and id; empty: in no message
    Index(None, "number", "id"),
)  # fmt: skip

alerts = Table(
    "alerts", metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("client_id", String, nullable=False),
    Column("monitor", String, nullable=False),
    Column("severity", String, nullable=False),
    Column("state", String, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("cleared_at", BigInteger),
    Column("body", Text, nullable=False),  # the whole value as JSON; the columns above are what is searched by
    Column("version", Integer, nullable=False),
    Column("grouped", String, nullable=False),  # what its signals share
    Index(None, "client_id", "state", "number"),
    Index(None, "monitor", "number"),
    Index("ix_alerts_grouped", "grouped", sqlite_where=text("state <> 'cleared'"),
          postgresql_where=text("state <> 'cleared'")),
)  # fmt: skip

runs = Table(
    "runs", metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("client_id", String, nullable=False),
    Column("runbook", String, nullable=False),
    Column("target", String, nullable=False),
    Column("state", String, nullable=False),
    Column("asked_by", String, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("started_at", BigInteger),
    Column("body", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "state", "number"),
    Index(None, "runbook", "target", "asked_at"),
)  # fmt: skip

approvals = Table(
    "approvals", metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("client_id", String, nullable=False),
    Column("run", BigInteger, nullable=False),
    Column("state", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("version", Integer, nullable=False),
)  # fmt: skip

watches = Table(
    "watches", metadata,
    Column("monitor", String, primary_key=True),
    Column("body", Text, nullable=False),
)  # fmt: skip

outages = Table(
    "outages", metadata,
    Column("alert", BigInteger),  # null: it did not ring
    Column("client_id", String, nullable=False),
    Column("monitor", String, primary_key=True),
    Column("started_at", BigInteger, primary_key=True, autoincrement=False),
    Column("ended_at", BigInteger),
    Index(None, "client_id", "started_at"),
)  # fmt: skip

history = Table(
    "history", metadata,
    Column("monitor", String, primary_key=True),
    Column("hour", BigInteger, primary_key=True, autoincrement=False),  # whole hours since 1970
    Column("chunk", LargeBinary, nullable=False),
)  # fmt: skip

heartbeats = Table(
    "heartbeats", metadata,
    Column("monitor", String, primary_key=True),
    Column("at", BigInteger, nullable=False),
)  # fmt: skip

# A run that must be verified asks for checks here; the poller takes them.
probes = Table(
    "probes", metadata,
    Column("run", BigInteger, primary_key=True, autoincrement=False),
    Column("monitor", String, nullable=False),
    Column("not_before", BigInteger, nullable=False),
)  # fmt: skip

deadlines = Table(
    "deadlines", metadata,
    Column("subject", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("client_id", String),
    Column("due_at", BigInteger),  # null: rung or taken back; the row stays so that its epoch keeps counting
    Column("epoch", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("set_aside", Boolean, nullable=False),
    Index(None, "due_at", sqlite_where=text("due_at IS NOT NULL"), postgresql_where=text("due_at IS NOT NULL")),
)  # fmt: skip

inbox = Table(
    "inbox", metadata,
    Column("key", String, primary_key=True),  # platform and the platform's own id of the event
    Column("person", String, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("fingerprint", String, nullable=False),  # of the content: the same id with other content is a conflict
    Column("arrival", Text, nullable=False),
    Column("state", String, nullable=False),  # new, done, set_aside
    Column("tries", Integer, nullable=False),
    Column("answer", Text),
    Index(None, "received_at", sqlite_where=text("state = 'new'"), postgresql_where=text("state = 'new'")),
)  # fmt: skip

posts = Table(
    "posts", metadata,
    Column("id", Id, primary_key=True),
    Column("key", String, nullable=False),
    Column("destination", String, nullable=False),
    Column("client_id", String),
    Column("live", Boolean, nullable=False),
    Column("under", String),
    Column("root", String),  # somebody's message in whose thread it stands
    Column("author", String),
    Column("urgent", Boolean, nullable=False),
    Column("body", Text, nullable=False),  # the newest wanted state: card, words, buttons as JSON
    Column("wanted", Integer, nullable=False),  # versions
    Column("claimed", Integer),
    Column("sent", Integer, nullable=False),
    Column("state", String, nullable=False),  # pending, claimed, unclear, delivered, unknown, failed, set_aside
    Column("send_key", String, nullable=False),  # random: what the platform can give back to us, and nothing else
    Column("message_id", String),
    Column("attempt", Integer, nullable=False),
    Column("not_before", BigInteger, nullable=False),
    Column("lease_until", BigInteger),
    Column("claimed_at", BigInteger),
    Column("unclear_since", BigInteger),
    Column("watch_until", BigInteger),  # until when a late second copy is looked for
    Column("copies", Integer, nullable=False),  # second copies found and marked
    Column("reason", Text, nullable=False),  # why it failed, in a sentence
    Column("created_at", BigInteger, nullable=False),
    Column("delivered_at", BigInteger),
    UniqueConstraint("key", "destination"),
    Index(None, "not_before", sqlite_where=text("state IN ('pending','claimed','unclear')"),
          postgresql_where=text("state IN ('pending','claimed','unclear')")),
    Index(None, "destination", "message_id"),
    Index(None, "destination", "root", sqlite_where=text("root IS NOT NULL"),
          postgresql_where=text("root IS NOT NULL")),
    Index(None, "watch_until", sqlite_where=text("watch_until IS NOT NULL"),
          postgresql_where=text("watch_until IS NOT NULL")),
    Index(None, "state", sqlite_where=text("state IN ('unknown','failed','set_aside')"),
          postgresql_where=text("state IN ('unknown','failed','set_aside')")),
)  # fmt: skip

audit = Table(
    "audit", metadata,
    Column("id", Id, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("who", String, nullable=False),
    Column("via", String, nullable=False),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("client_id", String),
    Column("detail", Text, nullable=False),
    Column("seq", BigInteger, unique=True),
    Column("previous", String),
    Column("hash", String),
    Index(None, "id", sqlite_where=text("seq IS NULL"), postgresql_where=text("seq IS NULL")),
)  # fmt: skip

configurations = Table(
    "configurations", metadata,
    Column("version", String, primary_key=True),  # SHA-256 of the files
    Column("loaded_at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
)  # fmt: skip

# The built-in web chat is a platform: these are its own messages, as a chat company would keep them.
web_messages = Table(
    "web_messages", metadata,
    Column("id", Id, primary_key=True),
    Column("seq", BigInteger, nullable=False, unique=True),  # moves with every edit: what a live page continues from
    Column("version", Integer, nullable=False),
    Column("channel", String, nullable=False),
    Column("thread", BigInteger),
    Column("at", BigInteger, nullable=False),
    Column("author", String, nullable=False),
    Column("send_key", String, unique=True),
    Column("body", Text, nullable=False),
    Index(None, "channel", "thread", "id"),
)  # fmt: skip
