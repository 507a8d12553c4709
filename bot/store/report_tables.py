"""The tables of the numbers that managers ask for: kept in the transaction that ends a ticket, made anew at will.

What is in `summary_changes` has not been added to the others yet; whoever reads adds it. So no two tickets that end at
once write to the same row, and the rows that are added up once a minute have one writer.
"""

from sqlalchemy import Column, Integer, LargeBinary, String, Table, Text

from bot.store.tables import Id, metadata
from desk.tallies import COUNTS, LENGTHS

summary_changes = Table(
    "summary_changes", metadata,
    Column("id", Id, primary_key=True),
    Column("client_id", String, nullable=False),
    Column("month", Integer, nullable=False),
    Column("priority", String, nullable=False),
    Column("category", String, nullable=False),
    Column("tickets", Integer, nullable=False),
    Column("counts", Text, nullable=False),  # JSON list of [name, by]
    Column("lengths", Text, nullable=False),  # JSON list of [name, code, by]
)  # fmt: skip

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
