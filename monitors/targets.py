"""Where a check may connect to: the outside world, and what `internal_targets:` lists.

A monitor's URL is somebody's input, and a redirect is somebody else's. Without this guard either could make us knock at
the database next door (SSRF). Names are resolved here, every address is checked, and the checked address is what the
check connects to: a name that answers differently the second time gains nothing.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Self

from desk.alerts import Status
from monitors.reach import ReachError

# Seconds: less than a check's usual limit, so that a dead resolver does not read as a dead target.
LOOKUP_LIMIT = 4.0

Address = IPv4Address | IPv6Address
Lookup = Callable[[str, int], Awaitable[list[str]]]

_METADATA = frozenset({"169.254.169.254", "fd00:ec2::254", "100.100.100.200"})  # nobody is told how to open it
_NAT64 = ip_network("64:ff9b::/96")
_ALSO_INTERNAL = tuple(
    ip_network(each)
    for each in (
        "192.0.0.0/24",  # protocol assignments: a cloud's metadata is among them
        "168.63.129.16/32",  # another cloud's own, in the middle of public addresses
        "192.88.99.0/24",  # relays of 6to4, which are no more
        "fec0::/10",  # site-local, which routers may still know
        "3fff::/20",  # documentation
    )
)
_NO_SUCH_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


async def system_lookup(host: str, port: int) -> list[str]:
    """The addresses of a name as the operating system knows them, in its order of preference."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


@dataclass(frozen=True, slots=True)
class Targets:
    """The guard. `networks` and `names` are what may be reached although it is internal."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    names: frozenset[str] = frozenset()
    lookup: Lookup = system_lookup
    lookup_limit: float = LOOKUP_LIMIT

    @classmethod
    def of(cls, entries: Iterable[str], lookup: Lookup = system_lookup) -> Self:
        """Read `internal_targets:`: addresses (`10.0.0.5`), networks (`10.0.0.0/24`) and names (`shop.internal`).

        Raises ValueError with a sentence for what is none of them.
        """
        networks: list[IPv4Network | IPv6Network] = []
        names: set[str] = set()
        for entry in entries:
            network = _network(entry)
            if network is None:
                names.add(_name(entry))
            else:
                networks.append(network)
        return cls(tuple(networks), frozenset(names), lookup)

    async def addresses(self, host: str, port: int) -> tuple[str, ...]:
        """The addresses to connect to, each one checked, best first.

        Raises ReachError: failed if the name does not exist, unknown if it cannot be looked up or may not be reached.
        """
        found = (host,) if _is_literal(host) else tuple(await self._resolve(host, port))
        if not found:
            raise ReachError(Status.FAILED, f"{host} has no address")
        if _folded(host) in self.names:
            return found
        for address in found:
            if is_internal(address) and not self._lists(address):
                raise ReachError(Status.UNKNOWN, _refusal(host, address))
        return found

    async def _resolve(self, host: str, port: int) -> list[str]:
        try:
            async with asyncio.timeout(self.lookup_limit):
                return await self.lookup(host, port)
        except TimeoutError:
            sentence = f"no answer about {host} from the resolver within {self.lookup_limit:g} s"
            raise ReachError(Status.UNKNOWN, sentence) from None
        except socket.gaierror as error:
            if error.errno in _NO_SUCH_NAME:
                raise ReachError(Status.FAILED, f"the name {host} does not exist") from error
            raise ReachError(Status.UNKNOWN, f"cannot resolve {host}: {error.strerror}") from error
        except UnicodeError as error:
            raise ReachError(Status.FAILED, f"{host!r} is not a possible name") from error

    def _lists(self, address: str) -> bool:
        places = _places(address)
        return any(place in network for network in self.networks for place in places)


@lru_cache(maxsize=65_536)
def is_internal(address: str) -> bool:
    """Whether an address is anything but the public internet: loopback, private, link-local, shared, reserved…

    An IPv4 address in IPv6 clothes (mapped, 6to4, NAT64) is as internal as the address inside.
    """
    _, place = _places(address)
    if not place.is_global or place.is_multicast or place.is_reserved:
        return True
    return any(place in network for network in _ALSO_INTERNAL)


@lru_cache(maxsize=65_536)
def _places(address: str) -> tuple[Address, Address]:
    """An address, and the one that it stands for."""
    found = ip_address(address)
    return found, _inside(found)


def _inside(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for; any other address is itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


@lru_cache(maxsize=65_536)
def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _network(entry: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(entry, strict=False)
    except ValueError:
        return None


def _name(entry: str) -> str:
    name = _folded(entry)
    labels = name.split(".")
    if "/" in name or ":" in name or not all(labels) or all(label.isdigit() for label in labels):
        raise ValueError(f'"{entry}" is neither an address, nor a network such as 10.0.0.0/24, nor a name')
    return name


def _folded(host: str) -> str:
    return host.rstrip(".").lower()


def _refusal(host: str, address: str) -> str:
    what = f"{address} is" if host == address else f"{host} is {address},"
    if str(_places(address)[1]) in _METADATA:
        return (
            f"{what} an internal address, at which a cloud hands out this machine's own credentials:"
            " never a thing to watch from here, unless just that is meant"
        )
    return f'{what} an internal address: add "{address}" to internal_targets: in deskbell.yaml to let checks reach it'
