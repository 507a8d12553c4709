"""A night on Slack: the real door out and the SDK's own client, on the stand-in's mind, in virtual time."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from bot.configuration import DEMO, load_folder
from bot.door import Enclosed
from bot.platforms.slack.outbound import SlackOutbound
from bot.platforms.slack.platform import SlackPlatform
from bot.platforms.slack.render import COPY
from config.loaded import Config
from desk.cards import Card
from tests.sim.named import Named
from tests.sim.night import ARCHIVED, FALLBACK, Night
from tests.sim.slack_line import Line, Request
from tests.slack.standin.workspace import Workspace
from tests.slack.standin.world import Call, Json
from tests.slack.transcript import said
from tests.standin.faults import Plan

JITTER = 0.7  # seconds that a request may be later than it was begun: two commits, a direct channel that is opened
DID = {"chat.postMessage": "post", "chat.update": "edit", "chat.delete": "remove"}
_SAID = re.compile(r"\[(\S+) \d+\]")


async def no_files(_card: Card | None) -> tuple[Enclosed, ...]:
    return ()


@cache
def demo() -> Config:
    return load_folder(DEMO)


class SlackNight(Night):
    """`log` is what the workspace took, in the words of the common verdict; `requests` when each call reached it."""

    name = "slack"
    pace = SlackPlatform.pace

    def run(self) -> "SlackNight":
        super().run()
        self.log += _log(self._ws.calls, self._names)
        return self

    @property
    def requests(self) -> list[Request]:
        return self._line.requests

    def _set_up(self) -> None:
        ws = self._ws = Workspace(lambda: self._clock.now().timestamp(), history_lag=1.0)
        lina = ws.add_user("lina").id
        rooms = {name: ws.add_channel(name[1:]).id for name in ("#desk", "#alerts", FALLBACK, ARCHIVED)}
        ws.channels[rooms[ARCHIVED]].archived = True
        self._places = {name: f"slack/{id_}" for name, id_ in rooms.items()} | {"@lina": f"slack/@{lina}"}
        self._names = {id_: name for name, id_ in rooms.items()} | {ws.direct(lina).id: "@lina"}
        self._line = Line(ws, self._planned, self.step)

    def _outbound(self) -> Named:
        return Named(SlackOutbound(self._line.client(), demo, self._clock, no_files), self._places)

    def _cards(self) -> list[str]:
        messages = self._ws.messages.values()
        return [f"{m.channel} {m.ts}" for m in messages if _key(said(m.text)).startswith("card/") and not m.deleted]

    def _remove(self, card: str) -> None:
        channel, _, ts = card.partition(" ")
        self._ws.call("chat.delete", {"channel": channel, "ts": ts}, self._ws.bot_token)

    def _planned(self, method: str, arguments: Json) -> Plan:
        did = DID.get(method, "history")
        return self._plan("mark" if did == "edit" and arguments["text"] == COPY else did, arguments)


def _log(calls: list[Call], names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    keys: dict[tuple[str, str], str] = {}
    for call in calls:
        if call.taken and call.method in DID:
            channel, ts, text = call.result["channel"], call.result["ts"], said(call.arguments.get("text", ""))
            place = names[channel]
            key = keys.setdefault((channel, ts), f"undelivered/{_key(text)}" if place == FALLBACK else _key(text))
            yield {
                "did": "mark" if text == COPY else DID[call.method], "id": ts, "key": key, "channel": place,
                "thread": call.arguments.get("thread_ts"), "text": text, "at": call.at,
            }  # fmt: skip


def _key(text: str) -> str:
    found = _SAID.search(text)
    return found[1] if found else ""


def hurries(night: SlackNight) -> list[str]:
    """A sentence for each channel that was posted to more often than once a second, in one life of the bot."""
    posts: dict[tuple[int, str], list[float]] = defaultdict(list)
    for each in night.requests:
        if each.method == "chat.postMessage":
            posts[each.session, each.channel].append(each.at)
    found = []
    for (life, channel), times in posts.items():
        # Against the first of each pair, so that what is late once is not early for ever.
        early = [b - a for i, a in enumerate(times) for n, b in enumerate(times[i + 1 :], 1) if b - a < n - JITTER]
        found += [f"{channel} was posted to too often in life {life}: {early}"] if early else []
    return found
