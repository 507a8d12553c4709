"""The tables of the knowledge base: articles that were added in chat, and the questions that an article answered."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from bot.store.tables import metadata

articles = Table(
    "articles", metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("client_id", String),  # whose it is; none: it is for all
    Column("title", Text, nullable=False),
    Column("words", Text, nullable=False),  # phrases that bring it up, one a line
    Column("answer", Text, nullable=False),
    Column("ticket", BigInteger),  # it was made from
    Column("made_by", String, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("retired_at", BigInteger),
)  # fmt: skip

# One row for each question that its asker said was answered by an article. It does not say who that was.
article_hits = Table(
    "article_hits", metadata,
    Column("question", String, primary_key=True),  # asked/DIGEST, or ticket/17 where a ticket was opened first
    Column("article", String, nullable=False),
    Column("client_id", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("number", BigInteger),  # the ticket that was opened all the same
    Index(None, "client_id", "at"),
)  # fmt: skip
