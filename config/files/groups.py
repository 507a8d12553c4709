"""Monitors of `monitors.yaml` that are about others: groups."""

from collections.abc import Mapping, Sequence

from config.problems import no_such
from config.reading import place
from config.yaml_lines import Document


def check(
    section: str, clients: Mapping[str, str], others: Mapping[str, Sequence[str]], document: Document
) -> None:
    """The others are there, of the same client, and none is about itself in the end.

    `clients` has the client of each monitor, `others` whom each is about.
    """
    for id_, names in others.items():
        for index, name in enumerate(names):
            sentence = ""
            if name not in clients:
                sentence = no_such("monitor", name, clients)
            elif id_ in clients and clients[name] != clients[id_]:
                sentence = f"`{name}` is {clients[name]}'s, and this one {clients[id_]}'s."
            elif id_ in _all_of(name, others):
                sentence = f"`{name}` is, or holds, `{id_}` itself."
            if sentence:
                document.complain((section, id_, "of", index), f"`{place((section, id_, 'of'))}`: {sentence}")


def _all_of(name: str, others: Mapping[str, Sequence[str]]) -> set[str]:
    """The monitor and all that it is about, directly or not."""
    found, left = set[str](), [name]
    while left:
        at = left.pop()
        if at not in found:
            found.add(at)
            left.extend(others.get(at, ()))
    return found
