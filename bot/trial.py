"""`deskbell try`: look at monitors as the files say, before they are in force. Nothing is stored and nobody is told."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from rich.console import Console

from bot.configuration import DEMO, load_with_secrets
from bot.plugins import starter
from bot.ports import RealClock
from config.loaded import Config
from config.problems import ConfigError, nearest
from config.secrets import Secrets
from desk.alerts import Monitor, Status, Watch
from desk.cards import plain_card
from desk.traces import Asked, Trace
from handlers.pictures import trace as picture
from monitors.engine import Engine
from monitors.probe import Here, Probe
from monitors.reach import ReachError
from monitors.targets import Targets
from monitors.tracing import traced

GOOD, FAILED, REFUSED = 0, 1, 2
OPERATOR = "operator"


def try_out(names: Sequence[str], folder: Path | None) -> int:
    """Print what each look saw. 1 when one is not ok, 2 when the files are refused or a name is no monitor's."""
    out, err = Console(soft_wrap=True, highlight=False), Console(stderr=True, soft_wrap=True, highlight=False)
    try:
        config, secrets = load_with_secrets(folder or DEMO)
    except ConfigError as error:
        err.print(str(error), markup=False)
        return REFUSED
    if unknown := [name for name in names if name not in config.monitors]:
        err.print(f"There is no monitor “{unknown[0]}”{nearest(unknown[0], config.monitors)}", markup=False)
        return REFUSED
    monitors = [config.monitors[name] for name in names]
    traces = asyncio.run(_looked(monitors, config, secrets))
    shown = [_shown(monitor, trace) for monitor, trace in zip(monitors, traces, strict=True)]
    out.print("\n\n".join(shown), markup=False)
    return GOOD if all(trace.status is Status.OK for trace in traces) else FAILED


def _shown(monitor: Monitor, trace: Trace) -> str:
    asked = Asked(monitor.id, monitor.client, OPERATOR, trace.started_at)
    return plain_card(picture.card(monitor, trace, asked), "UTC", trace.started_at)


async def _looked(monitors: Sequence[Monitor], config: Config, secrets: Secrets) -> list[Trace]:
    """One after the other: what one of them shows must not be how busy another kept us."""
    clock, desk = RealClock(), config.desk
    here = Here(desk.watched_folders, frozenset(desk.plugins), starter(secrets.values()))
    probe = Probe(
        Engine(), Targets.of(desk.internal_targets), clock.now, _pinged, clock.now(), watches=_watched,
        secret=secrets.monitor_secret, here=here,
    )  # fmt: skip
    return [await traced(monitor, probe) for monitor in monitors]


async def _pinged(_monitor: str) -> datetime | None:
    raise ReachError(Status.UNKNOWN, "only the running bot knows who pinged it: /check, once it is in force")


async def _watched(_names: Sequence[str]) -> Mapping[str, Watch]:
    raise ReachError(Status.UNKNOWN, "only the running bot knows how its members are: /check, once it is in force")
