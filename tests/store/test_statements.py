"""The statements of the hot paths are the same on both databases, each in its own spelling."""

import pytest

from bot.store import tx_alerts, tx_clock, tx_posts, tx_runs, tx_tickets
from bot.store.statements import Statement, moved_by, spelled

ALL = {
    f"{module.__name__.rpartition('.')[2]}{name}": value
    for module in (tx_tickets, tx_alerts, tx_runs, tx_posts, tx_clock)
    for name, value in vars(module).items()
    if isinstance(value, Statement)
}


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
@pytest.mark.parametrize("statement", ALL.values(), ids=ALL.keys())
def test_a_statement_takes_its_parameters_in_the_given_order_on_every_database(
    statement: Statement, dialect: str
) -> None:
    """Building it checks the order; a placeholder of the other database would fail at its first use."""
    text = statement.text(dialect)
    assert ("%s" not in text) if dialect == "sqlite" else ("?" not in text)
    assert (statement.moves != "") == (not statement.text("sqlite").startswith("SELECT"))


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ("SELECT * FROM tickets", None),
        ("  select 1", None),
        ("INSERT INTO web_messages (a) VALUES (?)", "web_messages"),
        ("insert into Posts DEFAULT VALUES", "posts"),
        ("UPDATE inbox SET state = 'done' WHERE key IN (SELECT key FROM posts)", "inbox"),
        ("DELETE FROM probes", "probes"),
        ("PRAGMA page_count", None),
    ],
)
def test_a_statement_of_our_own_text_names_the_table_it_moves(sql: str, table: str | None) -> None:
    """It is what listeners are told after the commit."""
    assert moved_by(sql) == table


def test_our_placeholders_are_spelled_as_the_driver_wants_them() -> None:
    assert spelled("a LIKE ? AND b = ?", "sqlite") == "a LIKE ? AND b = ?"
    assert spelled("a % 2 = ?", "postgresql") == "a %% 2 = %s"
