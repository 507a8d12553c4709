"""The matrix of priorities and the words for how a ticket ended: an operator's own, or the usual ones."""

import pytest

from bot.configuration import load_folder
from desk.priorities import MATRIX
from desk.resolutions import CODES
from desk.tickets import Priority

OWN = """
priorities:
  high: {high: P1, medium: P1, low: P2}
  medium: {high: P1, medium: P2, low: P3}
  low: {high: P2, medium: P3, low: P4}
resolution_codes:
  repaired: Repaired
  not_ours: Somebody else's
"""


def test_without_a_word_of_the_operator_they_are_the_usual_ones(folder):
    desk = load_folder(folder).desk
    assert (desk.matrix, desk.codes) == (MATRIX, CODES)


def test_what_is_written_is_what_is_loaded(folder):
    path = folder / "deskbell.yaml"
    path.write_text(path.read_text() + OWN)
    desk = load_folder(folder).desk
    assert desk.matrix["high", "medium"] is Priority.P1
    assert desk.matrix["low", "low"] is Priority.P4
    assert set(desk.matrix) == set(MATRIX)
    assert list(desk.codes) == ["repaired", "not_ours"], "the first is meant where nobody says one"


@pytest.mark.parametrize(
    ("old", "new", "about"),
    [
        ("  low: {high: P2, medium: P3, low: P4}\n", "", "low"),  # a row is missing
        (", low: P2}", "}", "low"),  # a column is
        ("medium: P1, low: P2", "medium: P9, low: P2", "P9"),
        ("repaired: Repaired", "Repaired now: Repaired", "Repaired now"),  # a code is one word
        ("repaired: Repaired", "repaired: ''", "repaired"),
        ("  repaired: Repaired\n  not_ours: Somebody else's\n", "  {}\n", "resolution_codes"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(folder, problems, old, new, about):
    path = folder / "deskbell.yaml"
    assert old in OWN
    path.write_text(path.read_text() + OWN.replace(old, new))
    found = problems()
    assert any(about in problem.sentence for problem in found), found
    assert all(problem.file == "deskbell.yaml" and problem.line > 0 for problem in found)
