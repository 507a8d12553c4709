"""Cards that come with files, and a door that makes those: what is in a file tells which card it was made for."""

from dataclasses import replace

from bot.door import Enclosed
from desk.cards import Card, Paper, text
from desk.charts import Chart, Series, Shape
from tests.discord.standin.things import Message

KINDS = {"pdf": "application/pdf", "csv": "text/csv"}
SAID = "could not be attached; it is on the desk's own page."


def charted(*met: float) -> Card:
    """A report whose chart shows these shares of the last months."""
    months = tuple(f"2026-{month:02}" for month in range(1, len(met) + 1))
    chart = Chart("attainment", "Promises kept", "%", "month", months, (Series("Solved", met),), Shape.LINES, 1)
    return Card("report/acme/2026-Q4", "Acme: 4th quarter", lines=(text("12 tickets."),), picture=chart)


def papered(form: str = "pdf") -> Card:
    return replace(charted(), picture=None, paper=Paper(form, "acme", "2026-Q4"))


async def enclose(card: Card) -> tuple[Enclosed, ...]:
    if card.picture:
        return (Enclosed("attainment.png", "image/png", f"PNG {card.picture.words()}".encode(), card.picture.words()),)
    if card.paper:
        name = f"{card.paper.client}-{card.paper.period}.{card.paper.form}"
        return (Enclosed(name, KINDS[card.paper.form], f"{card.paper.form} of {card.title}".encode()),)
    return ()


def shown(message: Message) -> list[tuple[str, bytes]]:
    return [(each.name, each.content) for each in message.attachments]


def image(message: Message) -> str:
    """The file that its card shows, empty for none."""
    return str(message.embeds[0].get("image", {}).get("url", "")) if message.embeds else ""
