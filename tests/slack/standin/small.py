"""A small workspace to try things in: Ann and Ben in #help, and a channel of Ben's without the bot."""

from dataclasses import dataclass, field
from typing import Any

from tests.slack.standin.eyes import Eyes
from tests.slack.standin.forms import Forms
from tests.slack.standin.people import People
from tests.slack.standin.workspace import Workspace


@dataclass
class World:
    """A workspace with Ann and Ben in #help, and a private channel of Ben's without the bot."""

    at: float = 1_700_000_000.0
    ws: Workspace = field(init=False)

    def __post_init__(self) -> None:
        self.ws = Workspace(lambda: self.at)
        self.ws.rates.on = False
        self.ann, self.ben = self.ws.add_user("ann").id, self.ws.add_user("ben").id
        self.help = self.ws.add_channel("help", [self.ann, self.ben]).id
        self.secret = self.ws.add_channel("secret", [self.ben], kind="private", bot=False).id
        self.people, self.forms, self.eyes = People(self.ws), Forms(self.ws), Eyes(self.ws)

    def ask(self, method: str, **arguments: Any) -> dict[str, Any]:
        return self.ws.call(method, arguments, self.ws.bot_token).body

    def post(self, text: str = "hello", **more: Any) -> str:
        answer = self.ask("chat.postMessage", **{"channel": self.help, "text": text, **more})
        assert answer["ok"], answer
        return str(answer["ts"])

    def error(self, method: str, **arguments: Any) -> str:
        return str(self.ask(method, **arguments)["error"])

    def modal(self, user: str, *blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
        view = {"type": "modal", "title": plain("Open"), "submit": plain("Open"), "blocks": list(blocks), **more}
        answer = self.ask("views.open", trigger_id=self.ws.trigger(user).id, view=view)
        assert answer["ok"], answer
        opened: dict[str, Any] = answer["view"]
        return opened


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def field_of(name: str, **more: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "typed", **more.pop("element", {})}
    return {"type": "input", "block_id": name, "label": plain(name), "element": element, **more}
