"""What must hold after any day, judged by the workspace, the acknowledgements and what is stored."""

import re
from collections import Counter
from collections.abc import Iterator

from tests.sim.slack_day import ANN, Day
from tests.slack.transcript import said

_LEFT = re.compile(r" \([^()]*\)")  # how much time is left, which each drawing counts anew


def faults_of_day(day: Day) -> list[str]:
    """A sentence for each promise that this day broke."""
    failed = [f"{day.failed_turns} turns failed"] if day.failed_turns else []
    return [*failed, *_unheard(day), *_effects(day), *_answers(day), *_told_nonsense(day), *_left(day), *_twice(day)]


def _unheard(day: Day) -> Iterator[str]:
    for parcel in day.parcels:
        if not parcel.acks:
            yield f"{parcel.delivery.key} was never acknowledged"
        if any(ack != parcel.acks[0] for ack in parcel.acks):
            yield f"{parcel.delivery.key} was acknowledged in different words"


def _effects(day: Day) -> Iterator[str]:
    """Whatever was acknowledged has one effect, and nothing has two."""
    for effect in day.effects:
        count = day.found.counts[effect.what]
        if count == 0 and any(parcel.acks for parcel in effect.parcels):
            yield f"{effect.what} was acknowledged and lost"
        if count > 1:
            yield f"{effect.what} was done {count} times"
    opened = sum(effect.marker != "" for effect in day.effects)
    if day.found.tickets > opened:
        yield f"there are {day.found.tickets} tickets, and {opened} were asked for"


def _answers(day: Day) -> Iterator[str]:
    for effect in day.effects:
        told = {_LEFT.sub("", each) for each in answers(day, effect.by, effect.marker)} if effect.marker else set()
        if len(told) > 1:
            yield f"{effect.what} was answered in {len(told)} ways: {sorted(told)}"


def answers(day: Day, user: str, marker: str) -> list[str]:
    """What this person alone was told about it."""
    mine = [m for m in day.ws.messages.values() if m.bot_id and user in {m.only, _whose(day, m.channel)}]
    return [said(m.text) for m in mine if m.metadata is None and marker in m.text]


def _whose(day: Day, channel: str) -> str:
    room = day.ws.channels[channel]
    return next(iter(room.members - {day.ws.bot})) if room.kind == "im" else ""


def _told_nonsense(day: Day) -> Iterator[str]:
    """Nobody did anything wrong, so nobody is told so; and a note of the team's is never seen by its requester."""
    for message in day.ws.messages.values():
        if "used for something else" in message.text:
            yield f"somebody was told: {message.text}"
        if message.bot_id and " odd" in message.text and ANN in day.ws.channels[message.channel].members:
            yield f"the requester sees a note: {message.text}"


def _left(day: Day) -> Iterator[str]:
    yield from (f"{key} was kept and is {state}" for key, state in day.found.inbox)
    yield from (f"{key} to {place} is {state}: {reason}" for key, place, state, reason in day.found.posts)


def _twice(day: Day) -> Iterator[str]:
    """Of messages that stand in a channel, each key is there once: Slack was never later than the last look."""
    keys = Counter(m.metadata["event_payload"]["key"] for m in day.ws.messages.values() if m.metadata and not m.deleted)
    for key, count in keys.items():
        if count > 1:
            words = next(m.text for m in day.ws.messages.values() if m.metadata and key in str(m.metadata))
            yield f"“{words[:40]}” is there {count} times"
