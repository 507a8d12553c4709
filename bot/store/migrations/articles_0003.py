"""What revision 0003 makes so that articles can be searched: one index, one for each kind of database.

All words of an article are in it alike; how good an answer it is, is not the index's business. An article never changes
its words, and none is deleted. Never changed again.
"""

from sqlalchemy import Connection

INDEX = """
CREATE VIRTUAL TABLE article_words USING fts5(
    title, words, answer, content='articles', content_rowid='number', columnsize=0,
    tokenize='unicode61 remove_diacritics 2'
)
"""
FOLLOW = """
CREATE TRIGGER article_words_follow AFTER INSERT ON articles
BEGIN
    INSERT INTO article_words (rowid, title, words, answer)
    VALUES (new.number, new.title, new.words, new.answer);
END
"""
# By the function that the words of tickets are indexed by (words_0003): both are parted alike.
FIND = """
CREATE INDEX ix_articles_words ON articles
USING gin (said_words('', true, title || ' ' || words || ' ' || answer))
"""

STATEMENTS = {"sqlite": (INDEX, FOLLOW), "postgresql": (FIND,)}


def create(connection: Connection) -> None:
    for statement in STATEMENTS[connection.dialect.name]:
        connection.exec_driver_sql(statement)
