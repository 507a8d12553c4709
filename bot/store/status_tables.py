"""What status pages are made of besides outages: what staff published, and when maintenance was."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from bot.store.tables import Id, metadata

updates = Table(
    "updates", metadata,
    Column("id", Id, primary_key=True),
    Column("client_id", String, nullable=False),
    Column("page", String, nullable=False),
    Column("alert", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("who", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("words", Text, nullable=False),
    Column("components", String, nullable=False),  # their ids, with spaces between
    Index(None, "page", "at"),
)  # fmt: skip

maintained = Table(
    "maintained", metadata,
    Column("monitor", String, primary_key=True),
    Column("started_at", BigInteger, primary_key=True, autoincrement=False),
    Column("ended_at", BigInteger, nullable=False),
    Column("client_id", String, nullable=False),
)  # fmt: skip
