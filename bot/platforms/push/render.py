"""A message to a person as the request that a gateway takes. Pure.

Whatever somebody wrote is a value inside a structure that is encoded at the end: a JSON string, a form's value, a piece
of a URL. It stands in no header, and a brace in it fills in nothing.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from bot.platforms.asking import Request
from bot.platforms.graphemes import cut
from bot.platforms.notices import Notice
from config.loaded import Gateway
from desk.canned import filled

# What ntfy takes. Sources: https://docs.ntfy.sh/publish/#limitations,
# https://github.com/binwiederhier/ntfy/releases/tag/v2.28.0
MESSAGE, TITLE = 4096, 250  # bytes; of a title it takes 1 KB, and phones show less
PRIORITIES = {"critical": 5, "high": 4, "normal": 3, "low": 2}
NOTHING_CALLS = 2  # of what rings nobody: that it is over
IN_URL = 2000  # characters that the words of a message take there at most, as many servers take no more
JSON = "application/json; charset=utf-8"


def request(notice: Notice, gateway: Gateway, to: str, token: str) -> Request:
    """`to` is the person's address there: a topic, a number."""
    if gateway.ntfy:
        bearer = (("Authorization", f"Bearer {token}"),) if token else ()
        return Request("POST", f"{gateway.url}/", (("Content-Type", JSON), *bearer), _json(_for_ntfy(notice, to)))
    values = {
        "to": to, "title": notice.title, "text": _text(notice, gateway.longest, len), "url": notice.url,
        "number": notice.number, "severity": notice.severity, "token": token,
    }  # fmt: skip
    escaped = {name: _quoted(value) for name, value in values.items()}
    if len(escaped["text"]) > IN_URL:
        escaped["text"] = _quoted(_text(notice, IN_URL, lambda words: len(_quoted(words))))
    headers = tuple((name, filled(value, values)) for name, value in gateway.headers)
    kind, body = _body(gateway, values)
    named = {name.lower() for name, _ in headers}
    own = (("Content-Type", kind),) if kind and "content-type" not in named else ()
    return Request(gateway.method, filled(gateway.url, escaped), (*own, *headers), body)


def _for_ntfy(notice: Notice, topic: str) -> dict[str, Any]:
    """Published as JSON: https://docs.ntfy.sh/publish/#publish-as-json. The button presses by itself, with a POST."""
    said: dict[str, Any] = {
        "topic": topic, "title": cut(notice.title, TITLE, measure=_bytes)[0],
        "message": cut(notice.text or notice.title, MESSAGE, measure=_bytes)[0],
        "priority": PRIORITIES.get(notice.severity, NOTHING_CALLS),
    }  # fmt: skip
    if notice.severity:
        said["tags"] = [notice.severity]
    if notice.url:
        press = {"action": "http", "label": "Acknowledge", "url": notice.url, "method": "POST", "clear": True}
        said |= {"click": notice.url, "actions": [press]}
    return said


def _text(notice: Notice, longest: int, measure: Callable[[str], int]) -> str:
    """All that fits, and the address whatever else does not."""
    tail = f"\n{notice.url}" if notice.url else ""
    words = "\n".join(dict.fromkeys((notice.title, *notice.lines)))
    return cut(words, max(longest - measure(tail), 1), measure=measure)[0] + tail


def _quoted(value: str) -> str:
    return quote(value, safe="")


def _body(gateway: Gateway, values: Mapping[str, str]) -> tuple[str, bytes]:
    """Its media type and its bytes; neither, where there is none."""
    if gateway.form is not None:
        fields = {name: filled(value, values) for name, value in gateway.form.items()}
        return "application/x-www-form-urlencoded", urlencode(fields).encode()
    if isinstance(gateway.body, str):
        return "text/plain; charset=utf-8", filled(gateway.body, values).encode()
    return (JSON, _json(_inside(gateway.body, values))) if gateway.body is not None else ("", b"")


def _inside(part: Any, values: Mapping[str, str]) -> Any:
    if isinstance(part, str):
        return filled(part, values)
    if isinstance(part, dict):
        return {name: _inside(value, values) for name, value in part.items()}
    return [_inside(each, values) for each in part] if isinstance(part, list) else part


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _bytes(text: str) -> int:
    return len(text.encode())
