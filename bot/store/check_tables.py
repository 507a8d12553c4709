"""The looks that people have asked for and not yet had."""

from sqlalchemy import BigInteger, Column, String, Table

from bot.store.tables import metadata

asked_looks = Table(
    "asked_looks", metadata,
    Column("monitor", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("client_id", String, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
)  # fmt: skip
