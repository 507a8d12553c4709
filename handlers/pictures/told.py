"""What somebody is told of an alert by push or mail: said once, and not changed when the alert does."""

from dataclasses import replace

from config.loaded import Config
from desk.alerts import Alert, Page
from desk.cards import Button, Card, Field, Style, Text, When, text
from desk.detail import Own, ours
from desk.people import Person
from handlers.pictures import alert as picture
from handlers.pictures import name, pressable

SEVERITY = "Severity"  # the field by which a way knows how loud to be


def calling(alert: Alert, config: Config, person: Person, known: picture.Known, page: Page) -> Card:
    """The alert's own card, with nothing to press but what such a way can carry: the acknowledgement. Where a colleague
    calls, that is its title: "DOWN, Mia is on it" would let whoever is called go back to sleep.
    """
    card = picture.for_team(alert, config, known)
    mine = pressable(card.buttons, person, alert.client)
    acknowledge = tuple(button for button in mine if button.word == "ack")
    card = replace(card, fields=(Field(SEVERITY, ours(alert.severity)),), buttons=acknowledge, picture=None)
    if not page.by:
        return card
    said = (text(page.words),) if page.words else ()
    lines = (*said, text(card.title, Own(f" · {card.state}")), *card.lines)
    return replace(card, title=lead(alert, config, page), state="", number=None, lines=lines)


def lead(alert: Alert, config: Config, page: Page) -> Own:
    return Own(f"{name(config, page.by)} calls you to {alert.number}")


def summons(alert: Alert, config: Config, person: Person, page: Page) -> tuple[Text, tuple[Button, ...]]:
    """What somebody reads in the chat whom a colleague calls: who and why first, then how it stands, and what they can
    do: acknowledge it, or take it over from whoever has it.
    """
    card = picture.for_team(alert, config)
    said = (f": {page.words}",) if page.words else ()
    whose = f"{name(config, alert.acked_by)} has it" if alert.acked_by else "nobody has it"
    since = ("down since ", When(alert.started_at), " (", When(alert.started_at, Style.LASTED), f"), {whose}.")
    words = text(lead(alert, config, page), *said, f"\n{card.title}: ", *since)
    number = ("number", str(alert.number))
    over = (Button(Own("Take it over"), "handover", (number, ("person", Own("me"))), primary=True),)
    buttons = tuple(b for b in card.buttons if b.word in {"ack", "show"})
    taken = alert.acked_by in config.people and alert.acked_by != person.id
    return words, pressable((*over, *buttons) if taken else buttons, person, alert.client)


def at_link(alert: Alert, config: Config) -> Card:
    """What a link to acknowledge it shows, to whoever holds it: which alert, how bad, since when, who has it."""
    card = picture.for_team(alert, config)
    if alert.cleared_at:
        when = ours("was down ", When(alert.started_at), " – ", When(alert.cleared_at))
    else:
        when = ours("since ", When(alert.started_at), " (", When(alert.started_at, Style.LASTED), ")")
    whose = text(f"{name(config, alert.acked_by)} has it since ", When(alert.acked_at)) if alert.acked_at else ()
    lines = (text(f"{config.clients[alert.client].name} · ", Own(alert.severity)), when, whose)
    return Card(card.key, card.title, card.state, card.number, tuple(line for line in lines if line), tone=card.tone)
