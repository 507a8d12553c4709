"""What the bounds of checks in flight ask of the configuration and of the machine."""

import resource
import subprocess
import sys

import pytest

from bot.bounds import capacity, raise_file_limit
from desk.alerts import Monitor


def monitors(count, interval, time_limit):
    return [Monitor(f"m{i}", "m", "acme", "http", None, interval, time_limit) for i in range(count)]


@pytest.mark.parametrize(
    ("count", "interval", "time_limit", "refused"),
    [
        (10_000, 60, 10, False),  # the size we promise
        (2_048, 10, 10, False),  # just as many as there are places
        (2_049, 10, 10, True),  # one more
        (30_000, 60, 10, True),
        (0, 60, 10, False),
    ],
)
def test_more_than_could_hang_at_once_is_refused(count, interval, time_limit, refused):
    sentence = capacity(monitors(count, interval, time_limit))
    assert (sentence is not None) == refused


def test_the_refusal_says_how_many_and_what_would_work():
    assert capacity(monitors(30_000, 60, 10)) == (
        "30,000 monitors could keep 5,000 checks waiting at once (time limit ÷ interval, added up) and 2,048 is the "
        "most: poll less often, or give up sooner"
    )


def limited(soft: int, hard: int) -> str:
    """What a process with these limits says when it wants 300 files, and its limit then."""
    program = (
        "import resource; from bot.bounds import raise_file_limit; "
        f"resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard})); "
        "print(raise_file_limit(300), resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )
    return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.strip()


def test_the_file_limit_is_raised_to_fit():
    assert limited(100, 400) == "None 300"


def test_a_file_limit_that_cannot_be_raised_is_said_and_raised_as_far_as_it_goes():
    said = limited(100, 200)
    assert said.startswith("this process may open 200 files and could need 300")
    assert said.endswith(" 200")


def test_a_file_limit_that_fits_already_is_left_alone():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert raise_file_limit(10) is None
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == before


def test_garbage_is_looked_for_seldom_once_the_process_is_up():
    """In a process of its own: what was there is put aside, and a ring of objects made later is still found."""
    program = (
        "import gc; from bot.bounds import GARBAGE, look_for_garbage_seldom; look_for_garbage_seldom(); "
        "ring = []; ring.append(ring); del ring; "
        "print(gc.get_threshold() == GARBAGE, gc.get_freeze_count() > 1000, gc.collect() >= 1)"
    )
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert said == "True True True\n"
