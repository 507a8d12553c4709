"""Contract: no known secret leaves in any form a program is likely to print, however its bytes were cut into pieces.

Covers the row "a secret in output, exception or URL" of docs/reliability.md.
"""

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediation.masking import Mask
from remediation.output import Output

SECRET = 'p@ss/w+rd "x'  # every mark in it is encoded by something


@pytest.mark.parametrize(
    "said",
    [
        SECRET,
        quote(SECRET),
        quote(SECRET, safe=""),
        quote_plus(SECRET),
        json.dumps({"password": SECRET}),
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
        *(base64.b64encode(f"{user}:{SECRET}".encode()).decode() for user in ("a", "ab", "abc")),  # HTTP basic
    ],
)
def test_a_secret_is_masked_in_every_form_it_is_likely_to_be_printed_in(said):
    masked = Mask([SECRET])(f"before {said} after")

    assert "•••" in masked
    assert SECRET not in masked
    assert base64.b64encode(SECRET.encode()).decode()[4:12] not in masked
    assert masked.startswith("before ")
    assert masked.endswith(" after")


def test_what_is_shorter_than_four_letters_masks_nothing():
    assert Mask(["abc", ""])("abc and more") == "abc and more"


def test_of_two_secrets_the_longer_one_is_masked_whole():
    assert Mask(["hunter", "hunter22"])("it is hunter22.") == "it is •••."


@given(
    secrets=st.lists(st.text("abé\n\x1b", min_size=4, max_size=12), min_size=1, max_size=3),
    parts=st.lists(st.text("abé\n\x1b", max_size=8), max_size=6),
    sizes=st.lists(st.integers(1, 9), min_size=1, max_size=40),
)
def test_however_the_bytes_are_cut_the_output_is_masked_as_if_they_came_at_once(secrets, parts, sizes):
    data = "".join(part + secret for part, secret in zip(parts, secrets * 6, strict=False)).encode()
    whole, pieces = Output(secrets, kept=10_000), Output(secrets, kept=10_000)

    whole.feed(data, final=True)
    at = 0
    for size in sizes:
        pieces.feed(data[at : at + size])
        at += size
    pieces.feed(data[at:], final=True)

    assert pieces.text() == whole.text()
    assert (pieces.lines, pieces.total) == (whole.lines, whole.total)


def test_half_a_secret_is_never_shown_as_progress():
    output = Output(["hunter22"], kept=100)

    output.feed(b"the password is hunt")
    assert output.last() == "the password is"
    output.feed(b"er22, bye")
    assert output.last() == "the password is •••, bye"


def test_cutting_the_kept_end_cannot_cut_a_secret_open():
    output = Output(["hunter22"], kept=12)

    output.feed(b"hunter22 hunter22 hunter22 hunter22", final=True)

    assert output.text() == "(only the end is kept)\n ••• ••• •••"


def test_control_characters_are_shown_and_not_obeyed():
    output = Output([], kept=1000)

    output.feed("\x1b[31mred\x07 \u202eback\r\nnext\rover\n".encode() + b"\xff\xfe", final=True)

    assert output.text() == "\\x1b[31mred\\x07 \\u202eback\nnext\nover\n\ufffd\ufffd"
    assert output.lines == 3
