"""The looks that people have asked for and not yet had. Never changed again."""

from alembic import op
from sqlalchemy import BigInteger, Column, MetaData, String, Table

revision = "0009"
down_revision = "0008"

metadata = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s"})

Table(
    "asked_looks", metadata,
    Column("monitor", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("client_id", String, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
)  # fmt: skip


def upgrade() -> None:
    metadata.create_all(op.get_bind(), checkfirst=False)
