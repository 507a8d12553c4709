"""When a resolved ticket closes by itself."""

from datetime import datetime

from config.loaded import Config
from desk.calendars import add_working_days
from desk.tickets import State, Ticket
from handlers import promises

CLOSES_AFTER = 3  # working days of the client's calendar between resolved and closed


def closes_at(config: Config, ticket: Ticket) -> datetime | None:
    """None for what is not resolved, or is closed already. Raises NoOpenTime."""
    if ticket.state is not State.RESOLVED or ticket.resolved_at is None:
        return None
    return add_working_days(promises.calendar(config, ticket), ticket.resolved_at, CLOSES_AFTER)
