"""The intake: decided by a token alone."""

import httpx
import pytest

from bot.web.app import intake_app
from tests.web.conftest import HOME

TOKEN = "s3cret-é"
BEARER = {"Authorization": b"Bearer " + TOKEN.encode("latin-1")}
PATH = "/hooks/heartbeat/backup"


@pytest.fixture(params=["alone", "on the private port"])
async def hooks(request, chat):
    """The same paths on a listener of their own and, when there is none, on the private one."""
    app = intake_app(chat.parts.intake) if request.param == "alone" else chat.app()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOME) as client:
        yield client


@pytest.mark.parametrize("body", [b"", b"{", b"\xff" * 1000, b"status=ok"])
async def test_a_ping_with_any_body_is_stored_then_answered_with_204(hooks, chat, body):
    assert (await hooks.post(PATH, content=body, headers=BEARER)).status_code == 204
    by_query = await hooks.post(PATH, params={"token": TOKEN}, content=body)
    assert (by_query.status_code, by_query.content) == (204, b"")
    assert chat.beats == ["backup", "backup"]


async def test_a_wrong_token_and_an_unknown_name_are_refused_alike(hooks, chat):
    wrong = await hooks.post(PATH, headers={"Authorization": "Bearer nope"})
    unknown = await hooks.post("/hooks/heartbeat/nobody", headers=BEARER)
    none = await hooks.post(PATH)
    empty = await hooks.post("/hooks/heartbeat/nobody", params={"token": ""})
    odd = await hooks.post("/hooks/heartbeat/nobody", params={"token": "no-such-heartbeat"})
    other = await hooks.post(PATH, headers={"Authorization": b"Basic " + TOKEN.encode("latin-1")})
    assert {r.status_code for r in (wrong, unknown, none, empty, odd, other)} == {401}
    assert len({r.text for r in (wrong, unknown, none, empty, odd, other)}) == 1
    assert chat.beats == []


async def test_the_token_decides_whatever_the_host_the_origin_and_the_cookies_are(hooks, chat):
    headers = {**BEARER, "Host": "desk.example", "Origin": "https://elsewhere.example", "Cookie": "session=1"}
    assert (await hooks.post(PATH, headers=headers)).status_code == 204
    assert chat.beats == ["backup"]


async def test_a_large_body_is_refused_without_being_kept(hooks, chat):
    assert (await hooks.post(PATH, content=b"x" * 2_000_000, headers=BEARER)).status_code == 413
    assert chat.beats == []


async def test_the_intake_has_no_pages_and_no_api(chat):
    app = intake_app(chat.parts.intake)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOME) as client:
        for path in ("/", "/api/people", "/metrics", "/docs"):
            assert (await client.get(path)).status_code == 404, path
        assert (await client.get(PATH)).status_code == 405


async def test_the_private_port_has_no_intake_when_it_has_a_listener_of_its_own(chat):
    async with chat.client(chat.app(intake=None)) as http:
        assert (await http.post(PATH, json={}, params={"token": TOKEN})).status_code == 404
