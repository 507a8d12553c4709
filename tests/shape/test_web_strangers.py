"""What is somebody else's is as absent on the web as what does not exist: for every route, and for every verb.

The list of routes is the running application's, so a new one without a row here fails. A row that is about somebody's
things is tried twice, once at things that are there and once at things that are not: apart from the names that were
asked for, the two answers are the same bytes.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from starlette.routing import Mount

from bot.reports.addresses import PICTURES
from bot.web.app import intake_app
from bot.web.intake import Intake
from config.loaded import dm
from tests.conversation import Conversation
from tests.shape.test_adds_up import verbs
from tests.shape.test_strangers import STRANGERS, everything_at_acme, with_strangers
from tests.store_fixture import HandClock
from tests.webapp import Web, web_bot

SECRET = "VPN drops every hour"
FORM = re.compile(r"~[0-9a-f]{16}")  # what makes a form this one form
ABSENT = {"channel": "nowhere", "message": "987654321", "number": "98765", "client": "nowhere", "direct": "dm-nobody",
          "schedule": "nowhere"}  # fmt: skip


@dataclass(frozen=True)
class Ask:
    """One request. `{channel}` and the like are filled with what is somebody else's, then with what is not there.

    `{own}` is the asker's own direct channel, `{who}` the asker.
    """

    query: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] | None = None


@dataclass(frozen=True)
class Theirs:
    """About things that are somebody's."""

    asks: tuple[Ask, ...]


@dataclass(frozen=True)
class Own:
    """Shows the asker's own: nothing that is somebody else's is in it."""

    query: dict[str, str] = field(default_factory=lambda: {"as": "{who}"})


@dataclass(frozen=True)
class Nobodys:
    """Says nothing about any client, whoever asks: `why`."""

    why: str


AS = {"as": "{who}"}
PAGE = Theirs((Ask(AS), Ask({**AS, "show": "opened", "priority": "P1"}), Ask({**AS, "show": "missed/first_response"})))


def said(**body: Any) -> Ask:
    return Ask(body={"as": "{who}", **body})


ROUTES: dict[tuple[str, str], Theirs | Own | Nobodys] = {
    ("GET", "/api/people"): Nobodys("whom one may act as, where that is allowed at all"),
    ("GET", "/api/channels"): Own(),
    ("GET", "/api/channels/{channel}/messages"): Theirs((
        Ask(AS), Ask({**AS, "thread": "{message}"}), Ask({**AS, "thread": "{message}", "head": "true"}),
        Ask({**AS, "newest": "true", "before": "{message}"}),
    )),
    ("GET", "/api/events"): Own({"as": "{who}", "after": "0"}),
    ("POST", "/api/say"): Theirs((
        said(channel="{channel}", text="let me in"), said(channel="{direct}", text="/show 1"),
        said(channel="{direct}", text="let me in", thread="{message}"), said(channel="{own}", text="/show {number}"),
        said(channel="{own}", text="let me in", thread="{message}"), said(channel="{own}", text="/sla {client}"),
        said(channel="{own}", text="/find number:{number}"),
    )),
    ("POST", "/api/press"): Theirs(tuple(
        said(channel=channel, message="{message}", version=1, command="/claim number={number}")
        for channel in ("{channel}", "{direct}", "{own}")
    )),
    ("POST", "/api/submit"): Theirs((
        said(channel="{channel}", form="reply", values={"number": "1", "words": "let me in"}),
        said(channel="{own}", form="reply", values={"number": "{number}", "words": "let me in"}),
        said(channel="{own}", form="reply~0123456789abcdef", values={"number": "{number}", "words": "let me in"}),
    )),
    ("GET", "/api/{rest:path}"): Nobodys("there is nothing there"),
    ("POST", "/api/{rest:path}"): Nobodys("there is nothing there"),
    ("PUT", "/api/{rest:path}"): Nobodys("there is nothing there"),
    ("PATCH", "/api/{rest:path}"): Nobodys("there is nothing there"),
    ("DELETE", "/api/{rest:path}"): Nobodys("there is nothing there"),
    ("GET", "/reports"): Theirs((Ask({**AS, "client": "{client}"}),)),
    ("GET", "/reports/{client}/{label}"): PAGE,
    ("GET", "/reports/{client}/{label}/tickets"): PAGE,
    ("GET", "/reports/{client}/{label}/review.pdf"): PAGE,
    ("GET", "/reports/{client}/{label}/numbers.csv"): PAGE,
    ("GET", "/reports/{client}/{label}/tickets.csv"): PAGE,
    ("GET", "/schedules"): Theirs((Ask({**AS, "schedule": "{schedule}"}),)),
    ("GET", "/schedules/{schedule}"): Theirs((Ask(AS), Ask({**AS, "period": "next-28"}))),
    ("GET", "/timelines/{number:int}.md"): Theirs((Ask(AS),)),
    ("GET", f"{PICTURES}.svg"): Nobodys("its address holds all that is drawn"),
    ("GET", f"{PICTURES}.png"): Nobodys("its address holds all that is drawn"),
    ("GET", "/healthz"): Nobodys("whether it runs"),
    ("GET", "/readyz"): Nobodys("whether it works"),
    ("GET", "/metrics"): Nobodys("counts of all clients together"),
    ("POST", "/operator/code"): Nobodys("the operator's key decides"),
    ("POST", "/operator/reload"): Nobodys("the operator's key decides"),
    ("GET", "/status/style/{name}"): Nobodys("how the public pages look"),
    ("GET", "/status/{name}.json"): Nobodys("everybody may read what the configuration lists as public"),
    ("GET", "/status/{name}.atom"): Nobodys("everybody may read what staff published"),
    ("GET", "/status/{name}"): Nobodys("everybody may read what the configuration lists as public"),
    ("GET", "/badge/{page}/{component}.svg"): Nobodys("everybody may read what the configuration lists as public"),
    ("GET", "/oncall/{name}.ics"): Nobodys("the calendar's token decides"),
    ("GET", "/oncall/person/{name}.ics"): Nobodys("the calendar's token decides"),
    ("POST", "/hooks/heartbeat/{name}"): Nobodys("the monitor's token decides"),
    ("POST", "/hooks/{name}"): Nobodys("the hook's token decides"),
    ("POST", "/v2/enqueue"): Nobodys("the hook's token decides, which is the event's routing key"),
    ("POST", "/slack/events"): Nobodys("Slack's signature decides"),
    ("POST", "/slack/{name}/events"): Nobodys("Slack's signature decides"),
    ("GET", "/ack/look.css"): Nobodys("how the page of a link looks"),
    ("GET", "/ack/{token}"): Nobodys("the link decides"),
    ("POST", "/ack/{token}"): Nobodys("the link decides"),
    ("GET", "/"): Nobodys("an empty page, whose script asks the API"),
    ("GET", "/home"): Nobodys("an empty page, whose script asks the API"),
    ("GET", "/docs"): Nobodys("what the API takes"),
    ("GET", "/openapi.json"): Nobodys("what the API takes"),
    ("GET", "/static"): Nobodys("files of the program"),
}  # fmt: skip

