"""What of the store handlers need for status pages."""

from datetime import datetime
from typing import Protocol

from desk.intervals import Span
from desk.status import Update


class StatusRecords(Protocol):
    """What staff published, and when monitors were in maintenance."""

    def publish(self, update: Update) -> None: ...
    def published(self, page: str, client: str, since: datetime) -> list[Update]:
        """What was published on a page of this client's, the newest first."""
        ...

    def was_maintained(self, monitor: str, client: str, span: Span) -> None: ...
    def maintenance_of(self, monitor: str, start: datetime, end: datetime) -> list[Span]:
        """What touches `[start, end)`, in order."""
        ...
