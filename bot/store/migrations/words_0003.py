"""What revision 0003 makes so that the words of tickets can be searched: one index, one for each kind of database.

An entry of a timeline is in it by its subject (the first line of what a ticket was opened with), by its public words,
or by its internal ones, and each can be asked for alone. Only tickets are searched.
"""

from sqlalchemy import Connection

# The row's id is the ticket's number and the entry's own, so that a hit names its ticket and the newest come last.
_WORDS = """
    CASE WHEN {of}item = 'opened' THEN substr({of}words, 1, instr({of}words || char(10), char(10)) - 1) ELSE '' END,
    CASE WHEN {of}public THEN {of}words ELSE '' END,
    CASE WHEN {of}public THEN '' ELSE {of}words END
"""
SQLITE = (
    f"CREATE VIEW said (id, subject, public, internal) AS SELECT (number << 31) | id, {_WORDS.format(of='')}"
    " FROM timeline WHERE number IN (SELECT number FROM tickets)",
    # Nothing is stored twice: what was said is in the timeline. No ranking needs the size of a row.
    "CREATE VIRTUAL TABLE said_words USING fts5(subject, public, internal, content='said', content_rowid='id',"
    " columnsize=0, tokenize='unicode61 remove_diacritics 2')",
    # A timeline only grows: no entry changes its words, and none is deleted.
    "CREATE TRIGGER said_words_follow AFTER INSERT ON timeline"
    " WHEN EXISTS (SELECT 1 FROM tickets WHERE number = new.number) BEGIN"
    " INSERT INTO said_words (rowid, subject, public, internal)"
    f" VALUES ((new.number << 31) | new.id, {_WORDS.format(of='new.')}); END",
    "INSERT INTO said_words (said_words) VALUES ('rebuild')",
)
# The accents go and what is no letter or digit parts words, as SQLite does it.
_TOKENS = (
    "to_tsvector('simple', regexp_replace(regexp_replace(normalize(lower({0}), NFD), '[\\u0300-\\u036f]', '', 'g'),"
    " '[\\u0001-/:-@\\[-`{{-\\u00bf]+', ' ', 'g'))"
)
_SUBJECT = "CASE WHEN item = 'opened' THEN split_part(words, chr(10), 1) ELSE '' END"
POSTGRESQL = (
    "CREATE FUNCTION said_words(item text, public boolean, words text) RETURNS tsvector"
    " LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT"
    f" setweight({_TOKENS.format(_SUBJECT)}, 'A') ||"
    f" setweight({_TOKENS.format('words')}, (CASE WHEN public THEN 'B' ELSE 'D' END)::\"char\") $$",
    "CREATE INDEX ix_timeline_said_words ON timeline USING gin (said_words(item, public, words))",
)
STATEMENTS = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def create(connection: Connection) -> None:
    for statement in STATEMENTS[connection.dialect.name]:
        connection.exec_driver_sql(statement)
