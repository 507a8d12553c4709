"""What must hold after any night, judged by the platform's log and by what the store had said yes to; nothing else."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tests.sim.night import ARCHIVED, FALLBACK, Night

_SAID = re.compile(r"\[(\S+) (\d+)\]")


def faults_of(night: Night) -> list[str]:
    """A sentence for each promise that this night broke."""
    failed = [f"{night.failed_turns} turns failed"] if night.failed_turns else []
    return [*failed, *_lost(night), *_twice(night), *_outdated(night), *_out_of_order(night)]


def _posts(night: Night) -> dict[tuple[str, str], list[dict[str, Any]]]:
    posts = defaultdict(list)
    for entry in night.log:
        if entry["did"] == "post":
            posts[entry["key"], entry["channel"]].append(entry)
    return posts


def _lost(night: Night) -> Iterator[str]:
    """Every post that was stored is on the witness, or in the fallback channel if its own would not have it."""
    seen = {(entry["channel"], *_said(entry)) for entry in night.log}
    posts = _posts(night)
    for said in night.accepted:
        there = (said.key, said.destination) in posts
        instead = any(channel == FALLBACK and key == said.key for channel, key, _ in seen)
        if not there and not instead:
            yield f"{said.key} was stored and never posted"
        if said.destination == ARCHIVED and not instead:
            yield f"{said.key} was refused and nobody was told"


def _twice(night: Night) -> Iterator[str]:
    """In the bounded model once, urgent ones excepted; where the history can be read a second copy is marked."""
    removed = {entry["id"] for entry in night.log if entry["did"] == "remove"}
    marked = {entry["id"] for entry in night.log if entry["did"] == "mark"}
    for (key, channel), entries in _posts(night).items():
        standing = [entry["id"] for entry in entries if entry["id"] not in removed]
        if night.profile.bounded and len(standing) > 1 and not key.startswith("urgent/"):
            yield f"{key} is in {channel} {len(standing)} times"
        unmarked = [each for each in standing if each not in marked]
        if not night.profile.unreadable and len(unmarked) > 1:
            yield f"{key} is in {channel} {len(unmarked)} times with no mark"
        if standing and not unmarked:
            yield f"every copy of {key} is marked as a second one"


def _outdated(night: Night) -> Iterator[str]:
    """A card that lives ends at the newest version."""
    newest = {said.key: said.n for said in night.accepted if said.live}
    shown: dict[str, dict[str, int]] = defaultdict(dict)
    for entry in night.log:
        if entry["did"] in {"post", "edit"}:
            shown[entry["key"]][entry["id"]] = _said(entry)[1]
        elif entry["did"] in {"mark", "remove"}:
            shown[entry["key"]].pop(entry["id"], None)
    for key, n in newest.items():
        ends = shown.get(key, {}).values()
        if ends and max(ends) < n:
            yield f"{key} ended at version {max(ends)}, and {n} was wanted"


def _out_of_order(night: Night) -> Iterator[str]:
    """Replies under a card come in the order in which they were stored, each in the thread of such a card."""
    under = {said.key: said.under for said in night.sayings if said.under is not None and _is_sure(night, said.key)}
    heads = {(entry["key"], entry["id"]) for entry in night.log if entry["did"] == "post"}
    threads: dict[str, list[str]] = defaultdict(list)
    for entry in night.log:
        if entry["did"] == "post" and entry["key"] in under and entry["key"] not in threads[under[entry["key"]]]:
            threads[under[entry["key"]]].append(entry["key"])
    for card, replies in threads.items():
        if replies != sorted(replies):
            yield f"replies under {card} came as {replies}"
    for entry in night.log:
        posted = entry["did"] == "post" and entry["key"] in under
        if posted and (under[entry["key"]], entry["thread"]) not in heads:
            yield f"{entry['key']} is outside its thread"


def _is_sure(night: Night, key: str) -> bool:
    """Whether it is known when a message was stored: its first version may have gone with a kill."""
    first, *later = [said for said in night.sayings if said.key == key]
    return first in night.accepted or not any(said in night.accepted for said in later)


def _said(entry: dict[str, Any]) -> tuple[str, int]:
    found = _SAID.search(entry["text"])
    return (found[1], int(found[2])) if found else ("", 0)
