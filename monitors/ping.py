"""ping: whether a host echoes, how much is lost on the way, and how long it takes."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from desk.alerts import Status
from monitors.offers import Offers, Type, Value
from monitors.probe import Kind, Probe, Seen
from monitors.reach import ReachError

if TYPE_CHECKING:
    from icmplib import Host

GAP = 0.2  # seconds between two packets
EACH = 1.0  # seconds: an echo that comes later is lost


class Check(Kind):
    """Sends `packets` echo requests, one after the other. Latency is the mean of what came back."""

    remote: ClassVar[bool] = True
    needs: ClassVar[tuple[str, ...]] = ("icmplib",)
    offers: ClassVar[Offers] = {
        "loss_percent": Value(Type.NUMBER, "the share of packets that did not come back within a second"),
        "rtt_ms": Value(Type.NUMBER, "how long those that did took, on average"),
        "rtt_max_ms": Value(Type.NUMBER, "how long the slowest of them took"),
        "jitter_ms": Value(Type.NUMBER, "how much one differs from the next, on average"),
    }

    host: str = Field(description="a name or an address", min_length=1)
    packets: int = Field(4, description="how many packets are sent", ge=1, le=20)
    max_loss_percent: float = Field(50, description="more lost than this is a failure", ge=0, lt=100)
    max_rtt_ms: float | None = Field(None, description="the longest mean, in milliseconds", gt=0)

    def short_for(self) -> Iterable[tuple[str, str]]:
        yield f"loss_percent <= {self.max_loss_percent:g}", ""
        if self.max_rtt_ms is not None:
            yield f"rtt_ms <= {self.max_rtt_ms:g}", ""

    async def check(self, probe: Probe) -> Seen:
        addresses = await probe.targets.addresses(self.host, 0)
        echoed = await self._echoed(addresses[0])
        if not echoed.packets_sent:
            raise ReachError(Status.UNKNOWN, "this machine has no route to it")
        values: dict[str, float | str] = {"loss_percent": round(100 * echoed.packet_loss, 1)}
        if not echoed.packets_received:
            return Seen(values=values)
        values |= {"rtt_ms": echoed.avg_rtt, "rtt_max_ms": echoed.max_rtt, "jitter_ms": echoed.jitter}
        return Seen(values=values, latency=echoed.avg_rtt / 1000)

    async def _echoed(self, address: str) -> "Host":
        """By the socket that needs no rights where the system has one, else by the raw one. Neither is unknown."""
        from icmplib import SocketPermissionError

        for raw in (False, True):
            try:
                return await self.ping(address, raw=raw)
            except SocketPermissionError:
                continue
        sentence = "this process may not ping: let it by net.ipv4.ping_group_range, or give it CAP_NET_RAW"
        raise ReachError(Status.UNKNOWN, sentence)

    async def ping(self, address: str, *, raw: bool) -> "Host":
        """Raises icmplib's SocketPermissionError."""
        from icmplib import async_ping

        return await async_ping(address, self.packets, GAP, EACH, privileged=raw)
