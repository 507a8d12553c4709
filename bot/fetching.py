"""`deskbell fetch-feeds`: the calendars and schedules that others keep, brought to where the desk reads them."""

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

import httpx
from rich.console import Console

from bot.configuration import DEMO
from bot.serving import GOOD, REFUSED
from config.files import feeds
from config.files.feeds import Subscription
from config.loader import subscriptions
from config.problems import ConfigError
from config.yaml_lines import LARGEST
from monitors.engine import Engine
from monitors.reach import unreached

FAILED = 1
LIMIT = 20.0  # seconds for one feed, redirects and all
REDIRECTS = 5
AS_IT_IS = {"Accept-Encoding": "identity"}  # a few packed bytes could become gigabytes


class NotFetchedError(Exception):
    """Why not, as a sentence without a full stop."""


def fetch_feeds(folder: Path | None, limit: float = LIMIT) -> int:
    """Every feed is tried, also after one that fails; the last good file of that one stays."""
    out, err = Console(soft_wrap=True, highlight=False), Console(stderr=True, soft_wrap=True, highlight=False)
    folder = folder or DEMO
    try:
        found = subscriptions(folder)
    except ConfigError as error:
        err.print(str(error), markup=False)
        return REFUSED
    failed = changed = False
    for one in found:
        try:
            counted, new = _brought(folder, one, asyncio.run(_fetched(one.address, limit)))
        except (NotFetchedError, ValueError) as error:
            failed = True
            err.print(f"{one.name}: not fetched: {error}.", markup=False)
            continue
        changed = changed or new
        out.print(f"{one.name}: {counted}, {'changed' if new else 'unchanged'}", markup=False)
    if not found:
        out.print("No calendar and no schedule names an address.")
    if changed:
        out.print("A running desk takes what changed with `deskbell reload`, or by itself at night.")
    return FAILED if failed else GOOD


async def _fetched(address: str, limit: float) -> bytes:
    """The bytes of a good answer. The sentences do not repeat the address: some calendars' is a secret."""
    web = httpx.AsyncClient(
        transport=Engine(), headers=AS_IT_IS, timeout=None,  # noqa: S113 - the limit is one for all of it
        follow_redirects=True, max_redirects=REDIRECTS, trust_env=False,
    )  # fmt: skip
    try:
        async with asyncio.timeout(limit), web, web.stream("GET", address) as answer:
            if answer.status_code != httpx.codes.OK:
                raise NotFetchedError(f"status {answer.status_code}, expected 200")
            return await _body(answer)
    except TimeoutError:
        raise NotFetchedError(f"it did not come within {limit:g} seconds") from None
    except httpx.TooManyRedirects:
        raise NotFetchedError(f"it was redirected more than {REDIRECTS} times") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotFetchedError(unreached(error, "an iCal").sentence) from None


async def _body(answer: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in answer.aiter_raw():
        body += chunk
        if len(body) > LARGEST:
            raise NotFetchedError(f"it is larger than {LARGEST // 1024} KiB")
    return bytes(body)


def _brought(folder: Path, one: Subscription, content: bytes) -> tuple[str, bool]:
    """What it says, counted, and whether it says anything else than the file that is there.

    Many servers write the time of asking into each event, so other bytes may say the same; then the file stays, and
    with it the configuration's version. ValueError for what is no iCal.
    """
    now = datetime.now(UTC)
    (said, counted), path = one.understood(content, now), feeds.fetched(one.name)
    try:
        same = one.understood(feeds.read(folder, path), now)[0] == said
    except ValueError:
        same = False
    if not same:
        _replace(folder / path, content)
    return counted, not same


def _replace(path: Path, content: bytes) -> None:
    """All of it or nothing, also when the power fails; whoever may read the old one may read the new one."""
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(exist_ok=True)
        try:
            with half.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)
    except OSError as error:
        raise NotFetchedError(f"`{feeds.FOLDER}/{path.name}` cannot be written: {error.strerror}") from None
