"""How Slack says no: a word in `error`, and sometimes what it wants said about it."""

from typing import Any


class SlackNo(Exception):
    """A method's refusal: HTTP 200 (or `status`) with `ok: false`, the error, and what else the body says."""

    def __init__(self, error: str, *, status: int = 200, retry_after: int | None = None, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.retry_after = retry_after
        self.more = more


class Invalid(Exception):
    """A payload breaks a rule of Block Kit: `why`, and `at`, the JSON pointer to where."""

    def __init__(self, why: str, at: str) -> None:
        super().__init__(f"{why} [json-pointer:{at}]")


def invalid(error: str, broken: Invalid) -> SlackNo:
    """Slack's body for a payload that breaks a rule: the pointer is in `errors` and in the metadata's messages."""
    return SlackNo(error, errors=[str(broken)], response_metadata={"messages": [f"[ERROR] {broken}"]})
