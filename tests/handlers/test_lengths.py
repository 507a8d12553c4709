"""What people type for a length of time."""

import pytest

from desk.refusal import DeskError
from handlers.lengths import length


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("25m", 1500),
        ("1h30", 5400),  # as people say it
        ("1:30", 5400),  # hours and minutes, not minutes and seconds
        ("1h30m", 5400),
        ("1 h 5 min", 3900),
        ("2 hours", 7200),
        ("0.5h", 1800),
        ("0,5h", 1800),  # as half of Europe writes it
        ("90", 5400),  # digits alone are minutes
        ("-10m", -600),
        ("−10m", -600),  # a typographer's minus
        ("-1h30", -5400),
        (" 25M ", 1500),
    ],
)
def test_a_length_is_understood(words, seconds):
    assert length(words, "spent") == seconds


NONE = ["", "x", "0", "0m", "soon", "1.5", "3 people", "٣m", "99999999999h", f"{'9' * 400}h", "1h90"]


@pytest.mark.parametrize("words", NONE)
def test_what_is_none_is_asked_about(words):
    with pytest.raises(DeskError, match="How long") as asked:
        length(words, "spent")
    assert asked.value.field == "spent"
