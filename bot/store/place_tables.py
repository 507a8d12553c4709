"""The tables of places, accounts and attached files: what chat platforms bring with them."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, text

from bot.store.tables import Id, metadata

# A channel stands for its place in the web chat, whose id is its own, and for these.
places = Table(
    "places", metadata,
    Column("channel", String, primary_key=True),
    Column("place", String, primary_key=True),  # PLATFORM/ID
)  # fmt: skip

# Clients that share less than everything with chat platforms.
sharing = Table(
    "sharing", metadata,
    Column("client_id", String, primary_key=True),
    Column("detail", String, nullable=False),
    Column("platforms", String),  # JSON list of those that may be used; null: all
)  # fmt: skip

# Somebody's account on a chat platform, and the person it is.
accounts = Table(
    "accounts", metadata,
    Column("platform", String, primary_key=True),
    Column("workspace", String, primary_key=True),
    Column("account", String, primary_key=True),  # the platform's id of it
    Column("person", String, nullable=False),
    Column("client_id", String),  # of somebody whom only a client's channel lets in; null for a person of people.yaml
    Column("name", String, nullable=False),
    Column("zone", String, nullable=False),
    Column("outsider", Boolean, nullable=False),
    Column("refused", String, nullable=False),  # why nobody may act by it; empty if somebody may
    Column("since", BigInteger, nullable=False),
    Index(None, "person"),
)  # fmt: skip

# One-time codes that make an account somebody's: given out on one side, said on the other.
codes = Table(
    "codes", metadata,
    Column("code", String, primary_key=True),  # its SHA-256
    Column("person", String, nullable=False),
    Column("lapses_at", BigInteger, nullable=False),
)  # fmt: skip

# What the buttons of private answers stand for, where a platform has no room for it.
button_lines = Table(
    "button_lines", metadata,
    Column("tag", String, primary_key=True),
    Column("line", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)  # fmt: skip

# When each platform could be heard last; and of ourselves, when we were alive and since when something is broken.
heard = Table(
    "heard", metadata,
    Column("platform", String, primary_key=True),
    Column("at", BigInteger, nullable=False),
)  # fmt: skip

# Attached files of which a copy is kept; the bytes lie in the data folder under their SHA-256.
kept_files = Table(
    "kept_files", metadata,
    Column("id", Id, primary_key=True),
    Column("source", Text, nullable=False, unique=True),  # where the platform gives us its bytes
    Column("platform", String, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("client_id", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", String, nullable=False),  # wanted, kept, failed
    Column("tries", Integer, nullable=False),
    Column("not_before", BigInteger, nullable=False),
    Column("sha256", String),
    Index(None, "not_before", sqlite_where=text("state = 'wanted'"), postgresql_where=text("state = 'wanted'")),
)  # fmt: skip
