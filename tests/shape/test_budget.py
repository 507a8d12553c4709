"""Small functions, small files: it is the tail that tells."""

from math import ceil

import pytest

from tests.shape.tree import ROOMS, files, functions, name_of

FUNCTION, LONGEST_FUNCTION = 30, 60  # lines: nine in ten, and none over
FILE, LONGEST_FILE = 200, 350


def percentile90(lengths):
    return sorted(lengths)[ceil(0.9 * len(lengths)) - 1]


@pytest.mark.parametrize("folders", [ROOMS, ("tests", "bench")], ids=["product", "tests and benches"])
def test_functions_fit_on_a_screen(folders):
    """Nine in ten have at most 30 lines and none has over 60."""
    lengths = dict(each for path in files(*folders) for each in functions(path))
    too_long = {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION}
    assert too_long == {}
    assert percentile90(lengths.values()) <= FUNCTION


@pytest.mark.parametrize("folders", [ROOMS, ("tests", "bench")], ids=["product", "tests and benches"])
def test_files_are_read_in_one_sitting(folders):
    """Nine in ten of the product's have at most 200 lines; none, of a test neither, has over 350."""
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files(*folders)}
    too_long = {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE}
    assert too_long == {}
    if folders is ROOMS:
        assert percentile90(lengths.values()) <= FILE
