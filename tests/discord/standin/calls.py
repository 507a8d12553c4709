"""A REST call as it comes in, and the reply that goes out."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

from tests.discord.standin.things import Attachment


@dataclass(frozen=True, slots=True)
class Call:
    """`path` is below `/api/v10`, unquoted. `token` is what follows `Bot ` in the Authorization header."""

    method: str
    path: str
    body: Any = None
    query: dict[str, str] = field(default_factory=dict)
    token: str | None = None
    files: tuple[Attachment, ...] = ()
    ids: dict[str, str] = field(default_factory=dict)

    def id(self, name: str) -> int:
        return int(self.ids[name]) if self.ids[name].isdecimal() else 0

    def uploaded(self) -> "Call":
        """What was uploaded is named in the body by its number among the files: it is no attachment to keep."""
        if not self.files or not isinstance(self.body, dict):
            return self
        body = json.loads(json.dumps(self.body))
        message, numbers = body.get("data", body), {str(n) for n in range(len(self.files))}
        message["attachments"] = [each for each in message.get("attachments") or [] if str(each["id"]) not in numbers]
        return replace(self, body=body)


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
