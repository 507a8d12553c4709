"""ping: echoes of loopback, where this machine lets the tests ping at all."""

from dataclasses import replace

import icmplib
import pytest
from pydantic import ValidationError

from desk.alerts import Status
from monitors.ping import Check
from monitors.targets import Targets


def may_ping() -> bool:
    try:
        icmplib.ping("127.0.0.1", count=1, privileged=True)
    except icmplib.SocketPermissionError:
        return False
    return True


@pytest.mark.skipif(not may_ping(), reason="this process may not open raw sockets")
async def test_a_host_that_echoes_is_up_and_its_latency_is_the_echoes(looked):
    """Not the time of the whole look, which waits between two packets."""
    seen = await looked(Check(host="127.0.0.1", packets=2), "loss_percent == 0", "rtt_max_ms >= rtt_ms")
    assert (seen.status, seen.sentence) == (Status.OK, "")
    assert seen.latency == pytest.approx(seen.values["rtt_ms"] / 1000)


@pytest.mark.skipif(not may_ping(), reason="this process may not open raw sockets")
async def test_an_echo_that_takes_too_long_says_how_long(looked):
    seen = await looked(Check(host="127.0.0.1", packets=1, max_rtt_ms=0.000001))
    assert seen.sentence == f"rtt_ms {seen.values['rtt_ms']:.6g}, expected <= 1e-06"


MAY_NOT = "this process may not ping: let it by net.ipv4.ping_group_range, or give it CAP_NET_RAW"


class Told(Check):
    """A look of which icmplib says this: `sent` packets, `back` in milliseconds; None sent: it may not ping at all."""

    sent: int | None = 4
    back: tuple[float, ...] = ()

    async def ping(self, address: str, *, raw: bool) -> icmplib.Host:
        if self.sent is None or not raw:
            raise icmplib.SocketPermissionError(raw)
        return icmplib.Host(address, self.sent, list(self.back))


@pytest.mark.parametrize(
    ("told", "status", "sentence"),
    [
        ({"back": (10.0, 12.0)}, Status.OK, ""),  # half of them is not yet too much
        ({"back": (10.0,)}, Status.FAILED, "loss_percent 75, expected <= 50"),
        ({"back": (10.0,), "max_loss_percent": 80}, Status.OK, ""),
        ({}, Status.FAILED, "loss_percent 100, expected <= 50"),  # silent: down
        ({"sent": 0}, Status.UNKNOWN, "this machine has no route to it"),  # nothing left us
        ({"sent": None}, Status.UNKNOWN, MAY_NOT),
    ],
)  # fmt: skip
async def test_what_was_lost_is_a_failure_and_not_being_able_to_ping_is_unknown(looked, told, status, sentence):
    seen = await looked(Told(host="127.0.0.1", **told))
    assert (seen.status, seen.sentence) == (status, sentence)


async def test_an_internal_host_that_is_not_listed_is_not_pinged(looked, probe):
    seen = await looked(Check(host="127.0.0.1"), through=replace(probe, targets=Targets()))
    assert (seen.status, "internal_targets" in seen.sentence) == (Status.UNKNOWN, True)


def test_all_lost_can_never_be_good():
    with pytest.raises(ValidationError, match="less than 100"):
        Check(host="127.0.0.1", max_loss_percent=100)
