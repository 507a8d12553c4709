"""Messages to a person carry a link by which they acknowledge. Never changed again."""

from alembic import op
from sqlalchemy import BigInteger, Column, Index, MetaData, String, Table

revision = "0007"
down_revision = "0006"

metadata = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s"})

Table(
    "ack_links", metadata,
    Column("link", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("client_id", String, nullable=False),
    Column("way", String, nullable=False),
    Column("lapses_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Index(None, "lapses_at"),
)  # fmt: skip


def upgrade() -> None:
    metadata.create_all(op.get_bind(), checkfirst=False)