# Who may call them has a shell on the machine; those that speak to the running desk go by the routes above.
VERBS: dict[str, str] = {
    "run": "starts the desk", "demo": "starts a desk of its own", "check": "reads the configuration alone",
    "try": "looks at what the configuration names, and reads nothing of the desk's",
    "fetch-feeds": "reads the configuration, on how many days each calendar is closed, and how many turns there are",
    "doctor": "says what of the desk works, and nothing of what it holds", "migrate": "says which release it is at",
    "move-store": "says how many rows each table has, and their digests",
    "rebuild-summaries": "says how many tickets were counted",
    "report": "one client's numbers, for whoever may read the database: it acts for no person",
    "say": "/api/say, as the person it names",
    "link": "/operator/code, with the operator's key", "reload": "/operator/reload, with the operator's key",
    "slack manifest": "reads the configuration alone",
    "sla conform": "reads the vectors it is given", "audit verify": "says whether the chain holds, not what is in it",
}  # fmt: skip


@pytest.fixture
async def web(tmp_path, demo_config) -> AsyncIterator[Web]:
    """A desk on a socket at which acme has one of everything, and the posts about it stand in the web chat."""
    config = with_strangers(demo_config)
    async with web_bot(tmp_path, config) as running:
        await everything_at_acme(Conversation(running.bot.store, HandClock(), config))
        await running.until(lambda: running.card("ann", "dm-ann", "ticket/1"))
        await running.until(lambda: running.card("ben", "acme-team", "approval/4"))
        yield running


def routes(web: Web) -> Iterator[tuple[str, str]]:
    """Every method and path that the listener really serves, behind its guard."""
    guard = web.bot._listeners[0]._server.config.app
    yield from routes_of(guard._app)


def routes_of(router: Any) -> Iterator[tuple[str, str]]:
    for route in router.routes:
        if hasattr(route, "original_router"):  # one that was included in this one
            yield from routes_of(route.original_router)
        else:
            methods = {"GET"} if isinstance(route, Mount) else route.methods - {"HEAD"}
            yield from ((method, route.path) for method in methods)


