"""The tables of promises: which were broken and what was said about it, and who was reminded of what."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from bot.store.tables import metadata

breaches = Table(
    "breaches", metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("metric", String, primary_key=True),
    Column("due_at", BigInteger, primary_key=True, autoincrement=False),
    Column("client_id", String, nullable=False),
    Column("step", Integer, nullable=False),  # how often people of the path were told
    Column("acked_by", String),
    Column("acked_at", BigInteger),
    Column("reason", String, nullable=False),
    Column("words", Text, nullable=False),
    Column("reasoned_by", String),
    Index(None, "client_id", "due_at"),
)  # fmt: skip

# What somebody is reminded of, by the quarter of an hour in which they hear of it.
reminders = Table(
    "reminders", metadata,
    Column("person", String, primary_key=True),
    Column("quarter", BigInteger, primary_key=True, autoincrement=False),
    Column("subject", String, primary_key=True),  # ticket/17
    Column("kind", String, primary_key=True),
    Column("client_id", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("words", Text, nullable=False),  # JSON, desk.detail.marked_to_json
)  # fmt: skip
