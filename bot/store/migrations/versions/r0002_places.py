"""Places, accounts and attached files: what two chat platforms at once need. Never changed again."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text, text

revision = "0002"
down_revision = "0001"

metadata = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s"})
Id = BigInteger().with_variant(Integer, "sqlite")

Table(
    "places", metadata,
    Column("channel", String, primary_key=True),
    Column("place", String, primary_key=True),
)  # fmt: skip
Table(
    "accounts", metadata,
    Column("platform", String, primary_key=True),
    Column("workspace", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("client_id", String),
    Column("name", String, nullable=False),
    Column("zone", String, nullable=False),
    Column("outsider", Boolean, nullable=False),
    Column("refused", String, nullable=False),
    Column("since", BigInteger, nullable=False),
    Index(None, "person"),
)  # fmt: skip
Table(
    "codes", metadata,
    Column("code", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("lapses_at", BigInteger, nullable=False),
)  # fmt: skip
Table(
    "button_lines", metadata,
    Column("tag", String, primary_key=True),
    Column("line", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)  # fmt: skip
Table(
    "heard", metadata,
    Column("platform", String, primary_key=True),
    Column("at", BigInteger, nullable=False),
)  # fmt: skip
Table(
    "kept_files", metadata,
    Column("id", Id, primary_key=True),
    Column("source", Text, nullable=False, unique=True),
    Column("platform", String, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("client_id", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("not_before", BigInteger, nullable=False),
    Column("sha256", String),
    Index(None, "not_before", sqlite_where=text("state = 'wanted'"), postgresql_where=text("state = 'wanted'")),
)  # fmt: skip


def upgrade() -> None:
    metadata.create_all(op.get_bind(), checkfirst=False)
    for name in ("home", "root"):
        op.add_column("tickets", Column(name, String, nullable=False, server_default=""))
    op.add_column("tickets", Column("source", String))
    op.add_column("timeline", Column("message", String, nullable=False, server_default=""))
    op.add_column("posts", Column("root", String))
    _index("tickets", "source", where="source IS NOT NULL")
    _index("posts", "destination", "root", where="root IS NOT NULL")


def _index(table: str, *columns: str, where: str) -> None:
    name = f"ix_{table}_{'_'.join(columns)}"
    op.create_index(name, table, list(columns), sqlite_where=text(where), postgresql_where=text(where))
