"""What somebody is told of an alert by push or mail: said once, and not changed when the alert does."""

from dataclasses import replace

from config.loaded import Config
from desk.alerts import Alert
from desk.cards import Card, Field, Style, When, text
from desk.detail import Own, ours
from desk.people import Person
from handlers.pictures import alert as picture
from handlers.pictures import name, pressable

SEVERITY = "Severity"  # the field by which a way knows how loud to be


def calling(alert: Alert, config: Config, person: Person, known: picture.Known) -> Card:
    """The alert's own card, with nothing to press but what such a way can carry: the acknowledgement."""
    card = picture.for_team(alert, config, known)
    mine = pressable(card.buttons, person, alert.client)
    acknowledge = tuple(button for button in mine if button.word == "ack")
    return replace(card, fields=(Field(SEVERITY, ours(alert.severity)),), buttons=acknowledge, picture=None)


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
