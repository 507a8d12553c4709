"""What revision 0003 makes so that the words of tickets can be searched: one index, one for each kind of database.

An entry of a timeline is in it by its subject (the first line of what a ticket was opened with), by its public words,
or by its internal ones, and each can be asked for alone. Only tickets are searched. Never changed again.
"""

from sqlalchemy import Connection

# The row's id is the ticket's number and the entry's own: a hit names its ticket, and the newest ticket comes last.
VIEW = """
CREATE VIEW said (id, subject, public, internal) AS
SELECT
    (number << 31) | id,
    CASE WHEN item = 'opened' THEN substr(words, 1, instr(words || char(10), char(10)) - 1) ELSE '' END,
    CASE WHEN public THEN words ELSE '' END,
    CASE WHEN public THEN '' ELSE words END
FROM timeline WHERE number IN (SELECT number FROM tickets)
"""
# Nothing is stored twice: the words are in the timeline. The sizes of rows are for ranking, and nothing is ranked.
INDEX = """
CREATE VIRTUAL TABLE said_words USING fts5(
    subject, public, internal, content='said', content_rowid='id', columnsize=0,
    tokenize='unicode61 remove_diacritics 2'
)
"""
# A timeline only grows: no entry changes its words, and none is deleted.
FOLLOW = """
CREATE TRIGGER said_words_follow AFTER INSERT ON timeline
WHEN EXISTS (SELECT 1 FROM tickets WHERE number = new.number)
BEGIN
    INSERT INTO said_words (rowid, subject, public, internal) VALUES (
        (new.number << 31) | new.id,
        CASE WHEN new.item = 'opened' THEN substr(new.words, 1, instr(new.words || char(10), char(10)) - 1) ELSE '' END,
        CASE WHEN new.public THEN new.words ELSE '' END,
        CASE WHEN new.public THEN '' ELSE new.words END
    );
END
"""
FILL = "INSERT INTO said_words (said_words) VALUES ('rebuild')"

# Accents go, and what is no letter or digit parts words, as SQLite has it.
WORDS = r"""
CREATE FUNCTION said_words(item text, public boolean, words text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT
    setweight(to_tsvector('simple', regexp_replace(regexp_replace(
        normalize(lower(CASE WHEN item = 'opened' THEN split_part(words, chr(10), 1) ELSE '' END), NFD),
        '[\u0300-\u036f]', '', 'g'), '[\u0001-/:-@\[-`{-\u00bf]+', ' ', 'g')), 'A')
    || setweight(to_tsvector('simple', regexp_replace(regexp_replace(
        normalize(lower(words), NFD),
        '[\u0300-\u036f]', '', 'g'), '[\u0001-/:-@\[-`{-\u00bf]+', ' ', 'g')),
        (CASE WHEN public THEN 'B' ELSE 'D' END)::"char")
$$
"""
FIND = "CREATE INDEX ix_timeline_said_words ON timeline USING gin (said_words(item, public, words))"

STATEMENTS = {"sqlite": (VIEW, INDEX, FOLLOW, FILL), "postgresql": (WORDS, FIND)}


def create(connection: Connection) -> None:
    for statement in STATEMENTS[connection.dialect.name]:
        connection.exec_driver_sql(statement)
