"""dns: what a name server answers; against dnslib's server on loopback."""

import socket
from dataclasses import replace
from typing import ClassVar

import pytest
from dnslib import RCODE, RR
from dnslib.server import DNSLogger, DNSServer
from dnslib.zoneresolver import ZoneResolver
from pydantic import ValidationError

from desk.alerts import Status
from monitors.dns import Check
from monitors.targets import Targets

ZONE = r"""
shop.example. 300 IN A 203.0.113.7
shop.example. 60 IN A 203.0.113.9
www.shop.example. 300 IN CNAME shop.example.
shop.example. 300 IN MX 10 Mail.Shop.example.
shop.example. 300 IN TXT "v=spf1 -all"
"""


class Zone(ZoneResolver):
    """Serves the zone; whatever it does not know is refused as one does who is not asked about it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.asked = 0

    def resolve(self, request, handler):
        self.asked += 1
        if str(request.q.qname).startswith("broken"):
            reply = request.reply()
            reply.header.rcode = RCODE.SERVFAIL
            return reply
        reply = super().resolve(request, handler)
        if any(name == request.q.qname for name, _, _ in self.zone):
            reply.header.rcode = RCODE.NOERROR  # the name is there, if not with such a record
        return reply


class Hasty(Check):
    """Waits less, on a machine that uses other name servers."""

    each: ClassVar[float] = 0.05

    @staticmethod
    def of_this_machine() -> tuple[str, ...]:
        return ("127.0.0.1", "127.0.0.2")


class Server:
    """A server of dnslib's, in threads of its own."""

    def __init__(self, zone: Zone, *, tcp: bool = False) -> None:
        self._server = DNSServer(zone, "127.0.0.1", 0, tcp=tcp, logger=DNSLogger(logf=lambda *_: None))
        self.port = self._server.server.server_address[1]
        self._server.start_thread()

    def close(self) -> None:
        self._server.stop()
        self._server.server.server_close()
        self._server.thread.join()


@pytest.fixture(scope="module")
def zone():
    return Zone(ZONE)


@pytest.fixture(scope="module")
def port(zone):
    server = Server(zone)
    yield server.port
    server.close()


@pytest.mark.parametrize(
    ("settings", "conditions", "sentence"),
    [
        ({}, (), ""),  # there is an address, which is enough
        ({"expect": ["203.0.113.9", "203.0.113.7"]}, (), ""),  # in any order
        ({"expect": "203.0.113.7"}, (), 'answer "203.0.113.7, 203.0.113.9", expected "203.0.113.7"'),
        ({}, ('"203.0.113.7" in answers', "count == 2", "ttl_s >= 60"), ""),  # one of several
        ({"record": "MX", "expect": "10 mail.shop.example"}, (), ""),  # neither capitals nor the last dot count
        ({"record": "MX", "expect": "10 MAIL.shop.example."}, (), ""),
        ({"record": "TXT", "expect": "v=spf1 -all"}, (), ""),  # without the quotes of the file
        ({"host": "www.shop.example", "record": "CNAME", "expect": "shop.example"}, (), ""),
        ({"record": "AAAA"}, (), "count 0, expected a record of type AAAA"),  # the name is there, the record is not
        ({"host": "gone.example"}, (), 'rcode "NXDOMAIN", expected "NOERROR"'),
        ({"host": "gone.example", "rcode": "NXDOMAIN"}, (), ""),  # a name that must not be there
        ({"rcode": "NXDOMAIN"}, (), 'rcode "NOERROR", expected "NXDOMAIN"'),
        ({"host": "broken.example"}, (), 'rcode "SERVFAIL", expected "NOERROR"'),
        ({}, ("signed",), "signed false, expected true"),
    ],
)
async def test_what_a_server_answers_is_judged_by_what_was_expected(*, looked, port, settings, conditions, sentence):
    check = Check(**{"host": "shop.example", "resolver": "127.0.0.1", "port": port, **settings})
    seen = await looked(check, *conditions)
    assert (seen.sentence, seen.status) == (sentence, Status.FAILED if sentence else Status.OK)


async def test_a_server_that_is_silent_is_down_and_says_so(looked):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        check = Hasty(host="shop.example", resolver="127.0.0.1", port=silent.getsockname()[1])
        seen = await looked(check)
    expected = "no answer within 0.05 s, twice, expected an answer about shop.example"
    assert (seen.status, seen.sentence) == (Status.FAILED, expected)


async def test_the_servers_of_this_machine_that_do_not_answer_are_our_own_trouble(looked):
    """Not being able to look is unknown; a next one is asked before that is said."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        seen = await looked(Hasty(host="shop.example", port=silent.getsockname()[1]))
    assert (seen.status, seen.sentence) == (Status.UNKNOWN, "the name servers of this machine do not answer")


async def test_an_internal_server_that_is_not_listed_is_not_asked(looked, probe, zone, port):
    check, before = Check(host="shop.example", resolver="127.0.0.1", port=port), zone.asked
    seen = await looked(check, through=replace(probe, targets=Targets()))
    assert seen.status is Status.UNKNOWN
    assert zone.asked == before


async def test_a_long_answer_is_asked_for_again_by_tcp(looked):
    """An answer that was cut short is no answer."""
    zone = Zone("")
    zone.zone = [(rr.rname, "A", rr) for i in range(120) for rr in RR.fromZone(f"many.example. 60 IN A 203.0.113.{i}")]
    by_udp = Server(zone)
    by_tcp = DNSServer(zone, "127.0.0.1", by_udp.port, tcp=True, logger=DNSLogger(logf=lambda *_: None))
    by_tcp.start_thread()
    seen = await looked(Check(host="many.example", resolver="127.0.0.1", port=by_udp.port), "count == 120")
    by_tcp.stop()
    by_tcp.server.server_close()
    by_udp.close()
    assert seen.sentence == ""


@pytest.mark.parametrize("host", ["a..b", "x" * 64 + ".example"])
def test_a_name_that_cannot_be_is_refused_when_the_configuration_is_read(host):
    with pytest.raises(ValidationError, match="is not a possible name"):
        Check(host=host)
