"""Whatever is sent in any text field is a clear sentence or inert text, and never a failure of ours.

Failure-table rows: message over the limits; lone surrogates, bidi, zero width; `@everyone` and masked links in user
text.
"""

import itertools
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from bot.store import outbox_rows
from bot.store.outbox_rows import Row
from bot.store.store import StoreTx
from bot.telling import outgoing
from tests.standin.client import request_of
from tests.webapp import Web

HOSTILE = {
    "control": "a\x00b\x07c\x1b[31md\x7fe",
    "bidi": "safe\u202egnp.exe\u2066\u2069",
    "a lone surrogate": "half \ud800 of it \udfff",
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "everyone": "@everyone @here <!channel> <!here> <@U024BE7LH>",
    "a masked link": "[https://bank.example](https://evil.example) <https://evil.example|https://bank.example>",
    "line ends": "one\r\ntwo\u2028three\x85four",
    "zero width": "pass\u200bword\ufeff \u2060here",
    "a path": "../../etc/passwd; rm -rf / $(reboot) `id` | tee",
    "a formula": '=HYPERLINK("http://evil.example")',
    "quotes": "' OR 1=1 -- \" \\ %s {0} {name} {{x}}",
    "combining": "Z" + "\u0301\u0316" * 300,
    "an unknown plane": "\U0010ffff\U000e0041\ufffe",
    "only blanks": " \t\n\u00a0\u2003 ",
    "long": "long " * 4000,
}
NEVER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def bodies(words: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every text field of the three POSTs, each with these words in it."""
    say = {"as": "ann", "channel": "dm-ann", "text": "/list"}
    for name in ("as", "channel", "text", "thread", "id"):
        yield "say", {**say, name: words}
    for line in ("/open {}", "/open priority={} it is wet", "/reply 1 {}", "/{} 1", "/show {}", "/list {}", "{}"):
        yield "say", {**say, "text": line.format(words)}
    yield "say", {**say, "channel": "acme-help", "text": words}
    yield "say", {**say, "thread": "1", "text": words}
    press = {"as": "ann", "channel": "dm-ann", "message": "1", "version": 1, "command": "/show number=1"}
    for name in ("as", "channel", "message", "command", "id"):
        yield "press", {**press, name: words}
    submit = {"as": "ann", "channel": "dm-ann", "form": "open", "values": {"subject": "it is wet"}}
    for name in ("as", "channel", "form", "id"):
        yield "submit", {**submit, name: words}
    for name in ("subject", "details", "priority", "client", "alert"):
        yield "submit", {**submit, "values": {"subject": "it is wet", name: words}}
    yield "submit", {**submit, "values": {"subject": "it is wet", words[:100]: "x"}}


@pytest.fixture
async def asked(web: Web) -> Web:
    """A desk with one ticket, so that numbers and threads in the table mean something."""
    assert (await web.say("ann", "dm-ann", "/open the first one")).status_code == 200
    await web.until(lambda: web.card("ann", "dm-ann", "ticket/1"))
    return web


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
async def test_hostile_words_in_any_field_are_a_sentence_or_inert_text(asked: Web, words: str) -> None:
    """Lone surrogates, bidi, control characters, markup: 2xx or a 4xx with a sentence; what is kept is harmless."""
    for path, body in bodies(words):
        answer = await asked.http.post(f"/api/{path}", content=json.dumps(body).encode(), headers=JSON)
        assert answer.status_code < 500, (path, body, answer.text)
        if answer.status_code >= 400:
            assert is_a_sentence(answer), (path, body, answer.text)
    seen = [m async for m in everything(asked)]
    assert len(seen) > 1
    for text in strings(seen):
        assert not NEVER.search(text), f"{text!r}"


JSON = {"Content-Type": "application/json"}


def is_a_sentence(answer: httpx.Response) -> bool:
    said = answer.json()["error"]
    return 10 < len(said) < 600 and said[-1] in ".!?" and not NEVER.search(said) and "Traceback" not in said


async def everything(web: Web) -> Any:
    """Every message of every channel, as those read them who may."""
    for who, channel in itertools.product(("ann", "ben"), ("dm-ann", "acme-help", "acme-team", "noc")):
        answer = await web.http.get(f"/api/channels/{channel}/messages", params={"as": who})
        for message in answer.json() if answer.status_code == 200 else ():
            yield message
            if message["replies"]:
                for reply in await web.messages(who, channel, message["id"]):
                    yield reply


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from itertools.chain.from_iterable(map(strings, [*value, *value.values()]))
    elif isinstance(value, list):
        yield from itertools.chain.from_iterable(map(strings, value))


async def test_markup_and_mentions_stay_the_words_they_are(asked: Web) -> None:
    """`@everyone`, masked links and `<script>` in user text: shown to the letter, with no button and no link made."""
    for name in ("script", "everyone", "a masked link", "quotes", "a formula"):
        values = {"subject": HOSTILE[name]}
        number = (await asked.submit("ann", "dm-ann", "open", values)).json()["reply"]["number"]
        card = await asked.until(lambda n=number: asked.card("ben", "acme-team", f"ticket/{n}"))
        assert card["card"]["title"] == HOSTILE[name]
        assert len(card["buttons"]) == 5
        spans = itertools.chain.from_iterable(card["card"]["lines"])
        assert all(isinstance(span, str) or set(span) == {"at", "style"} for span in spans)


@pytest.mark.parametrize("path", ["say", "press", "submit"])
async def test_ten_megabytes_are_refused_before_they_are_read(asked: Web, path: str) -> None:
    """Message over the limits: 413 and a sentence for 10 MB in any field, also when its length is not declared."""
    body = json.dumps({"as": "ann", "channel": "dm-ann", "text": "x" * 10_000_000}).encode()

    async def pieces() -> Any:
        for at in range(0, len(body), 65536):
            yield body[at : at + 65536]

    for content in (body, pieces()):
        answer = await asked.http.post(f"/api/{path}", content=content, headers=JSON)
        assert answer.status_code == 413
        assert is_a_sentence(answer)


@pytest.mark.parametrize("length", [4_001, 900_000])
async def test_words_over_the_limit_are_refused_with_the_limit_in_the_sentence(asked: Web, length: int) -> None:
    """Message over the limits: nothing is cut silently, and nothing of it is kept."""
    before = await asked.count("SELECT COUNT(*) FROM web_messages")
    for answer in (
        await asked.say("ann", "dm-ann", "x" * length),
        await asked.submit("ann", "dm-ann", "open", {"subject": "it is wet", "details": "x" * length}),
    ):
        assert answer.status_code == 422
        assert "4,000" in answer.json()["error"]
    assert await asked.count("SELECT COUNT(*) FROM web_messages") == before


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        pytest.param(b"{", JSON, 400, id="half an object"),
        pytest.param(b"[]", JSON, 422, id="no object"),
        pytest.param(b"[" * 100_000, JSON, 400, id="deeper than any parser goes"),
        pytest.param(b'{"as": NaN}', JSON, 400, id="no JSON, though Python reads it"),
        pytest.param(b"\xff\xfe", JSON, 400, id="no UTF-8"),
        pytest.param(b'{"as": "ann"}', {"Content-Type": "text/plain"}, 415, id="what a form of another site can send"),
        pytest.param(b'{"as": "ann"}', {**JSON, "Origin": "https://evil.example"}, 403, id="a page of another site"),
        pytest.param(b'{"as": "ann"}', {**JSON, "Host": "evil.example"}, 403, id="a name that was bent to us"),
    ],
)
async def test_what_is_no_request_of_ours_is_refused(
    asked: Web, content: bytes, headers: dict[str, str], status: int
) -> None:
    """Hostile text at the door: malformed JSON, the wrong kind, another site's page; 4xx and a sentence."""
    answer = await asked.http.post("/api/say", content=content, headers=headers)
    assert answer.status_code == status
    assert is_a_sentence(answer)


async def test_hostile_words_fit_through_another_platforms_door(asked: Web) -> None:
    """Message over the limits, lone surrogates, on a platform with limits of its own: what goes out fits."""
    for words in HOSTILE.values():
        body = {"as": "ann", "channel": "dm-ann", "text": f"/open {words[:200]}"}
        await asked.http.post("/api/say", content=json.dumps(body).encode(), headers=JSON)

    def posts(tx: StoreTx) -> list[tuple[Row, str]]:
        rows = [outbox_rows.load(tx, number) for (number,) in tx.rows("SELECT id FROM posts")]
        return [(row, outbox_rows.body(tx, row.id)) for row in rows if row]

    wanted = await asked.bot.store.read(posts)
    assert len(wanted) > 10
    for row, body in wanted:
        request = request_of(outgoing(row, body), datetime.now(UTC))
        assert len(request["text"].encode()) < 40_000
        assert not NEVER.search(request["text"])
