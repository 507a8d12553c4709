"""The help desk in depth: what a ticket is about, who follows it, what came of it."""

from alembic import op
from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text, text

from bot.store.migrations import articles_0003, words_0003

revision = "0003"
down_revision = "0002"

metadata = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s"})
Id = BigInteger().with_variant(Integer, "sqlite")

Table(
    "watchers", metadata,
    Column("person", String, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("client_id", String, nullable=False),
    Index(None, "number"),
)  # fmt: skip
Table(
    "sharing", metadata,
    Column("client_id", String, primary_key=True),
    Column("detail", String, nullable=False),
    Column("platforms", String),
)  # fmt: skip
Table(
    "turns", metadata,
    Column("team", String, primary_key=True),
    Column("person", String, nullable=False),
)  # fmt: skip

Table(
    "breaches", metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("metric", String, primary_key=True),
    Column("due_at", BigInteger, primary_key=True, autoincrement=False),
    Column("client_id", String, nullable=False),
    Column("step", Integer, nullable=False),
    Column("acked_by", String),
    Column("acked_at", BigInteger),
    Column("reason", String, nullable=False),
    Column("words", Text, nullable=False),
    Column("reasoned_by", String),
    Index(None, "client_id", "due_at"),
)  # fmt: skip
Table(
    "reminders", metadata,
    Column("person", String, primary_key=True),
    Column("quarter", BigInteger, primary_key=True, autoincrement=False),
    Column("subject", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("client_id", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("words", Text, nullable=False),
)  # fmt: skip

COUNTED = (
    "resolved", "merged", "reopened", "first_contact", "asked", "rated", "stars", "spent", "met_first_response",
    "missed_first_response", "excluded_first_response", "met_next_response", "missed_next_response",
    "excluded_next_response", "met_periodic_update", "missed_periodic_update", "excluded_periodic_update",
    "met_resolution", "missed_resolution", "excluded_resolution",
)  # fmt: skip
LENGTHS = (
    "acknowledge_wall", "acknowledge_open", "answer_wall", "answer_open", "resolve_wall", "resolve_open",
)  # fmt: skip
Table(
    "summary_changes", metadata,
    Column("id", Id, primary_key=True),
    Column("client_id", String, nullable=False),
    Column("month", Integer, nullable=False),
    Column("priority", String, nullable=False),
    Column("category", String, nullable=False),
    Column("tickets", Integer, nullable=False),
    Column("counts", Text, nullable=False),
    Column("lengths", Text, nullable=False),
)  # fmt: skip
Table(
    "summaries", metadata,
    Column("client_id", String, primary_key=True),
    Column("month", Integer, primary_key=True, autoincrement=False),
    Column("priority", String, primary_key=True),
    *(Column(name, Integer, nullable=False) for name in COUNTED),
)  # fmt: skip
Table(
    "summary_lengths", metadata,
    Column("client_id", String, primary_key=True),
    Column("month", Integer, primary_key=True, autoincrement=False),
    Column("priority", String, primary_key=True),
    *(Column(name, LargeBinary, nullable=False) for name in LENGTHS),
)  # fmt: skip
Table(
    "summary_categories", metadata,
    Column("client_id", String, primary_key=True),
    Column("month", Integer, primary_key=True, autoincrement=False),
    Column("category", String, primary_key=True),
    Column("tickets", Integer, nullable=False),
)  # fmt: skip
Table(
    "articles", metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("client_id", String),
    Column("title", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("ticket", BigInteger),
    Column("made_by", String, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("retired_at", BigInteger),
)  # fmt: skip
Table(
    "article_hits", metadata,
    Column("question", String, primary_key=True),
    Column("article", String, nullable=False),
    Column("client_id", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("number", BigInteger),
    Index(None, "client_id", "at"),
)  # fmt: skip

TEXTS = ("category", "impact", "urgency", "code")
LISTS = ("tags", "watchers", "links", "answers", "reasons")
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
    tagged = text("tags <> '[]'")
    op.create_index("ix_tickets_tags", "tickets", ["tags"], sqlite_where=tagged, postgresql_where=tagged)
    filters = ["client_id", "state", "priority", "assignee", "team", "category", "code", "opened_at", "month"]
    op.create_index("ix_tickets_filters", "tickets", ["number", *filters])
    words_0003.create(op.get_bind())
    articles_0003.create(op.get_bind())
