"""A timeline as Markdown. What people wrote is text in it and never markup."""

import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from config.loaded import Config
from desk.tickets import TimelineEntry
from handlers.pictures import name

_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&])")


def markdown(number: int, title: str, entries: Iterable[TimelineEntry], config: Config, zone: str) -> list[str]:
    """A heading, then an item for each entry, oldest first, with its time in `zone` and who it was."""
    there = ZoneInfo(zone)
    lines = [f"# {number} · {plain(title)}", f"Times are of {zone}."]
    for entry in entries:
        at = entry.at.astimezone(there)
        who = plain(name(config, entry.who))
        lines.append(f"- **{at:%Y-%m-%d %H:%M:%S}** {who}: {plain(entry.words)}")
    return lines


def plain(words: str) -> str:
    """On one line, and with nothing in it that Markdown would take for markup."""
    return _MARKUP.sub(r"\\\1", " ".join(words.split()))
