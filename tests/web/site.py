"""The web chat on a socket, with what the browser's tests put into it."""

from dataclasses import replace

from bot.platforms.contract import Outgoing
from desk.cards import Button, Card, Form, FormField, Kind, Style, When, text
from tests.store_fixture import MORNING

ACK = Button("Acknowledge", "ack", (("number", "42"),), primary=True)
RUN = Button("Run restart-shop…", "run", (("alert", "42"),), confirm="Run restart-shop on shop-1?")
DOWN = Card(
    "alert/42", "checkout page", "▲ DOWN", 42, tone="bad", buttons=(ACK, RUN),
    lines=(text("status 500, expected 200 · since ", When(MORNING), " (", When(MORNING, Style.LASTED), ")"),),
)  # fmt: skip
ALERT = Outgoing("k1", "acme-team", None, 1, "alert/42", None, DOWN, (), ())
HELD = replace(ALERT, version=2, card=replace(DOWN, state="◐ DOWN, Ben is on it", tone="warn", buttons=(RUN,)))
FORM = Form("open", "What do you need?", (
    FormField("subject", "What is wrong, in one line", required=True),
    FormField("urgency", "How urgent is it?", Kind.CHOICE, choices=(("P1", "Nobody can work"), ("P3", "It can wait"))),
), "Open ticket")  # fmt: skip
REFUSED = replace(FORM, fields=(replace(FORM.fields[0], error="This is needed."), FORM.fields[1]))


def room(site, person, channel):
    return f"{site.url}/?as={person}&channel={channel}"


async def write(page, line):
    await page.locator("#main textarea").fill(line)
    await page.keyboard.press("Enter")
