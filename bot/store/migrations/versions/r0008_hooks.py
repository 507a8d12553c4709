"""What other systems send us is stored before it is answered. Never changed again."""

from alembic import op
from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text, text

revision = "0008"
down_revision = "0007"

metadata = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s"})

Table(
    "deliveries", metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("named", Integer, nullable=False),
    Column("hook", String, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("handled", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Index("ix_deliveries_new", "id", sqlite_where=text("state = 'new'"), postgresql_where=text("state = 'new'")),
    Index("ix_deliveries_done", "received_at", sqlite_where=text("state = 'done'"),
          postgresql_where=text("state = 'done'")),
)  # fmt: skip


def upgrade() -> None:
    metadata.create_all(op.get_bind(), checkfirst=False)
