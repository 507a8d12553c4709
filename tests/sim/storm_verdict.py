"""What must hold after a storm, judged by what the platform took, when it was called, and what had been told to us."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from tests.sim.loop import VirtualClock
from tests.sim.storm import LASTING, Storm

WITHIN = 5.0  # seconds from the first alert of a critical group to its message
APART = 1.0  # seconds between two posts in one channel
DRAINED = 360.0  # seconds after the storm
UNWELL = 100.0  # seconds that a message waits, after which the heartbeat to the outside stops
ROWS = 250  # that the outbox holds in memory, however many wait
_SERVICE = re.compile(r"svc-\d+-\d+\.")
_MOMENT = 0.001


def faults_of(storm: Storm) -> list[str]:
    """A sentence for each promise that was broken."""
    own = [f"{storm.failures} turns failed"] if storm.failures else []
    return [*own, *_stored(storm), *_cards(storm), *_late(storm), *_behind_an_edit(storm), *_too_fast(storm),
            *_drained(storm), *_called_broken(storm)]  # fmt: skip


def _stored(storm: Storm) -> Iterator[str]:
    if storm.stored != storm.alerts:
        yield f"{storm.stored} of {storm.alerts} alerts are stored"
    if storm.most_rows > ROWS:
        yield f"the outbox held {storm.most_rows} rows at once"


def _messages(storm: Storm) -> dict[str, list[dict[str, Any]]]:
    """Of each service the messages in its channel, as they were posted."""
    found = defaultdict(list)
    for entry in storm.log:
        is_head = entry["did"] == "post" and entry["thread"] is None and entry["channel"].startswith("noc-")
        if is_head and (service := _SERVICE.search(entry["text"])):
            found[service[0]].append(entry)
    return found


def _cards(storm: Storm) -> Iterator[str]:
    """One message for each group, which ends with how many there were and how many are still down."""
    newest = {entry["id"]: entry["text"] for entry in storm.log if entry["did"] in {"post", "edit"}}
    messages = _messages(storm)
    for service, count in Counter(each.service for each in storm.coming).items():
        cards = messages.get(service, [])
        if len(cards) != 1:
            yield f"{service} has {len(cards)} messages"
        elif f"{count - 1} of {count} down now" not in newest[cards[0]["id"]]:
            yield f"{service} ends with {newest[cards[0]['id']]!r}, and {count - 1} of {count} are down"


def critical(storm: Storm) -> dict[str, tuple[float, float, str]]:
    """Of each critical service: when it began, when the call that posted it did, and its channel."""
    called = {(key, channel): at for at, call, key, channel in reversed(storm.calls) if call == "post"}
    cards = {service: cards[0] for service, cards in _messages(storm).items()}
    return {
        each.service: (storm.began[each.service], called[card["key"], card["channel"]], card["channel"])
        for each in storm.coming if each.critical and (card := cards.get(each.service))
    }  # fmt: skip


def _late(storm: Storm) -> Iterator[str]:
    start = VirtualClock.START.timestamp()
    messages = _messages(storm)
    for service, (began, _, _) in critical(storm).items():
        after = messages[service][0]["at"] - start - began
        if after > WITHIN:
            yield f"{service} is critical and was posted {after:.1f} s after its first alert"


def _behind_an_edit(storm: Storm) -> Iterator[str]:
    edits = defaultdict(list)
    for at, call, _, channel in storm.calls:
        if call == "edit":
            edits[channel].append(at)
    for service, (began, posted, channel) in critical(storm).items():
        if any(began + _MOMENT < at < posted - _MOMENT for at in edits[channel]):
            yield f"an edit in {channel} went before {service}, which is critical"


def _too_fast(storm: Storm) -> Iterator[str]:
    posts = defaultdict(list)
    for at, call, _, channel in storm.calls:
        if call == "post":
            posts[channel].append(at)
    for channel, times in posts.items():
        if any(after - before < APART - _MOMENT for before, after in pairwise(sorted(times))):
            yield f"{channel} was sent two posts within a second"


def _drained(storm: Storm) -> Iterator[str]:
    last = max((at for at, *_ in storm.calls), default=0.0) - LASTING
    if last > DRAINED or storm.waiting:
        yield f"it took {last:.0f} s after the storm to say everything, and {storm.waiting} messages still wait"


def _called_broken(storm: Storm) -> Iterator[str]:
    """Steadily drained, it is no fault of the desk."""
    if (worst := max(storm.waits)) > UNWELL:
        yield f"the desk would be called broken, for a message that waits for {worst:.0f} s"
