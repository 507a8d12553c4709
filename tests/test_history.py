"""Poll history: what goes into an hour chunk comes out of it, in about two bytes a result."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.history import HIGHEST, LOWEST, Result, append, decode, encode
from desk.alerts import Status

results = st.lists(
    st.builds(
        Result,
        st.integers(0, 3599),
        st.sampled_from(Status),
        st.none() | st.floats(0, 100, allow_nan=False),
    )
)


@given(results)
def test_what_is_put_in_comes_out_in_its_order_and_within_three_percent(given_results):
    """Seconds and statuses are exact, in any order; latency is within 3 % inside the scale, and at its ends outside."""
    found = decode(encode(given_results))
    assert [(r.second, r.status) for r in found] == [(r.second, r.status) for r in given_results]
    for before, after in zip(given_results, found, strict=True):
        if before.latency is None:
            assert after.latency is None
        else:
            assert after.latency == pytest.approx(min(max(before.latency, LOWEST), HIGHEST), rel=0.03)


@given(results, results)
def test_appending_is_the_same_as_encoding_all_at_once(first, second):
    assert append(encode(first), second) == encode(first + second)


@given(results)
def test_what_was_decoded_encodes_to_the_same_bytes(given_results):
    """Reading and writing again loses nothing more: latencies do not wander."""
    chunk = encode(given_results)
    assert encode(decode(chunk)) == chunk


@given(results)
def test_a_chunk_that_was_cut_off_is_refused_or_gives_the_results_before_the_cut(given_results):
    chunk = encode(given_results)
    for end in range(len(chunk)):
        try:
            found = decode(chunk[:end])
        except ValueError:
            continue
        assert found == decode(chunk)[: len(found)]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(chunk):
    """Damage in the database raises ValueError and nothing else."""
    try:
        decode(chunk)
    except ValueError as error:
        assert "chunk of poll history" in str(error)  # noqa: PT017 - not raising is fine too


@given(st.binary(max_size=200), results)
def test_nothing_is_appended_to_a_damaged_chunk(chunk, more):
    try:
        before = decode(chunk)
    except ValueError:
        with pytest.raises(ValueError, match="chunk of poll history"):
            append(chunk, more)
    else:
        assert decode(append(chunk, more)) == before + decode(encode(more))


steady = st.tuples(st.integers(0, 600), st.integers(1, 20), st.lists(st.integers(-6, 6), max_size=40))


@given(steady, results)
def test_a_steady_row_is_appended_to_as_any_other(row, more):
    """Its end is found at once, and is the one that going through it finds."""
    start, step, jitter = row
    hour = [Result(start + step * n + late, Status.OK, 0.02) for n, late in enumerate(jitter)]
    assert append(encode(hour), more) == encode(hour + more)


@pytest.mark.parametrize("interval", [5, 10, 60, 300])
def test_an_hour_of_a_steady_monitor_takes_less_than_three_bytes_a_result(interval):
    """G9, with the jitter of a second that rounding makes."""
    hour = [Result(second + second % 7 % 2, Status.OK, 0.04) for second in range(3, 3600 - 1, interval)]
    assert len(encode(hour)) < 3 * len(hour)
