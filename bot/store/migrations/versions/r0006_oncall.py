"""Who is on call besides what the configuration says, and who was. Never changed again."""

from alembic import op
from sqlalchemy import BigInteger, Column, Index, MetaData, String, Table, Text

revision = "0006"
down_revision = "0005"

metadata = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s"})

Table(
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
Table(
    "swaps", metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("schedule", String, nullable=False),
    Column("asked_by", String, nullable=False),
    Column("asked_of", String, nullable=False),
    Column("given", Text, nullable=False),
    Column("back", Text, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("state", String, nullable=False),
    Column("ended_at", BigInteger),
)  # fmt: skip
Table(
    "duties", metadata,
    Column("schedule", String, primary_key=True),
    Column("since", BigInteger, primary_key=True, autoincrement=False),
    Column("person", String),
)  # fmt: skip


def upgrade() -> None:
    metadata.create_all(op.get_bind(), checkfirst=False)
