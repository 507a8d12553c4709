"""What other systems sent us: stored before it is answered, handled after."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, text

from bot.store.tables import Id, metadata

# A message that was handled leaves its row only where it had a name, by which a repetition is known for a while.
deliveries = Table(
    "deliveries", metadata,
    Column("id", Id, primary_key=True),
    Column("key", String, nullable=False, unique=True),  # the hook, and the name of the message or a random one
    Column("named", Integer, nullable=False),  # 1: the name is the sender's
    Column("hook", String, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),  # as it came; empty once it was handled
    Column("state", String, nullable=False),  # new, done, set_aside
    Column("handled", Integer, nullable=False),  # so many of the things that it tells were handled
    Column("skipped", Integer, nullable=False),  # of these, so many could not be
    Column("tries", Integer, nullable=False),  # of the next one
    Index("ix_deliveries_new", "id", sqlite_where=text("state = 'new'"), postgresql_where=text("state = 'new'")),
    Index("ix_deliveries_done", "received_at", sqlite_where=text("state = 'done'"),
          postgresql_where=text("state = 'done'")),
)  # fmt: skip
