"""The help desk in depth: what a ticket is about, who follows it, what came of it."""

from alembic import op
from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text, text

revision = "0003"
down_revision = "0002"

metadata = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s"})

Table(
    "watchers", metadata,
    Column("person", String, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("client_id", String, nullable=False),
    Index(None, "number"),
)  # fmt: skip
Table(
    "turns", metadata,
    Column("team", String, primary_key=True),
    Column("person", String, nullable=False),
)  # fmt: skip

TEXTS = ("category", "impact", "urgency", "code")
LISTS = ("tags", "watchers", "links", "answers")
COUNTS = ("spent", "replies", "reopens", "month")
OPTIONAL = (
    Column("wake_at", BigInteger), Column("touched_at", BigInteger), Column("merged_into", BigInteger),
    Column("stars", Integer),
)  # fmt: skip


def upgrade() -> None:
    metadata.create_all(op.get_bind(), checkfirst=False)
    for name in TEXTS:
        op.add_column("tickets", Column(name, String, nullable=False, server_default=""))
    for name in LISTS:
        op.add_column("tickets", Column(name, Text, nullable=False, server_default="[]"))
    op.add_column("tickets", Column("measured", Text, nullable=False, server_default="{}"))
    for name in COUNTS:
        op.add_column("tickets", Column(name, Integer, nullable=False, server_default="0"))
    for column in OPTIONAL:
        op.add_column("tickets", column)
    op.create_index("ix_tickets_client_id_month_number", "tickets", ["client_id", "month", "number"])
    unsolved = text("state IN ('new','open','pending')")
    op.create_index(
        "ix_tickets_assignee_number", "tickets", ["assignee", "number"], sqlite_where=unsolved,
        postgresql_where=unsolved,
    )  # fmt: skip
