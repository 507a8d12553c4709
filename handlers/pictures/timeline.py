"""A timeline as Markdown. What people wrote is text in it and never markup."""

import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from config.loaded import Config
from desk.pins import parts
from desk.tickets import Item, TimelineEntry
from handlers.pictures import name

_LINK = re.compile(r"https?://[\w.:-]+(?:/[\w./?=&%#:@~+-]*)?", re.ASCII)  # in which nothing ends a link of Markdown's
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&])")


def markdown(number: int, title: str, entries: Iterable[TimelineEntry], config: Config, zone: str) -> list[str]:
    """A heading, then an item for each entry, oldest first, with its time in `zone` and who it was. A message that was
    filed stands where it was written, with the link to it.
    """
    there = ZoneInfo(zone)
    lines = [f"# {number} · {plain(title)}", f"Times are of {zone}."]
    for entry in sorted(entries, key=lambda each: each.at):
        at = entry.at.astimezone(there)
        who = plain(name(config, entry.who))
        lines.append(f"- **{at:%Y-%m-%d %H:%M:%S}** {who}: {_said(entry)}")
    return lines


def _said(entry: TimelineEntry) -> str:
    if entry.item is not Item.PINNED:
        return plain(entry.words)
    words, link = parts(entry.words)
    return f"{plain(words)} (filed{f' <{link}>' if _LINK.fullmatch(link) else ''})"


def plain(words: str) -> str:
    """On one line, and with nothing in it that Markdown would take for markup."""
    return _MARKUP.sub(r"\\\1", " ".join(words.split()))
