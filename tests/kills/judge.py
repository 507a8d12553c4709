"""What must hold after any number of kills, by the witnesses' word: pure, and tested with planted faults."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

TEAM = "standin/acme-team"


def faults_of(
    answered: Mapping[str, int],
    stored: Sequence[tuple[int, str]],
    log: Iterable[Mapping[str, Any]],
    shown: Sequence[tuple[int, str]],
) -> list[str]:
    """A sentence for each promise that was broken.

    `answered` is subject → number as the bot answered 2xx; `stored` the tickets as (number, subject); `log` what the
    stand-in platform took; `shown` the tickets' cards that requesters read in the web chat, as (number, text).
    """
    tickets, cards = Counter(subject for _, subject in stored), Counter(number for number, _ in shown)
    posts = Counter(entry["key"] for entry in log if entry["did"] == "post" and entry["channel"] == TEAM)
    numbers, texts = {subject: number for number, subject in stored}, dict(shown)
    found = []
    for subject, number in answered.items():
        if tickets[subject] != 1:
            found.append(f"“{subject}” was answered and is in the store {tickets[subject]} times")
        if numbers.get(subject, number) != number:
            found.append(f"“{subject}” was answered as {number} and is stored as {numbers[subject]}")
        if posts[f"ticket/{number}"] != 1:
            found.append(f"ticket {number} is on the witness {posts[f'ticket/{number}']} times")
        if cards[number] != 1:
            found.append(f"ticket {number} is in its requester's web chat {cards[number]} times")
        if subject not in texts.get(number, subject):
            found.append(f"the requester's card of ticket {number} is not about “{subject}”")
    found += [f"“{subject}” is stored and nobody asked for it" for subject in tickets if subject not in answered]
    return found
