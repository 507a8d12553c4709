"""What staff publish on status pages, and when maintenance was. Never changed again."""

from alembic import op
from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text

revision = "0010"
down_revision = "0009"

metadata = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s"})

Table(
    "updates", metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("client_id", String, nullable=False),
    Column("page", String, nullable=False),
    Column("alert", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("who", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("words", Text, nullable=False),
    Column("components", String, nullable=False),
    Index(None, "page", "at"),
)  # fmt: skip

Table(
    "maintained", metadata,
    Column("monitor", String, primary_key=True),
    Column("started_at", BigInteger, primary_key=True, autoincrement=False),
    Column("ended_at", BigInteger, nullable=False),
    Column("client_id", String, nullable=False),
)  # fmt: skip


def upgrade() -> None:
    metadata.create_all(op.get_bind(), checkfirst=False)
