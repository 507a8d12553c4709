"""What must hold after any day on Discord, judged by what is stored at its end and by what people see there."""

import re
from collections import Counter
from collections.abc import Iterator

from bot.platforms.discord.marks import unmarked
from tests.sim.discord_day import Day

_WORD = re.compile(r"w\d\dx")


def lost(day: Day) -> list[str]:
    """What was heard or answered and had no effect, or waits still."""
    without = [f"{done.what} was lost" for done in day.done if done.sure() and not day.effects[done.what]]
    return [*without, *(f"{key} was kept and never done" for key in day.left)]


def doubled(day: Day) -> list[str]:
    """What had an effect more than once."""
    again = [f"{what} was done {times} times" for what, times in day.effects.items() if times > 1]
    return [*again, *_seen_twice(day)]


def faults_of(day: Day) -> list[str]:
    """A sentence for each promise that this day broke."""
    failed = [f"{day.failures} turns failed"] if day.failures else []
    return [*failed, *lost(day), *doubled(day), *_other_answers(day), *_told_nonsense(day), *_overheard(day)]


def _seen_twice(day: Day) -> Iterator[str]:
    """What one side says stands once on the other side. A card quotes it, an answer shows it to its asker alone."""
    said = Counter[tuple[int, str]]()
    for message in day.discord.messages.values():
        if message.author == day.discord.bot.id and not message.embeds and message.only_for is None:
            said.update((message.channel, word) for word in _WORD.findall(message.content))
    yield from (f"{word} stands in {channel} {times} times" for (channel, word), times in said.items() if times > 1)


def _other_answers(day: Day) -> Iterator[str]:
    """A form that was sent twice is answered with the same words, wherever Discord took both answers."""
    for pair in day.twice:
        told = {unmarked(answer.text()) for asked in pair for answer in day.people.answers(asked)[:1]}
        if len({words for words in told if words}) > 1:
            yield f"one form was answered with {sorted(told)}"


def _told_nonsense(day: Day) -> Iterator[str]:
    """Nobody did anything wrong, so nobody is told so."""
    for message in day.discord.messages.values():
        if "used for something else" in message.content:
            yield f"somebody was told: {unmarked(message.content)}"


def _overheard(day: Day) -> Iterator[str]:
    """What the team writes in its thread is never seen by the requester."""
    notes = {word for who, words in day.written if who == day.ben for word in _WORD.findall(words)}
    for message in day.discord.messages.values():
        if day.discord.parent(day.discord.channels[message.channel]) is not day.team:
            yield from (f"Ann may see {word}" for word in notes & set(_WORD.findall(message.text())))
