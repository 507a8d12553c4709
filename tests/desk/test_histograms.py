"""Lengths as a log histogram: small, additive, and never more than 3 % off."""

from collections import Counter
from math import ceil

import pytest
from hypothesis import given
from hypothesis.strategies import floats, integers, lists, sampled_from

from desk.histograms import ERROR, added, code_of, from_bytes, lengths, percentile, seconds_of, to_bytes
from desk.reports import Lengths

some = lists(integers(0, 10**9), min_size=1, max_size=60)


def nearest_rank(seconds, share):
    return sorted(seconds)[ceil(len(seconds) * share) - 1]


@given(some, sampled_from([0.01, 0.5, 0.9, 0.99, 1.0]))
def test_a_percentile_is_at_most_3_percent_off(seconds, share):
    """Of the nearest rank, which is one of the lengths themselves; no time at all stays no time."""
    exact = nearest_rank(seconds, share)
    found = percentile(Counter(map(code_of, seconds)), share)
    assert found == pytest.approx(exact, rel=0.03, abs=0)


@given(floats(1, 1e12))
def test_a_length_comes_back_within_the_error(seconds):
    assert seconds_of(code_of(seconds)) == pytest.approx(seconds, rel=ERROR + 1e-9)
    assert ERROR < 0.03


@given(lists(integers(0, 400), max_size=80), lists(integers(0, 400), max_size=80))
def test_bytes_grow_and_shrink_one_length_at_a_time(there, gone):
    """In any order, with what is taken back before it came: the bytes are those of the counts, and nothing at all when
    everything was taken back.
    """
    blob = b""
    for code in gone:
        blob = added(blob, code, -1)
    for code in there:
        blob = added(blob, code, 1)
    counts = Counter(there)
    counts.subtract(gone)
    assert blob == to_bytes(counts)
    assert from_bytes(blob) == Counter({code: n for code, n in counts.items() if n})
    for code, count in counts.items():
        blob = added(blob, code, -count)
    assert blob == b""


def test_nothing_has_no_percentile():
    """No data is not zero seconds."""
    assert lengths({}) == Lengths(0, None, None)


def test_a_month_of_a_clients_priority_is_a_few_hundred_bytes():
    """400 lengths between a minute and a week."""
    blob = to_bytes(Counter(code_of(60 * 1.02**n) for n in range(400)))
    assert len(blob) < 1200
