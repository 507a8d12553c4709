"""The stand-in as a process of its own: each entry of its fault menu over real sockets, judged by its log."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.platforms.contract import DeliveryRefused, HistoryUnreadable, MessageGone, Outgoing
from tests.standin.client import StandInOutbound
from tests.standin.faults import Fault
from tests.standin.room import read_log
from tests.webapp import Child

PAST = datetime.now(UTC) - timedelta(minutes=1)


@dataclass
class There:
    """The stand-in, our door to it, and what it saw."""

    out: StandInOutbound
    http: httpx.AsyncClient
    log: Path

    async def fault(self, call: str, fault: Fault, **more: Any) -> None:
        await self.http.post("/faults", json={"call": call, "fault": fault, **more})

    def seen(self) -> list[str]:
        return [f"{entry['did']} {entry['text']}" for entry in read_log(self.log)]


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[There]:
    log = tmp_path / "witness.jsonl"
    child = await Child.start("tests.standin.server", "--log", str(log), errors=tmp_path / "errors.log")
    out = StandInOutbound(child.url)
    async with httpx.AsyncClient(base_url=child.url) as http:
        yield There(out, http, log)
    await out.close()
    await child.stop()


def outgoing(words: str = "hello", **more: Any) -> Outgoing:
    given: dict[str, Any] = {
        "send_key": "k1", "destination": "#desk", "thread": None, "version": 1, "key": "note/1", "author": None,
        "card": None, "words": (words,), "buttons": (),
    }  # fmt: skip
    return Outgoing(**{**given, **more})


async def test_what_it_takes_is_in_its_log_at_once_and_can_be_found_by_its_key(there: There) -> None:
    number = await there.out.post(outgoing())
    await there.out.edit(number, outgoing("hello again", version=2))
    await there.out.mark_copy(number, outgoing())
    assert there.seen() == ["post hello", "edit hello again", "mark hello again"]
    assert [found.message_id for found in await there.out.find("#desk", None, "k1", PAST)] == [number]


@pytest.mark.parametrize(
    ("fault", "kind", "retry_after"),
    [
        (Fault.REFUSE, "for good", None),  # an archived channel
        (Fault.RATE, "for now", 7.0),  # as long as its header says
        (Fault.ACCOUNT, "the account", None),  # a revoked token
    ],
)
async def test_a_refusal_says_what_kind_it_is_and_nothing_is_taken(
    there: There, fault: Fault, kind: str, retry_after: float | None
) -> None:
    await there.fault("post", fault, retry_after=7.0)
    with pytest.raises(DeliveryRefused) as refused:
        await there.out.post(outgoing())
    why = refused.value
    said = "the account" if why.account else "for good" if why.permanent else "for now"
    assert (said, why.retry_after) == (kind, retry_after)
    assert there.seen() == []


@pytest.mark.parametrize(
    ("fault", "taken"),
    [
        (Fault.ERROR, []),
        (Fault.RESET, []),
        (Fault.ERROR_TAKEN, ["post hello"]),
        (Fault.LOSE_REPLY, ["post hello"]),
    ],
)
async def test_a_failure_leaves_the_sender_in_doubt_and_the_log_knows(
    there: There, fault: Fault, taken: list[str]
) -> None:
    """To the sender taken and not taken look alike; it is an unclear outcome, never a refusal."""
    await there.fault("post", fault)
    with pytest.raises((ConnectionError, httpx.TransportError)):
        await there.out.post(outgoing())
    assert there.seen() == taken


@pytest.mark.parametrize(("fault", "taken"), [(Fault.HANG, []), (Fault.HANG_TAKEN, ["post hello"])])
async def test_silence_is_given_up_by_the_sender(there: There, fault: Fault, taken: list[str]) -> None:
    await there.fault("post", fault)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await there.out.post(outgoing())
    assert there.seen() == taken


async def test_a_late_post_is_taken_after_its_sender_has_gone(there: There) -> None:
    await there.fault("post", Fault.LATE, late=0.5)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await there.out.post(outgoing())
    assert there.seen() == []
    async with asyncio.timeout(20):
        while not await there.out.find("#desk", None, "k1", PAST):
            pass  # another process: all that can be done is to ask
    assert there.seen() == ["post hello"]


async def test_a_history_may_be_unreadable_and_a_message_gone(there: There) -> None:
    number = await there.out.post(outgoing())
    await there.fault("history", Fault.UNREADABLE)
    with pytest.raises(HistoryUnreadable):
        await there.out.find("#desk", None, "k1", PAST)
    await there.http.post("/remove", json={"id": number})
    with pytest.raises(MessageGone):
        await there.out.edit(number, outgoing())


async def test_it_enforces_limits_of_its_own(there: There) -> None:
    """What our renderer must fit is refused here whatever the renderer believes."""
    request = {
        "channel": "#desk", "thread": None, "send_key": "k", "key": "k", "version": 1, "author": None, "text": "x",
        "buttons": [],
    }  # fmt: skip
    for change in ({"text": "x" * 40_001}, {"buttons": [{"label": "x" * 76, "line": "/help"}]}, {"thread": "m99"}):
        answer = await there.http.post("/post", json={**request, **change})
        assert answer.status_code == 404
    assert there.seen() == []
