"""A web chat with a real store and a router that a test scripts."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest
from prometheus_client import CollectorRegistry
from starlette.types import ASGIApp

from bot.arrivals import Answer, Arrival
from bot.platforms.webchat.bell import Bell
from bot.platforms.webchat.inbound import Door, api
from bot.platforms.webchat.outbound import WebOutbound
from bot.platforms.webchat.room import Room
from bot.ports import SeededIds
from bot.store.store import Store
from bot.web.app import Private, private_app
from bot.web.health import Readiness
from bot.web.intake import Intake
from bot.web.listener import Listener
from config.loaded import Channel, Config, Desk, dm
from desk.clients import Client, Contract
from desk.invariants import Facts
from desk.people import Person, Role
from tests.store_fixture import HandClock
from tests.web.site import ACK, HELD

PORT = 8080
HOME = f"http://127.0.0.1:{PORT}"

PEOPLE = {
    p.id: p
    for p in (
        Person("ann", "Ann Lee", "Europe/London", "acme", {"acme": frozenset({Role.REQUESTER})}),
        Person("carl", "Carl Brandt", "Europe/Berlin", "acme", {"acme": frozenset({Role.REQUESTER})}),
        Person("gina", "Gina Rossi", "Europe/Berlin", "globex", {"globex": frozenset({Role.REQUESTER})}),
        Person("ben", "Ben Okoro", "Europe/Berlin", None, {"*": frozenset({Role.TECHNICIAN})}),
        Person("nia", "Nia Duarte", "Europe/Lisbon", None, {"globex": frozenset({Role.TECHNICIAN})}),
        Person("rosa", "Rosa Marin", "Europe/Madrid", None, {"acme": frozenset({Role.MANAGER})}),
    )
}
CHANNELS = {
    c.id: c
    for c in (
        Channel("welcome", "welcome", "other"),
        Channel("acme-help", "acme-help", "help", "acme"),
        Channel("acme-team", "acme-team", "team", "acme"),
        Channel("noc", "noc", "team"),
        *(Channel(dm(p.id), "Deskbell", "dm", p.client) for p in PEOPLE.values()),
    )
}
CONTRACT = Contract({("resolution", "P3"): 3600}, "always")
CLIENTS = {
    c.id: c
    for c in (
        Client("acme", "Acme Web Shops", CONTRACT, "acme-team", "desk"),
        Client("globex", "Globex Analytics", CONTRACT, "noc", "desk"),
    )
}
CONFIG = Config("v1", Path(), Desk(), PEOPLE, {}, CLIENTS, CHANNELS, {}, {}, {})


@dataclass
class Script:
    """Takes whatever comes and answers what the test wrote for the text or the form; the last one, for anything."""

    answers: dict[str, Answer] = field(default_factory=dict)
    taken: list[Arrival] = field(default_factory=list)

    async def take(self, arrival: Arrival) -> Answer:
        self.taken.append(arrival)
        return self.answers.get(arrival.form or arrival.text, Answer())


@dataclass
class Chat:
    """The parts of a running web chat, for a test to hold."""

    store: Store
    clock: HandClock
    router: Script
    bell: Bell
    room: Room
    outbound: WebOutbound
    parts: Private
    beats: list[str]
    listener: Listener | None = None
    port: int = 0
    url: str = ""

    def app(self, **changes: object) -> ASGIApp:
        return private_app(replace(self.parts, **changes))  # type: ignore[arg-type]

    def api(self, *, act_as: bool) -> object:
        return api(Door(self.room, self.store, self.router, self.bell, SeededIds(3), act_as))

    def client(self, app: ASGIApp | None = None) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(app or self.app()), base_url=HOME)


def make_chat(store: Store, clock: HandClock, config: Callable[[], Config] = lambda: CONFIG) -> Chat:
    router, bell, beats = Script(), Bell(), list[str]()
    store.listen(bell.moved)
    room = Room(store, config, clock)

    async def beat(name: str) -> None:
        beats.append(name)

    async def ready() -> Readiness:
        return Readiness(Facts(last_poll=1.0), audit_head="3:ab")

    door = Door(room, store, router, bell, SeededIds(2), act_as=True)
    intake = Intake(beat, {"backup": "s3cret-é"})
    parts = Private("Deskbell", api(door), ready, CollectorRegistry(), act_as=True, intake=intake)
    return Chat(store, clock, router, bell, room, WebOutbound(store, config), parts, beats)


@pytest.fixture
async def chat(store: Store, clock: HandClock) -> AsyncIterator[Chat]:
    made = make_chat(store, clock)
    yield made
    made.bell.close()


@pytest.fixture
async def http(chat: Chat) -> AsyncIterator[httpx.AsyncClient]:
    async with chat.client() as client:
        yield client


@pytest.fixture
async def site(threaded: Store, clock: HandClock) -> AsyncIterator[Chat]:
    """The web chat on a socket. Pressing Acknowledge edits the alert's card, as the real desk does."""
    chat = make_chat(threaded, clock)
    listener = Listener(chat.app(), "127.0.0.1", 0)
    chat.port = await listener.start()
    chat.url, chat.listener = f"http://127.0.0.1:{chat.port}", listener
    scripted = chat.router.take

    async def take(arrival):
        if arrival.text == ACK.line():
            await chat.outbound.edit(arrival.message, HELD)
        return await scripted(arrival)

    chat.router.take = take
    yield chat
    chat.bell.close()
    await chat.listener.stop()
