"""The private listener's door: what a hostile page, a broken client or a large body meets before anything of ours."""

import json

import httpx
import pytest

from bot.web import guard
from bot.web.guard import LIMIT, is_ours
from tests.web.conftest import HOME, PORT

JSON = {"Content-Type": "application/json"}
SAY = {"as": "ann", "channel": "welcome", "text": "hello"}


@pytest.mark.parametrize(
    "host", [f"127.0.0.1:{PORT}", f"localhost:{PORT}", f"LOCALHOST:{PORT}", f"[::1]:{PORT}"]
)  # fmt: skip
async def test_this_machines_own_names_are_answered(http, host):
    assert (await http.get("/api/people", headers={"Host": host})).status_code == 200
    same = {"Host": host, "Origin": f"http://{host.lower()}"}
    assert (await http.post("/api/say", json=SAY, headers=same)).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        f"evil.example:{PORT}",  # DNS rebinding: the name of the attacker's page, our address
        f"127.0.0.1.evil.example:{PORT}", f"localhost.:{PORT}x", f"user@127.0.0.1:{PORT}", f"[::1]x:{PORT}", "[",
        "127.0.0.1:9999", "127.0.0.1", "", f"127.0.0.2:{PORT}",  # another port, no port, no host
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", "/api/people", "/static/main.js", "/metrics", "/healthz"])
async def test_a_foreign_host_is_refused_everywhere(http, host, path):
    refused = await http.get(path, headers={"Host": host})
    assert refused.status_code == 403
    assert f"127.0.0.1:{PORT}" in refused.json()["error"]


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "", f"https://127.0.0.1:{PORT}", "http://127.0.0.1:9999", "file://"]
)  # fmt: skip
async def test_a_foreign_origin_is_refused_and_nothing_is_done(http, chat, origin):
    refused = await http.post("/api/say", json=SAY, headers={"Origin": origin})
    assert refused.status_code == 403
    assert "another site" in refused.json()["error"]
    assert chat.router.taken == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_post_that_a_browser_says_comes_from_elsewhere_is_refused_without_an_origin_too(http, chat, site):
    refused = await http.post("/api/say", json=SAY, headers={"Sec-Fetch-Site": site})
    assert refused.status_code == 403
    assert "another site" in refused.json()["error"]
    assert chat.router.taken == []
    assert (await http.get("/", headers={"Sec-Fetch-Site": site})).status_code == 200, "a link may lead here"
    assert (await http.post("/api/say", json=SAY, headers={"Sec-Fetch-Site": "same-origin"})).status_code == 200


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp", ""],
)  # fmt: skip
async def test_a_post_that_is_not_json_is_a_415(http, chat, kind):
    """A page elsewhere can post these without asking anybody; JSON it cannot."""
    refused = await http.post("/api/say", content=json.dumps(SAY), headers={"Content-Type": kind})
    assert refused.status_code == 415
    assert "JSON" in refused.json()["error"]
    assert chat.router.taken == []


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"", b"{'as': 1}", b'{"as": NaN}', b"\xff\xfe\xfd", b"[" * 100_000, b'{"a": 1} trailing',
        b'{"n": ' + b"9" * 5000 + b"}",  # more digits than a number may have
    ],
)  # fmt: skip
async def test_malformed_json_is_a_400_with_a_sentence(http, chat, body):
    refused = await http.post("/api/say", content=body, headers=JSON)
    assert (refused.status_code, refused.json()) == (400, {"error": "This is no JSON that can be read."})
    assert chat.router.taken == []


@pytest.mark.parametrize("half", [rb"\ud83d", b"\xed\xa0\xbd", rb"\udc00\ud800"])
async def test_half_a_character_becomes_a_whole_one_wherever_it_stands(http, chat, half):
    body = b'{"as": "ann", "channel": "welcome", "text": "a ' + half + b' b", "x' + half + b'": ["' + half + b'"]}'
    assert (await http.post("/api/say", content=body, headers=JSON)).status_code == 200
    assert set(chat.router.taken[0].text) <= set("a b\ufffd")


async def test_a_whole_character_in_two_escapes_stays_whole(http, chat):
    body = rb'{"as": "ann", "channel": "welcome", "text": "\ud83d\ude00 \u00e9"}'
    assert (await http.post("/api/say", content=body, headers=JSON)).status_code == 200
    assert chat.router.taken[0].text == "😀 é"


async def test_a_body_over_the_limit_is_a_413(http, chat):
    large = json.dumps({**SAY, "text": "x" * 10_000_000})
    refused = await http.post("/api/say", content=large, headers=JSON)
    assert (refused.status_code, refused.json()) == (413, {"error": "At most 1 MB fits into one request."})
    assert chat.router.taken == []


async def test_a_body_without_end_is_not_read_for_ever(chat):
    read = 0

    async def endless():
        nonlocal read
        while True:
            read += 65536
            yield b"x" * 65536

    async with chat.client() as http:
        refused = await http.post("/api/say", content=endless(), headers=JSON)
    assert refused.status_code == 413
    assert read < LIMIT + guard.DISCARDED + 3 * 65536


async def test_a_body_just_under_the_limit_reaches_the_field_that_refuses_it(http):
    refused = await http.post("/api/say", json={**SAY, "text": "x" * (LIMIT - 100)})
    assert refused.status_code == 422
    assert "at most 4,000 fit" in refused.json()["error"]


async def test_every_answer_forbids_scripts_from_elsewhere_and_frames(http):
    for path in ("/", "/api/people", "/static/main.js", "/no/such/page"):
        answer = await http.get(path)
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
    refused = await http.get("/", headers={"Host": "evil.example"})
    assert "content-security-policy" in refused.headers


@pytest.mark.parametrize(("method", "status"), [("PUT", 404), ("DELETE", 404), ("PATCH", 404), ("OPTIONS", 405)])
async def test_other_methods_are_refused_with_a_sentence(http, method, status):
    refused = await http.request(method, "/api/say", content="{}", headers=JSON)
    assert refused.status_code == status
    assert refused.json()["error"].endswith(".")
    assert "access-control-allow-origin" not in refused.headers


async def test_a_cookie_says_nothing(http):
    refused = await http.get("/api/channels", headers={"Cookie": "as=ben; session=x"})
    assert refused.status_code == 422


def test_port_80_may_be_left_out():
    assert is_ours("localhost", 80)
    assert not is_ours("localhost", PORT)


async def test_a_failure_of_ours_is_a_500_with_a_sentence_that_gives_nothing_away(chat):
    async def broken(_arrival):
        raise ZeroDivisionError("secret detail")

    chat.router.take = broken
    transport = httpx.ASGITransport(chat.app(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=HOME) as http:
        failed = await http.post("/api/say", json=SAY)
    assert failed.status_code == 500
    assert "secret" not in failed.text
    assert failed.json()["error"].startswith("That failed for a reason of ours.")
