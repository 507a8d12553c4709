"""The table of links by which somebody acknowledges an alert without signing in."""

from sqlalchemy import BigInteger, Column, Index, String, Table

from bot.store.tables import metadata

ack_links = Table(
    "ack_links", metadata,
    Column("link", String, primary_key=True),  # the SHA-256 of its token
    Column("person", String, nullable=False),
    Column("number", BigInteger, nullable=False),  # of the alert
    Column("client_id", String, nullable=False),
    Column("way", String, nullable=False),  # by which it was sent
    Column("lapses_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Index(None, "lapses_at"),
)  # fmt: skip
