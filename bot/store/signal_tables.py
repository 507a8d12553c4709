"""The tables of what fires: signals, their edges, what hides others, and silences."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, text

from bot.store.tables import Id, metadata

# One row for each fingerprint: how it is now. What it was is in its edges.
signals = Table(
    "signals", metadata,
    Column("fingerprint", String, primary_key=True),
    Column("client_id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("alert", BigInteger),
    Column("rank", Integer, nullable=False),  # of its severity, the worst is 0
    Column("started_at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "alert", "state", "rank", "started_at"),
    Index("ix_signals_held", "client_id", "started_at", sqlite_where=text("state = 'held'"),
          postgresql_where=text("state = 'held'")),
)  # fmt: skip

edges = Table(
    "edges", metadata,
    Column("id", Id, primary_key=True),
    Column("fingerprint", String, nullable=False),
    Column("client_id", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("turn", String, nullable=False),
    Column("alert", BigInteger),
    Column("why", Text, nullable=False),
    Index(None, "fingerprint", "id"),
    Index(None, "alert", "id"),
)  # fmt: skip

# What fires and hides others: by the inhibition and by what both must share.
inhibitors = Table(
    "inhibitors", metadata,
    Column("fingerprint", String, primary_key=True),
    Column("inhibition", String, primary_key=True),
    Column("client_id", String, nullable=False),
    Column("equal", String, nullable=False),
    Column("title", String, nullable=False),
    Index(None, "client_id", "inhibition", "equal"),
)  # fmt: skip

silences = Table(
    "silences", metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("client_id", String, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "client_id", "ends_at"),
)  # fmt: skip