async def theirs(web: Web) -> list[dict[str, str]]:
    """Things that are there, and that none of the strangers may see."""
    direct = (await web.messages("ann", "dm-ann"))[0]["id"]
    team = {m["card"]["key"]: m["id"] for m in await web.messages("ben", "acme-team") if m["card"]}
    return [
        {"channel": "acme-team", "message": direct, "number": "1", "client": "acme", "direct": "dm-ann",
         "schedule": "nights"},
        {"channel": "dm-ann", "message": team["alert/2"], "number": "2", "client": "acme", "direct": "dm-ben",
         "schedule": "nights"},
        {"channel": "noc", "message": team["approval/4"], "number": "4", "client": "acme", "direct": "acme-team",
         "schedule": "nights"},
    ]  # fmt: skip


def filled(what: Any, names: dict[str, str]) -> Any:
    if isinstance(what, dict):
        return {key: filled(value, names) for key, value in what.items()}
    if isinstance(what, str):
        for name, value in names.items():
            what = what.replace(f"{{{name}}}", value)
    return what


async def ask(web: Web, method: str, path: str, what: Ask, names: dict[str, str]) -> tuple[int, str]:
    """Status and body, with the names that were asked for as their places."""
    quoted = {name: quote(value, safe="") for name, value in names.items()}
    address = filled(path, {"label": "2026-Q4", **quoted})
    answer = await web.http.request(method, address, params=filled(what.query, names), json=filled(what.body, names))
    asked, body = f"{path} {what}", FORM.sub("~", answer.text)
    for name in ABSENT:
        body = without(body, names[name], f"<{name}>") if f"{{{name}}}" in asked else body
    return answer.status_code, body


def without(body: str, name: str, mark: str) -> str:
    """A number stands for itself only as a whole word: a `1` is in many others."""
    return re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", mark, body)


THEIRS = [key for key, row in ROUTES.items() if isinstance(row, Theirs)]


async def test_every_route_is_tried_by_strangers(web):
    """Those of an intake with a listener of its own are among them."""
    assert set(routes(web)) == set(ROUTES)
    alone = intake_app(Intake(no_beat, {}))
    assert set(routes_of(alone._app)) < set(ROUTES)


async def no_beat(name: str) -> None:
    """No monitor is known here, so nothing comes."""


def test_every_verb_of_the_command_line_says_whose_things_it_shows():
    assert set(VERBS) == set(verbs())


@pytest.mark.parametrize("who", STRANGERS)
async def test_what_is_somebody_elses_answers_like_what_is_not_there(web, who):
    async def tried(key: tuple[str, str], what: Ask, names: dict[str, str]) -> None:
        mine = {"who": who, "own": dm(who)}
        there = await ask(web, *key, what, {**mine, **names})
        assert there == await ask(web, *key, what, {**mine, **ABSENT}), (key, names, what)
        assert SECRET not in there[1]

    things = await theirs(web)
    tries = [tried(key, what, names) for key in THEIRS for what in ROUTES[key].asks for names in things]
    await asyncio.gather(*tries)


async def test_what_shows_the_askers_own_shows_nothing_else(web):
    for who in STRANGERS:
        channels = (await web.http.get("/api/channels", params={"as": who})).text
        assert not [word for word in (SECRET, "acme-team", "dm-ann", '"noc"') if word in channels], who
        heard = await stream(web, who)
        assert not [word for word in (SECRET, "checkout page", "restart-shop") if word in heard], who


async def stream(web: Web, who: str) -> str:
    """All that the stream of events tells this person from the beginning, up to a line of their own."""
    said = await web.say(who, dm(who), f"I am {who}")
    assert said.status_code < 400 or said.json()["error"]
    heard = ""
    async with web.http.stream("GET", "/api/events", params={"as": who, "after": "0"}) as lines:
        async for line in lines.aiter_lines():
            heard += line
            if f"I am {who}" in line:
                break
    return heard


async def test_what_is_nobodys_is_the_same_for_everybody_and_tells_of_no_client(web):
    for (method, path), row in ROUTES.items():
        if not isinstance(row, Nobodys):
            continue
        answers = [await plain(web, method, path, who) for who in ("ann", *STRANGERS)]
        assert not [body for _, body in answers if SECRET in body or "ticket/1" in body], path
        if path not in {"/metrics", "/readyz"}:  # which tell what the desk has done by now
            assert len(set(answers)) == 1, path


async def plain(web: Web, method: str, path: str, who: str) -> tuple[int, str]:
    names = {"rest:path": "tickets/1", "name": "shop"}
    body = {} if method in {"POST", "PUT", "PATCH", "DELETE"} else None
    query = {"as": who, "of": "eJw", "person": "ann"}
    answer: httpx.Response = await web.http.request(method, filled(path, names), params=query, json=body)
    return answer.status_code, answer.text


def test_a_name_is_taken_out_as_a_word_alone():
    assert without("1 of 11, #1 and 2026-1", "1", "n") == "n of 11, #n and 2026-1"
