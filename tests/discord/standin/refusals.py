"""What Discord says when it will not: HTTP status, its own code, and the errors of each field."""

from typing import Any


class Refused(Exception):
    """A definite no. `headers` go with it (a rate limit has some)."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        more: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message = status, code, message
        self.body: dict[str, Any] = {"message": message, "code": code, **(more or {})}
        self.headers = headers or {}


# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
_KNOWN = {
    "unauthorized": (401, 0, "401: Unauthorized"),
    "not found": (404, 0, "404: Not Found"),
    "unknown channel": (404, 10003, "Unknown Channel"),
    "unknown guild": (404, 10004, "Unknown Guild"),
    "unknown member": (404, 10007, "Unknown Member"),
    "unknown message": (404, 10008, "Unknown Message"),
    "unknown user": (404, 10013, "Unknown User"),
    "unknown webhook": (404, 10015, "Unknown Webhook"),
    "unknown interaction": (404, 10062, "Unknown interaction"),
    "too large": (413, 40005, "Request entity too large"),
    "explicit": (400, 20009, "Explicit content cannot be sent to the desired recipient(s)"),
    "acknowledged": (400, 40060, "Interaction has already been acknowledged."),
    "missing access": (403, 50001, "Missing Access"),
    "another's": (403, 50005, "Cannot edit a message authored by another user"),
    "empty": (400, 50006, "Cannot send an empty message"),
    "closed": (403, 50007, "Cannot send messages to this user"),
    "missing permissions": (403, 50013, "Missing Permissions"),
    "wrong channel": (400, 50024, "Cannot execute action on this channel type"),
    "token over": (401, 50027, "Invalid Webhook Token"),
    "archived": (400, 50083, "Thread is archived"),
    "no json": (400, 50109, "The request body contains invalid JSON."),
    "has a thread": (400, 160004, "A thread has already been created for this message"),
    "locked": (400, 160005, "This thread is locked"),
}


def no(word: str) -> Refused:
    """A refusal by its short name in the table above."""
    return Refused(*_KNOWN[word])


def invalid(errors: dict[str, Any]) -> Refused:
    """Invalid Form Body. `errors` is nested by field, each leaf `{"_errors": [{"code", "message"}]}`."""
    return Refused(400, 50035, "Invalid Form Body", {"errors": errors})


def limited(seconds: float, *, everywhere: bool = False) -> Refused:
    """429. `Via` says that Discord itself answers: without it discord.py takes the answer for a ban by its proxy."""
    headers = {
        "Retry-After": f"{seconds:.3f}",
        "X-RateLimit-Scope": "global" if everywhere else "user",
        "Via": "1.1 standin",
    }
    return Refused(
        429, 0, "You are being rate limited.", {"retry_after": round(seconds, 3), "global": everywhere}, headers
    )
