"""snmp: values of a device, by v2c and v3; against an agent of pysnmp's on loopback."""

from dataclasses import replace
from typing import ClassVar

import pytest
from pydantic import ValidationError
from pysnmp.carrier.asyncio.dgram import udp
from pysnmp.entity import config, engine
from pysnmp.entity.rfc3413 import cmdrsp, context
from pysnmp.proto.api import v2c

from desk.alerts import Status
from monitors.snmp import Check
from monitors.targets import Targets

OURS = "1.3.6.1.4.1.9999"
DEVICE = {
    f"{OURS}.1.0": v2c.OctetString("router-1"),
    f"{OURS}.2.0": v2c.Integer32(7),
    f"{OURS}.3.0": v2c.Counter64(2**63 + 5),  # more than most numbers hold
}
NAMES = {"name": f"{OURS}.1.0", "fans": f"{OURS}.2.0", "octets": f"{OURS}.3.0"}


class Hasty(Check):
    """Waits less for what does not come."""

    each: ClassVar[float] = 0.3


@pytest.fixture
async def port():
    """An agent that knows `public` and a user `watcher` with two passwords."""
    made = engine.SnmpEngine()
    transport = udp.UdpAsyncioTransport().open_server_mode(("127.0.0.1", 0))
    config.add_transport(made, udp.DOMAIN_NAME, transport)
    config.add_v1_system(made, "area", "public")
    keys = (config.USM_AUTH_HMAC192_SHA256, "geheim-123", config.USM_PRIV_CFB128_AES, "geheim-456")
    config.add_v3_user(made, "watcher", *keys)
    config.add_vacm_user(made, 2, "area", "noAuthNoPriv", (1, 3, 6), (1, 3, 6))
    config.add_vacm_user(made, 3, "watcher", "authPriv", (1, 3, 6), (1, 3, 6))
    shown = context.SnmpContext(made)
    builder = shown.get_mib_instrum().get_mib_builder()
    scalar, instance = builder.import_symbols("SNMPv2-SMI", "MibScalar", "MibScalarInstance")
    for oid, value in DEVICE.items():
        numbers = tuple(map(int, oid.split(".")))
        known = {f"scalar{oid}": scalar(numbers[:-1], type(value)()), f"of{oid}": instance(numbers[:-1], (0,), value)}
        builder.export_symbols(f"device{oid}", **known)
    cmdrsp.GetCommandResponder(made, shown)
    await transport._lport
    yield transport.transport.get_extra_info("sockname")[1]
    made.close_dispatcher()


@pytest.mark.parametrize(
    ("settings", "conditions", "sentence"),
    [
        ({}, ('values.name == "router-1"', "values.fans > 5", "values.octets > 1"), ""),
        ({}, ("values.fans > 8",), "values.fans 7, expected > 8"),
        ({"oids": {"gone": f"{OURS}.9.0", **NAMES}}, (), "count 3, expected all of gone, name, fans, octets"),
        ({"version": "3", "user": "watcher"}, ("values.fans == 7",), ""),
        ({"version": "3", "user": "somebody"}, (), "login of somebody refused"),
    ],
)
async def test_what_a_device_says_is_judged_by_conditions(*, looked, probe, port, settings, conditions, sentence):
    passwords = replace(probe, secret=lambda _monitor: "geheim-123 geheim-456" if "version" in settings else None)
    check = Hasty(**{"host": "127.0.0.1", "port": port, "oids": NAMES, **settings})
    seen = await looked(check, *conditions, through=passwords)
    assert (seen.sentence, seen.status) == (sentence, Status.FAILED if sentence else Status.OK)


async def test_a_wrong_password_is_refused_and_not_told(looked, probe, port):
    wrong = replace(probe, secret=lambda _monitor: "geheim-789")
    check = Hasty(host="127.0.0.1", port=port, oids=NAMES, version="3", user="watcher")
    seen = await looked(check, through=wrong)
    assert (seen.status, seen.sentence) == (Status.FAILED, "login of watcher refused")


async def test_a_wrong_community_is_silence(looked, probe, port):
    """SNMP v2c says nothing to those it does not know: from here it looks like a device that is off."""
    wrong = replace(probe, secret=lambda _monitor: "not-public")
    seen = await looked(Hasty(host="127.0.0.1", port=port, oids=NAMES), through=wrong)
    expected = "no answer within 0.3 s, twice, expected one to SNMP v2c"
    assert (seen.status, seen.sentence) == (Status.FAILED, expected)


async def test_without_a_password_nobody_logs_in_and_that_is_our_own_fault(looked, port):
    seen = await looked(Hasty(host="127.0.0.1", port=port, oids=NAMES, version="3", user="watcher"))
    assert (seen.status, seen.sentence) == (Status.UNKNOWN, "there is no secret for watcher to log in with")


async def test_an_internal_device_that_is_not_listed_is_not_asked(looked, probe, port):
    check = Hasty(host="127.0.0.1", port=port, oids=NAMES)
    assert (await looked(check, through=replace(probe, targets=Targets()))).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"oids": {"uptime": "sysUpTime.0"}}, "is no name and OID such as"),  # names would need their MIB
        ({"oids": {"up time": "1.3.6"}}, "is no name and OID such as"),
        ({"oids": {"uptime": "1"}}, "is no name and OID such as"),
        ({"oids": {}}, "at least 1 item"),
        ({"oids": NAMES, "version": "3"}, "a user is named with version 3"),
        ({"oids": NAMES, "user": "watcher"}, "and only there"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings, sentence):
    with pytest.raises(ValidationError, match=sentence):
        Check(host="127.0.0.1", **settings)


def test_a_kind_whose_library_is_not_here_says_what_to_install():
    """Only whoever has such a monitor needs it; and `check` tells them, not an alert that never comes."""

    class Lacking(Check):
        needs: ClassVar[tuple[str, ...]] = ("no_such_library",)

    Lacking.__module__ = "monitors.snmp"
    with pytest.raises(ValidationError, match=r"install `deskbell\[snmp\]`"):
        Lacking(host="127.0.0.1", oids=NAMES)
