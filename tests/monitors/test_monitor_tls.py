"""tls: what a server shows in its handshake, trusted or not; against real handshakes on loopback."""

import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import trustme
from pydantic import ValidationError

from desk.alerts import Status
from monitors.targets import Targets
from monitors.tls import Check

TODAY = datetime.now(UTC)  # what is issued here is good from now on
HOST = "shop.acme.example"


async def _here(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


@pytest.fixture
def shop(probe):
    """A probe to which every name is loopback, today."""
    return replace(probe, targets=Targets.of(["127.0.0.1"], _here), now=lambda: datetime.now(UTC))


@pytest.fixture
def shown(servers, tmp_path):
    """Serves this certificate; gives the settings with which to look at it: port, and whom to trust."""

    async def serve(authority: trustme.CA, certificate: trustme.LeafCert, *, version=None) -> dict[str, object]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if version:
            context.maximum_version = version
        certificate.configure_cert(context)
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")

        async def talk(reader, _writer):
            await reader.read()

        return {"host": HOST, "port": await servers.talk(talk, ssl=context), "ca": str(tmp_path / "ca.pem")}

    return serve


async def test_a_good_certificate_is_up_and_says_what_it_is(looked, shop, shown):
    authority = trustme.CA(organization_name="Acme Trust")
    settings = await shown(authority, authority.issue_cert(HOST, not_after=TODAY + timedelta(days=30)))
    seen = await looked(
        Check(**settings), '"shop.acme.example" in names', 'issuer.contains("Acme")', 'version.startsWith("TLSv1")',
        through=shop,
    )  # fmt: skip
    assert (seen.status, seen.sentence) == (Status.OK, "")
    assert seen.values["cert_days"] == pytest.approx(30, abs=0.1)
    assert seen.values["problem"] == ""


@pytest.mark.parametrize(
    ("name", "left", "settings", "sentence"),
    [
        (HOST, 13, {}, "cert_days 13, expected >= 14"),  # the default
        (HOST, 13, {"days": 7}, ""),
        (HOST, -1, {}, 'problem "certificate has expired", expected none'),
        (HOST, -1, {"verify": False, "days": 0}, "cert_days -1, expected >= 0"),  # only the days are asked about
        ("other.example", 30, {}, 'problem "Hostname mismatch, certificate is not valid for'),
        ("other.example", 30, {"server_name": "other.example"}, ""),  # asked for by its own name
        ("*.acme.example", 30, {}, ""),  # a wildcard
        (HOST, 30, {"ca": None}, 'problem "unable to get local issuer certificate", expected none'),  # nobody vouches
        (HOST, 30, {"ca": None, "verify": False}, ""),
    ],
)  # fmt: skip
async def test_what_is_wrong_with_a_certificate_is_told(*, looked, shop, shown, name, left, settings, sentence):
    authority = trustme.CA()
    issued = authority.issue_cert(
        name, not_before=TODAY - timedelta(days=60), not_after=TODAY + timedelta(days=left, minutes=1)
    )
    seen = await looked(Check(**{**await shown(authority, issued), **settings}), through=shop)
    assert seen.sentence.startswith(sentence)
    assert seen.status is (Status.FAILED if sentence else Status.OK)


async def test_a_chain_ends_with_whichever_of_it_ends_first(looked, shop, shown):
    """A renewed certificate is worth nothing under an authority that ends tomorrow; the root's own end is not asked."""
    root = trustme.CA()
    between = root.create_child_ca()
    settings = await shown(root, between.issue_cert(HOST, not_after=TODAY + timedelta(days=30)))
    seen = await looked(Check(**settings), "chain_days == cert_days", through=shop)
    assert seen.status is Status.OK
    late = replace(shop, now=lambda: between_ends(between) - timedelta(days=3))
    settings = await shown(root, between.issue_cert(HOST, not_after=between_ends(between) + timedelta(days=30)))
    seen = await looked(Check(**settings), through=late)
    assert seen.sentence == "chain_days 3, expected >= 14"


def between_ends(authority: trustme.CA) -> datetime:
    from cryptography.x509 import load_pem_x509_certificate

    return load_pem_x509_certificate(authority.cert_pem.bytes()).not_valid_after_utc


async def test_what_speaks_no_tls_is_down(looked, shop, servers):
    async def talk(reader, writer):
        await reader.read(1)
        writer.write(b"220 ready\r\n")

    seen = await looked(Check(host=HOST, port=await servers.talk(talk)), through=shop)
    assert seen.status is Status.FAILED
    assert seen.sentence.endswith(", expected a TLS handshake")


async def test_an_internal_host_that_is_not_listed_is_not_shaken_hands_with(looked, shop, servers):
    async def talk(reader, _writer):
        await reader.read()

    port = await servers.talk(talk)
    seen = await looked(Check(host=HOST, port=port), through=replace(shop, targets=Targets(lookup=_here)))
    assert seen.status is Status.UNKNOWN
    assert servers.connections[port] == 0


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_whom_to_trust_must_be_readable_when_the_configuration_is_read(tmp_path, content):
    path = tmp_path / "ca.pem"
    if content:
        path.write_text(content)
    with pytest.raises(ValidationError, match="cannot be read as a PEM file"):
        Check(host=HOST, ca=str(path))
