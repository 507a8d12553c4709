"""Alive, ready, and the numbers."""

from prometheus_client import CollectorRegistry, Gauge

from bot.web.health import Readiness
from desk.invariants import Broken


async def test_the_living_say_so(http):
    assert (await http.get("/healthz")).json() == {"alive": True}


async def test_ready_tells_the_ages_of_what_matters(http):
    answer = await http.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True, "reasons": [], "last_poll": 1.0, "oldest_undelivered_post": None,
        "oldest_overdue_deadline": None, "oldest_unsealed_entry": None, "tampered": "", "disk_free": None,
        "clock_step": 0.0, "clock_offset": None, "canaries": {}, "paused": [], "disconnected": [],
        "blind": None,
        "waiting_posts": 0, "audit_head": "3:ab", "set_aside": 0,
    }  # fmt: skip


async def test_what_does_not_hold_is_a_503_that_says_what(chat):
    """The invariants are the auditor's; what was set aside is told to the admins, and blocks nobody."""

    async def ready():
        return seen

    for seen in (Readiness(set_aside=4), Readiness(broken=(Broken("disk", "the disk is nearly full"),))):
        async with chat.client(chat.app(ready=ready)) as http:
            answer = await http.get("/readyz")
        assert answer.status_code == (503 if seen.broken else 200)
        assert answer.json()["reasons"] == [each.sentence for each in seen.broken]


async def test_the_metrics_are_those_of_the_registry(chat):
    registry = CollectorRegistry()
    Gauge("deskbell_open_tickets", "Open tickets", registry=registry).set(3)
    async with chat.client(chat.app(registry=registry)) as http:
        answer = await http.get("/metrics")
    assert "deskbell_open_tickets 3.0" in answer.text
    assert answer.headers["content-type"].startswith("text/plain")
