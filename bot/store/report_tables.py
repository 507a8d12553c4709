"""The tables of the numbers that managers ask for: kept in the transaction that ends a ticket, made anew at will."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from bot.store.tables import metadata
from desk.tallies import COUNTS, LENGTHS

# What ended tickets add up to. Narrow rows: three years of all clients are read at a glance.
summaries = Table(
    "summaries", metadata,
    Column("client_id", String, primary_key=True),
    Column("month", Integer, primary_key=True, autoincrement=False),  # 202610: when they were opened, at the client's
    Column("priority", String, primary_key=True),
    *(Column(name, Integer, nullable=False) for name in COUNTS),
)  # fmt: skip

# How long they took, as log histograms (desk.histograms): apart, because they are wide.
summary_lengths = Table(
    "summary_lengths", metadata,
    Column("client_id", String, primary_key=True),
    Column("month", Integer, primary_key=True, autoincrement=False),
    Column("priority", String, primary_key=True),
    *(Column(name, LargeBinary, nullable=False) for name in LENGTHS),
)  # fmt: skip

summary_categories = Table(
    "summary_categories", metadata,
    Column("client_id", String, primary_key=True),
    Column("month", Integer, primary_key=True, autoincrement=False),
    Column("category", String, primary_key=True),
    Column("tickets", Integer, nullable=False),
)  # fmt: skip
