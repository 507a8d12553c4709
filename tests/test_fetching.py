"""`deskbell fetch-feeds`, from a server on loopback: what came, what did not, and that the last good file stays."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from shutil import copytree

import pytest
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from typer.testing import CliRunner

from bot.cli import app
from bot.configuration import load_folder
from bot.fetching import FAILED, REDIRECTS, fetch_feeds
from bot.serving import GOOD, REFUSED
from bot.web.listener import Listener
from config.yaml_lines import LARGEST

BASE = Path(__file__).parent / "config" / "base"
YEAR = datetime.now(UTC).year  # the years that count are around it
Answer = Callable[[Request], Awaitable[Response]]


def ical(*days: date, stamp: str = "20260101T000000Z") -> bytes:
    """Closed on these days. `stamp` is when somebody asked, as many servers write it into each event."""
    events = [
        f"BEGIN:VEVENT\r\nUID:{day}\r\nDTSTAMP:{stamp}\r\nDTSTART;VALUE=DATE:{day:%Y%m%d}\r\nSUMMARY:Inventory\r\nEND:VEVENT\r\n"
        for day in days
    ]
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\n{''.join(events)}END:VCALENDAR\r\n".encode()


MAY, JUNE = date(YEAR, 5, 4), date(YEAR, 6, 8)
GOOD_FEED = ical(MAY)


@dataclass
class Calendars:
    """A server of calendars: each path answers as `answers` says. `url` ends without a slash."""

    url: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)

    async def __call__(self, scope, receive, send) -> None:
        request = Request(scope, receive)
        self.asked.append(request)
        answer = await self.answers[request.url.path](request)
        await answer(scope, receive, send)

    def gives(self, path: str, content: bytes, status: int = 200) -> None:
        async def answer(_: Request) -> Response:
            return Response(content, status, media_type="text/calendar")

        self.answers[path] = answer


@pytest.fixture
async def server() -> AsyncIterator[Calendars]:
    calendars = Calendars()
    listener = Listener(calendars, "127.0.0.1", 0)
    calendars.url = f"http://127.0.0.1:{await listener.start()}"
    yield calendars
    await listener.stop()


@pytest.fixture
def folder(tmp_path: Path, server: Calendars) -> Path:
    """A configuration with the calendars `acme` and `zeta`, of which nothing was fetched yet."""
    folder = Path(copytree(BASE, tmp_path / "desk"))
    both = "".join(f"  {id_}: {{zone: UTC, weekly: always, ical: '{server.url}/{id_}'}}\n" for id_ in ("acme", "zeta"))
    text = (folder / "clients.yaml").read_text()
    (folder / "clients.yaml").write_text(text.replace("\ncalendars:\n", f"\ncalendars:\n{both}", 1))
    server.gives("/acme", GOOD_FEED)
    server.gives("/zeta", GOOD_FEED)
    return folder


async def fetched(folder: Path, limit: float = 20.0) -> int:
    return await asyncio.to_thread(fetch_feeds, folder, limit)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "feeds").iterdir()}


async def test_the_first_time_makes_a_configuration_loadable(folder, capsys):
    """Which it was not: the loader wants the files. Afterwards nothing else lies in their folder."""
    assert await fetched(folder) == GOOD
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "acme: 1 day closed, changed", "zeta: 1 day closed, changed",
        "A running desk takes what changed with `deskbell reload`, or by itself at night.",
    ]  # fmt: skip
    assert said.err == ""
    assert files(folder) == {"acme.ics": GOOD_FEED, "zeta.ics": GOOD_FEED}
    assert load_folder(folder).calendars["acme"].holiday_name(MAY) == "Inventory"


async def test_other_days_take_the_place_of_the_old_ones(folder, server, capsys):
    await fetched(folder)
    before = load_folder(folder).version
    server.gives("/acme", ical(MAY, JUNE))
    capsys.readouterr()
    assert await fetched(folder) == GOOD
    assert capsys.readouterr().out.splitlines()[:2] == ["acme: 2 days closed, changed", "zeta: 1 day closed, unchanged"]
    assert load_folder(folder).version != before


async def test_the_same_days_change_nothing_though_each_event_tells_the_time_of_asking(folder, server, capsys):
    """The configuration's version stays, and nobody is told to start the desk anew."""
    await fetched(folder)
    before = load_folder(folder).version
    server.gives("/acme", ical(MAY, stamp="20260202T000000Z"))
    capsys.readouterr()
    assert await fetched(folder) == GOOD
    assert capsys.readouterr().out == "acme: 1 day closed, unchanged\nzeta: 1 day closed, unchanged\n"
    assert load_folder(folder).version == before


