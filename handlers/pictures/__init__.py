"""What a ticket, an alert, a run looks like as a card, for whom. The renderers say how it is drawn."""

from config.loaded import Config


def name(config: Config, person: str | None) -> str:
    """A person as others call them; a name that has been retired still tells who it was."""
    if person is None:
        return "nobody"
    known = config.people.get(person)
    return known.name.split()[0] if known else ("Deskbell" if person == "deskbell" else person)


def short(words: str, limit: int = 160) -> str:
    """One line of somebody's words."""
    line = " ".join(words.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
