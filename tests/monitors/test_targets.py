"""The guard: which addresses are internal, what lets a check reach them, and what a name's failure means.

Failure-table row: SSRF through a monitor's address.
"""

import asyncio
import socket

import pytest

from desk.alerts import Status
from monitors.reach import ReachError
from monitors.targets import Targets, is_internal, system_lookup


def answers(*addresses: str):
    async def lookup(_host: str, _port: int) -> list[str]:
        return list(addresses)

    return lookup


def fails(error: Exception):
    async def lookup(_host: str, _port: int) -> list[str]:
        raise error

    return lookup


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "::1",  # loopback
        "10.0.0.1", "172.16.0.1", "192.168.1.1", "fd00::1",  # private
        "169.254.1.1", "fe80::1",  # link-local
        "100.64.0.1",  # shared by a provider's customers
        "224.0.0.1", "239.1.1.1", "ff02::1",  # multicast
        "0.0.0.0",  # noqa: S104 - nothing is bound here
        "::", "240.0.0.1", "255.255.255.255",  # this host, reserved, broadcast
        "192.0.2.1", "198.18.0.1", "2001:db8::1",  # documentation and benchmarks
        "::ffff:127.0.0.1", "::ffff:10.0.0.1",  # IPv4-mapped
        "2002:7f00:1::", "64:ff9b::a00:1", "::7f00:1",  # 6to4, NAT64, the old compatible form
        "fe80::1%eth0",  # with a zone
    ],
)  # fmt: skip
async def test_an_internal_address_is_refused_unless_it_is_listed(address):
    """Refused is unknown, never down, and the sentence says what to add and where."""
    assert is_internal(address)
    with pytest.raises(ReachError) as caught:
        await Targets().addresses(address, 80)
    assert caught.value.status is Status.UNKNOWN
    assert "internal_targets: in deskbell.yaml" in caught.value.sentence


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
async def test_a_public_address_is_reached_as_it_is(address):
    assert await Targets().addresses(address, 80) == (address,)


@pytest.mark.parametrize(
    ("entry", "host", "found"),
    [
        ("10.0.0.5", "10.0.0.5", "10.0.0.5"),  # an address
        ("10.0.0.0/24", "10.0.0.5", "10.0.0.5"),  # a network
        ("10.0.0.7/24", "10.0.0.5", "10.0.0.5"),  # a network as people write it
        ("10.0.0.0/24", "::ffff:10.0.0.5", "::ffff:10.0.0.5"),  # the same place in IPv6 clothes
        ("fd00::/8", "fd00::1", "fd00::1"),
        ("10.0.0.5", "db.example", "10.0.0.5"),  # a name that leads to a listed address
        ("db.example", "db.example", "10.0.0.5"),  # a listed name, wherever it leads
        ("DB.example.", "db.EXAMPLE", "10.0.0.5"),  # names have no case and may end in a dot
    ],
)
async def test_what_is_listed_is_reached(entry, host, found):
    assert await Targets.of([entry], answers(found)).addresses(host, 80) == (found,)


async def test_one_internal_address_among_public_ones_refuses_the_name():
    """Otherwise a name could hide the machine next door behind a harmless address."""
    with pytest.raises(ReachError) as caught:
        await Targets((), frozenset(), answers("8.8.8.8", "10.0.0.5")).addresses("both.example", 80)
    assert caught.value.sentence == (
        'both.example is 10.0.0.5, an internal address: add "10.0.0.5" to internal_targets: in deskbell.yaml '
        "to let checks reach it"
    )


@pytest.mark.parametrize("host", ["169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254", "100.100.100.200"])
async def test_nobody_is_told_how_to_open_the_address_of_a_clouds_credentials(host):
    with pytest.raises(ReachError) as caught:
        await Targets(lookup=answers(host)).addresses(host, 80)
    assert caught.value.sentence.startswith(f"{host} is an internal address, at which a cloud hands out")
    assert "internal_targets" not in caught.value.sentence


@pytest.mark.parametrize("entry", ["", "10.0.0.0/33", "300.1.1.1", "http://shop", "a..b", "1.2.3"])
def test_what_is_neither_address_nor_network_nor_name_cannot_be_listed(entry):
    with pytest.raises(ValueError, match="neither an address"):
        Targets.of([entry])


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (
            socket.gaierror(socket.EAI_NONAME, "x"),
            Status.FAILED,
            "the name a.example does not exist",
        ),  # visitors see it too
        (
            socket.gaierror(socket.EAI_AGAIN, "try again"),
            Status.UNKNOWN,
            "cannot resolve a.example: try again",
        ),  # our resolver
        (UnicodeError("label too long"), Status.FAILED, "'a.example' is not a possible name"),
    ],
)
async def test_a_name_that_does_not_exist_is_down_and_a_dead_resolver_is_unknown(error, status, sentence):
    with pytest.raises(ReachError) as caught:
        await Targets(lookup=fails(error)).addresses("a.example", 80)
    assert (caught.value.status, caught.value.sentence) == (status, sentence)


async def test_a_resolver_that_never_answers_is_unknown():
    async def hangs(_host: str, _port: int) -> list[str]:
        return await asyncio.get_running_loop().create_future()

    with pytest.raises(ReachError) as caught:
        await Targets(lookup=hangs, lookup_limit=0.01).addresses("a.example", 80)
    assert caught.value.status is Status.UNKNOWN


async def test_the_systems_own_lookup_knows_localhost():
    assert set(await system_lookup("localhost", 80)) <= {"127.0.0.1", "::1"}