async def test_a_redirect_is_followed_and_nothing_packed_is_asked_for(folder, server):
    async def moved(_: Request) -> Response:
        return RedirectResponse("/elsewhere")

    server.answers["/acme"] = moved
    server.gives("/elsewhere", ical(JUNE))
    assert await fetched(folder) == GOOD
    assert files(folder)["acme.ics"] == ical(JUNE)
    assert {request.headers["accept-encoding"] for request in server.asked} == {"identity"}


async def endless(_: Request) -> Response:
    """Says no length, and never ends: whoever reads to the end never comes back."""

    async def more() -> AsyncIterator[bytes]:
        while True:
            yield b"X-MORE:" + b"a" * 60_000 + b"\r\n"
            await asyncio.sleep(0)  # lets the server see that nobody listens any more

    return StreamingResponse(more())


async def silent(request: Request) -> Response:
    """Until whoever asked goes away."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return Response()


async def dripping(_: Request) -> Response:
    """Never silent for long: only a limit of the whole ends it."""

    async def drops() -> AsyncIterator[bytes]:
        while True:
            yield b"X"
            await asyncio.sleep(0.05)

    return StreamingResponse(drops())


async def ring(request: Request) -> Response:
    return RedirectResponse(request.url.path)


async def to_a_file(_: Request) -> Response:
    return RedirectResponse("file:///etc/hostname")


def plain(content: bytes, status: int = 200) -> Answer:
    async def answer(_: Request) -> Response:
        return Response(content, status)

    return answer


FAILURES = {
    # what the server does: answer, limit in seconds, the sentence
    "too large": (plain(ical(JUNE) + b"\r\n" * LARGEST), 20.0, "it is larger than 976 KiB"),
    "endless": (endless, 20.0, "it is larger than 976 KiB"),
    "gone": (plain(b"gone", 404), 20.0, "status 404, expected 200"),
    "an error that looks like a calendar": (plain(ical(JUNE), 500), 20.0, "status 500, expected 200"),
    "a page to log in": (plain(b"<!doctype html><p>Log in</p>"), 20.0, "it is no iCal: "),
    "cut off": (plain(ical(MAY, JUNE)[:-20]), 20.0, "it is no iCal: "),
    "nothing": (plain(b""), 20.0, "it is no iCal: "),
    "silent": (silent, 0.3, "it did not come within 0.3 seconds"),
    "dripping": (dripping, 0.3, "it did not come within 0.3 seconds"),
    "redirects in a ring": (ring, 20.0, f"it was redirected more than {REDIRECTS} times"),
    "redirects to a file": (to_a_file, 20.0, ", expected an iCal"),
}


@pytest.mark.parametrize(("answer", "limit", "sentence"), FAILURES.values(), ids=FAILURES)
async def test_what_fails_is_said_keeps_the_last_good_file_and_stops_no_other(
    *, folder, server, capsys, answer, limit, sentence
):
    """Also the first of all; and an address, which may be a secret of its own, is not repeated."""
    server.gives("/acme", GOOD_FEED)
    assert await fetched(folder) == GOOD
    server.answers["/acme"] = answer
    server.gives("/zeta", ical(MAY, JUNE))
    capsys.readouterr()
    assert await fetched(folder, limit) == FAILED
    said = capsys.readouterr()
    assert said.err.startswith("acme: not fetched: ")
    assert sentence in said.err
    assert (said.err.count("\n"), said.err[-2:], server.url in said.err) == (1, ".\n", False)
    assert said.out.startswith("zeta: 2 days closed, changed\n")
    assert files(folder) == {"acme.ics": GOOD_FEED, "zeta.ics": ical(MAY, JUNE)}


async def test_nobody_answers(folder, server, capsys):
    """The port of a server that has ended: there is no file, and the configuration is refused as before."""
    listener = Listener(server, "127.0.0.1", 0)
    closed = await listener.start()
    await listener.stop()
    path = folder / "clients.yaml"
    path.write_text(path.read_text().replace(f"{server.url}/acme", f"http://127.0.0.1:{closed}/acme"))
    assert await fetched(folder) == FAILED
    assert capsys.readouterr().err == "acme: not fetched: connection refused, expected an iCal.\n"
    assert set(files(folder)) == {"zeta.ics"}


async def test_a_folder_that_cannot_be_written_is_said(folder, capsys):
    (folder / "feeds").write_text("a file where the folder would be")
    assert await fetched(folder) == FAILED
    assert capsys.readouterr().err.startswith("acme: not fetched: `feeds/acme.ics` cannot be written: ")


async def test_a_broken_copy_is_replaced(folder):
    await fetched(folder)
    (folder / "feeds" / "acme.ics").write_bytes(b"half a cal")
    assert await fetched(folder) == GOOD
    assert files(folder)["acme.ics"] == GOOD_FEED


def test_a_configuration_that_is_refused_is_not_fetched_for(tmp_path):
    """By exit code 2 of the verb itself, with each problem's place; and one without addresses has nothing to fetch."""
    folder = Path(copytree(BASE, tmp_path / "desk"))
    path = folder / "clients.yaml"
    command = ["fetch-feeds", "--config", str(folder)]
    nothing = CliRunner().invoke(app, command)
    assert (nothing.exit_code, nothing.output) == (GOOD, "No calendar and no schedule names an address.\n")
    wrong = "  x: {zone: UTC, weekly: always, ical: 'ftp://c.example/a.ics'}"
    path.write_text(path.read_text().replace("\ncalendars:\n", f"\ncalendars:\n{wrong}\n", 1))
    refused = CliRunner().invoke(app, command)
    assert refused.exit_code == REFUSED
    assert "clients.yaml:" in refused.output
    assert "`calendars.x.ical`: it is no web address such as" in refused.output
    assert not (folder / "feeds").exists()


