"""Timelines for the web: read from the store, one at a time."""

from collections.abc import Callable

from bot.store.store import Store, StoreTx
from config.loaded import Config
from desk.people import Person, may_anywhere, visible_clients
from desk.refusal import not_found
from handlers import retelling
from handlers.arguments import NUMBERS
from handlers.commands.timeline import COMMAND
from handlers.context import Context, Where


class Timelines:
    """What `/timeline` says, for the same people."""

    def __init__(self, store: Store, config: Callable[[], Config]) -> None:
        self._store, self._config = store, config

    async def markdown(self, person: Person, number: int) -> str:
        """Raises DeskError: of what they may not see the same as of what does not exist."""
        config = self._config()
        if number > NUMBERS or not may_anywhere(person, COMMAND.action):
            raise not_found(number)

        def read(tx: StoreTx) -> str:
            ctx = Context(tx.now, tx.now, person, Where("web", ""), config)
            return "\n".join(retelling.timeline(tx, ctx, number)) + "\n"

        return await self._store.read(read, clients=visible_clients(person, config.clients))
