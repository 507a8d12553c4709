"""What checks may touch of the world, as the configuration has it now."""

from collections.abc import Awaitable, Callable, Sequence

from bot.ports import Clock
from bot.watching import Watching
from config.loaded import Config
from config.secrets import Secrets
from monitors.engine import Engine
from monitors.probe import Here, Probe, Ran
from monitors.targets import Targets

Start = Callable[[Sequence[str], float], Awaitable[Ran]]


def world(
    config: Config, secrets: Secrets, web: Engine, clock: Clock, watching: Watching, start: Start
) -> Probe:
    """`start` starts the programs that `plugins` lists."""
    desk = config.desk
    return Probe(
        web, Targets.of(desk.internal_targets), clock.now, watching.last_ping, clock.now(),
        watches=watching.watches_of, secret=secrets.monitor_secret,
        here=Here(desk.watched_folders, frozenset(desk.plugins), start),
    )  # fmt: skip
