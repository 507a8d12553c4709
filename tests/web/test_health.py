"""Alive, ready, and the numbers."""

import pytest
from prometheus_client import CollectorRegistry, Gauge

from bot.web.health import Readiness


async def test_the_living_say_so(http):
    assert (await http.get("/healthz")).json() == {"alive": True}


async def test_ready_tells_the_ages_of_what_matters(http):
    answer = await http.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True, "reasons": [], "last_poll": 1.0, "oldest_undelivered_post": None,
        "oldest_overdue_deadline": None, "waiting_posts": 0, "audit_head": "3:ab", "set_aside": 0, "paused": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (Readiness(oldest_undelivered_post=121.4), "a message has waited for 121 s to be delivered"),
        (Readiness(oldest_overdue_deadline=61), "a deadline is 61 s overdue"),
        (Readiness(paused=("slack",)), "slack refuses what we send"),
        (Readiness(also=("the disk is nearly full",)), "the disk is nearly full"),
        (Readiness(set_aside=4), None),  # told to the admins, and blocks nobody
        # Just in time; polls have a limit of their own.
        (Readiness(last_poll=3000, oldest_undelivered_post=120, oldest_overdue_deadline=60), None),
    ],
)
async def test_what_stands_still_is_a_503_that_says_what(chat, seen, reason):
    async def ready():
        return seen

    async with chat.client(chat.app(ready=ready)) as http:
        answer = await http.get("/readyz")
    assert answer.status_code == (503 if reason else 200)
    assert answer.json()["reasons"] == ([reason] if reason else [])


async def test_the_metrics_are_those_of_the_registry(chat):
    registry = CollectorRegistry()
    Gauge("deskbell_open_tickets", "Open tickets", registry=registry).set(3)
    async with chat.client(chat.app(registry=registry)) as http:
        answer = await http.get("/metrics")
    assert "deskbell_open_tickets 3.0" in answer.text
    assert answer.headers["content-type"].startswith("text/plain")
