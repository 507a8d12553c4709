"""What `deskbell reload` says of warnings: what is new."""

from bot.reloading import _new
from config.problems import Problem

GAP, OTHER = "nobody is on call on Monday.", "nobody is on call on Sunday."


def test_what_was_warned_of_before_is_not_said_again_at_each_reload():
    """Though it stands in another line by then; what is said of another file is another warning."""
    before = [Problem("people.yaml", 3, GAP)]
    after = [Problem("people.yaml", 9, GAP), Problem("people.yaml", 12, OTHER), Problem("monitors.yaml", 3, GAP)]
    assert _new(before, after) == [str(after[1]), str(after[2])]
    assert _new((), before) == [str(before[0])]
