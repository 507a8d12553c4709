"""The probe engine reads an answer as httpx's own transport does; where it does not, the table says why."""


import pytest
import uvloop
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.monitors.answering import both

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"

ALIKE = {
    "a length": OK + b"Content-Length: 2\r\n\r\nok",
    "a body that lasts until the connection is closed": OK + b"\r\nuntil closed",
    "an old server": b"HTTP/1.0 200 OK\r\n\r\nuntil closed",
    "chunks": CHUNKED + b"2\r\nok\r\n3\r\nay!\r\n0\r\n\r\n",
    "chunks with extensions and a trailer": CHUNKED + b"2;a=b\r\nok\r\n0\r\nDigest: x\r\n\r\n",
    "spaces after a chunk's length": CHUNKED + b"2 \r\nok\r\n0\r\n\r\n",
    "an empty body": OK + b"Content-Length: 0\r\n\r\n",
    "a status that has no body": b"HTTP/1.1 204 No Content\r\n\r\n",
    "no body whatever its length says": b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
    "an interim answer first": b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\nok",
    "an interim answer with headers": b"HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\nok",
    "no reason": b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok",
    "a status of one's own": b"HTTP/1.1 999 Blocked\r\nContent-Length: 0\r\n\r\n",
    "lines that end in LF": b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
    "a header over two lines": OK + b"A: b\r\n c\r\nContent-Length: 0\r\n\r\n",
    "a header without a value": OK + b"A:\r\nContent-Length: 0\r\n\r\n",
    "a header twice": OK + b"Set-Cookie: a\r\nSet-Cookie: b\r\nContent-Length: 0\r\n\r\n",
    "a header in Latin-1": OK + b"A: caf\xe9\r\nContent-Length: 0\r\n\r\n",
    "a bell in a header": OK + b"A: b\x07c\r\nContent-Length: 0\r\n\r\n",
    "more than was promised": OK + b"Content-Length: 2\r\n\r\nok and more",
    "an offer to speak otherwise": OK + b"Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\nok",
    "no answer at all": b"",
    "half a status line": b"HTTP/1.1 2",
    "half a header": OK + b"Content-Len",
    "an interim answer and no more": b"HTTP/1.1 100 Continue\r\n\r\n",
    "half a body": OK + b"Content-Length: 10\r\n\r\nhalf",
    "half a chunk": CHUNKED + b"5\r\nha",
    "chunks without the last one": CHUNKED + b"2\r\nok\r\n",
    "a chunk's length that is none": CHUNKED + b"zz\r\nok\r\n0\r\n\r\n",
    "two lengths": OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nok!",
    "a length with a sign": OK + b"Content-Length: +2\r\n\r\nok",
    "a negative length": OK + b"Content-Length: -2\r\n\r\nok",
    "an endless length": OK + b"Content-Length: 99999999999999999999999\r\n\r\nok",
    "a status that is no number": b"HTTP/1.1 twohundred\r\n\r\n",
    "a short status": b"HTTP/1.1 20 OK\r\n\r\n",
    "a long status": b"HTTP/1.1 2000 OK\r\n\r\n",
    "status 0": b"HTTP/1.1 000 OK\r\n\r\n",
    "a header without a name": OK + b": b\r\nContent-Length: 0\r\n\r\n",
    "a header without a colon": OK + b"bad header\r\nContent-Length: 0\r\n\r\n",
    "a space before the colon": OK + b"A : b\r\nContent-Length: 0\r\n\r\n",
    "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "another protocol that looks like it": b"RTSP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
    "a page without a head": b"<html>hello</html>",
    "rubbish": b"\x00" * 100,
    "small letters": b"http/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
}

