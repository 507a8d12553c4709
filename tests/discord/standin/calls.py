"""A REST call as it comes in, and the reply that goes out."""

from dataclasses import dataclass, field
from typing import Any

from tests.discord.standin.things import Attachment


@dataclass(frozen=True, slots=True)
class Call:
    """`path` is below `/api/v10`, unquoted. `token` is what follows `Bot ` in the Authorization header. The ids of
    `files` are the numbers of their parts.
    """

    method: str
    path: str
    body: Any = None
    query: dict[str, str] = field(default_factory=dict)
    token: str | None = None
    files: tuple[Attachment, ...] = ()
    ids: dict[str, str] = field(default_factory=dict)

    def id(self, name: str) -> int:
        return int(self.ids[name]) if self.ids[name].isdecimal() else 0


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
