"""The tables of on-call: what people put over a schedule for a while, and the swaps that they ask each other for.

A schedule is the desk's own and may be for several clients: these rows carry none.
"""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from bot.store.tables import metadata

overrides = Table(
    "overrides", metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("schedule", String, nullable=False),
    Column("person", String, nullable=False),
    Column("start_at", BigInteger, nullable=False),
    Column("end_at", BigInteger, nullable=False),
    Column("made_by", String, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("swap", BigInteger),
    Column("cancelled_by", String),
    Column("cancelled_at", BigInteger),
    Index(None, "schedule", "end_at"),
    Index(None, "swap"),
)  # fmt: skip

swaps = Table(
    "swaps", metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("schedule", String, nullable=False),
    Column("asked_by", String, nullable=False),
    Column("asked_of", String, nullable=False),
    Column("given", Text, nullable=False),  # JSON: person, start and end of each turn
    Column("back", Text, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("state", String, nullable=False),
    Column("ended_at", BigInteger),
)  # fmt: skip

# Who was on call since when, and was told so: what happened, whatever the configuration says by now.
duties = Table(
    "duties", metadata,
    Column("schedule", String, primary_key=True),
    Column("since", BigInteger, primary_key=True, autoincrement=False),
    Column("person", String),  # NULL: nobody
)  # fmt: skip