# What the engine sees, and why it differs from what httpx's own transport sees.
OTHERWISE = {
    "a switch of protocols that is asked about": (
        b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        101, "", "a monitor may expect 101; the rest of the connection is no business of its",
    ),
    "both framings": (
        OK + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        0, "Content-Length can't be present", "how requests are smuggled: proxies refuse it",
    ),
    "the same length twice": (
        OK + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\nok",
        0, "Duplicate Content-Length", "the parser forgives no doubt about where an answer ends",
    ),
    "packed in transfer": (
        OK + b"Transfer-Encoding: gzip\r\n\r\npacked",
        200, "", "the status is known; what it stands for is not asked of a server that was asked not to pack",
    ),
    "a version to come": (
        b"HTTP/1.2 200 OK\r\nContent-Length: 0\r\n\r\n",
        0, "Invalid HTTP version", "there is none",
    ),
    "a NUL in a header": (
        OK + b"A: b\x00c\r\nContent-Length: 0\r\n\r\n",
        200, "", "one flag of the parser forgives it with other odd bytes, which browsers forgive, too",
    ),
}  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("answer", ALIKE.values(), ids=list(ALIKE))
def test_an_answer_is_seen_as_httpx_sees_it(run, answer, method):
    """The same status, headers and body, or both refuse it, or both find it broken after its head."""
    ours, theirs = run(both(answer, method=method))
    assert ours.alike() == theirs.alike()


@pytest.mark.parametrize("row", OTHERWISE.values(), ids=list(OTHERWISE))
def test_an_answer_is_seen_otherwise_for_a_reason(run, row):
    answer, status, refused, _ = row
    ours, theirs = run(both(answer))
    assert ours.alike() != theirs.alike()
    assert ours.status == status
    assert refused in ours.refused
    assert bool(refused) == bool(ours.refused)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (b"", "the connection was closed before an answer came"),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", 'the answer is no HTTP, it starts with "SSH-2.0-OpenSSH_9.6"'),
        (b"RTSP/1.0 200 OK\r\n\r\n", 'the answer is no HTTP, it starts with "RTSP/1.0 200 OK"'),
        (b"HTTP/1.1 twohundred\r\n\r\n", "the answer is no valid HTTP: Invalid status code"),
        (b"HTTP/1.1 099 Low\r\n\r\n", "the answer is no valid HTTP: status 099"),
    ],
)
def test_what_is_no_answer_says_what_was_seen(run, answer, sentence):
    assert run(both(answer))[0].refused == sentence


names = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,12}", fullmatch=True).filter(
    lambda name: name.lower() not in ("content-length", "transfer-encoding", "connection", "upgrade")
)
values = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20)
statuses = st.integers(200, 999)


@st.composite
def valid_answers(draw: st.DrawFn) -> list[bytes]:
    """A valid answer with any status, headers and framing, cut into packets anywhere."""
    fields = "".join(f"{name}: {value}\r\n" for name, value in draw(st.lists(st.tuples(names, values), max_size=5)))
    chunks = draw(st.lists(st.binary(min_size=1, max_size=50), max_size=4))
    body = b"".join(chunks)
    framing, content = draw(
        st.sampled_from([
            (f"Content-Length: {len(body)}\r\n", body),
            ("", body),
            (
                "Transfer-Encoding: chunked\r\n",
                b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n",
            ),
        ])
    )
    whole = f"HTTP/1.{draw(st.integers(0, 1))} {draw(statuses)} Why\r\n{fields}{framing}\r\n".encode() + content
    cuts = sorted(draw(st.sets(st.integers(1, len(whole)), max_size=6)))
    return [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]


@given(valid_answers(), st.sampled_from(["GET", "HEAD"]))
@settings(max_examples=60)
def test_any_valid_answer_is_seen_as_httpx_sees_it(pieces, method):
    """However it is framed, and wherever the network cuts it."""
    ours, theirs = uvloop.run(both(*pieces, method=method))
    assert ours.alike() == theirs.alike()
    assert not ours.refused


@given(st.binary(max_size=60), st.sampled_from([b"", b"HTTP/1.1 ", OK, CHUNKED, OK + b"Content-Length: 4\r\n"]))
@settings(max_examples=60)
def test_any_bytes_are_an_answer_or_a_refusal(rubbish, start):
    """Never an exception of another kind, never a wait."""
    ours, _ = uvloop.run(both(start + rubbish))
    assert ours.refused or ours.status >= 100