def turns(*people: str) -> bytes:
    """One event each, a day after the other."""
    events = [
        f"BEGIN:VEVENT\r\nUID:{n}\r\nDTSTART:{YEAR}0601T{n:02}0000Z\r\nDURATION:PT1H\r\nSUMMARY:{who}\r\nEND:VEVENT\r\n"
        for n, who in enumerate(people)
    ]
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\n{''.join(events)}END:VCALENDAR\r\n".encode()


async def test_the_turns_of_a_schedule_are_fetched_as_calendars_are(folder, server, capsys):
    """Each layer has a copy of its own, by its name, and whom the events name is known by the people of the desk."""
    path = folder / "people.yaml"
    layers = f"[{{name: plan, ical: '{server.url}/plan'}}, {{ical: '{server.url}/other'}}]"
    path.write_text(path.read_text() + f"  noc: {{zone: UTC, layers: {layers}}}\n")
    server.gives("/plan", turns("Ben", "mia", "Zoe"))
    server.gives("/other", turns("ben"))
    assert await fetched(folder) == GOOD
    said = capsys.readouterr().out.splitlines()
    assert said[2:4] == ["noc.plan: 2 turns, changed", "noc.layer-2: 1 turn, changed"]
    assert {"noc.plan.ics", "noc.layer-2.ics"} < set(files(folder))
    assert [turn.person for turn in load_folder(folder).schedules["noc"].layers[0].turns] == ["ben", "mia"]
    assert await fetched(folder) == GOOD
    assert "noc.plan: 2 turns, unchanged" in capsys.readouterr().out
