"""An event as the signed request that a webhook gets: https://www.standardwebhooks.com. Pure.

Whatever somebody wrote is a value inside JSON. The body of an event is the same, to the byte, however often it is sent;
only the time of sending and the signature over it differ.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import datetime

from bot.platforms.asking import Request
from desk.events import SCHEMA, Event

JSON = "application/json; charset=utf-8"


def request(event: Event, url: str, secrets: Iterable[bytes], id_: str, now: datetime) -> Request:
    """`id_` is the same for each attempt; with several secrets there is a signature by each."""
    said, at = body(event), str(int(now.timestamp()))
    signed = " ".join(signature(secret, id_, at, said) for secret in secrets)
    headers = (
        ("Content-Type", JSON), ("webhook-id", id_), ("webhook-timestamp", at), ("webhook-signature", signed)
    )  # fmt: skip
    return Request("POST", url, headers, said)


def body(event: Event) -> bytes:
    said = {
        "type": event.kind, "timestamp": event.at.isoformat(), "schema": SCHEMA, "subject": event.subject,
        "client": event.client, "by": event.by or None, "detail": event.detail, "data": dict(event.facts),
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode()


def signature(secret: bytes, id_: str, timestamp: str, said: bytes) -> str:
    signed = f"{id_}.{timestamp}.".encode() + said
    return "v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()
