"""What somebody is told of an alert by push or mail: said once, and not changed when the alert does."""

from dataclasses import replace

from config.loaded import Config
from desk.alerts import Alert
from desk.cards import Card, Field
from desk.detail import ours
from desk.people import Person
from handlers.pictures import alert as picture
from handlers.pictures import pressable

SEVERITY = "Severity"  # the field by which a way knows how loud to be


def calling(alert: Alert, config: Config, person: Person, known: picture.Known) -> Card:
    """The alert's own card, with nothing to press but what such a way can carry: the acknowledgement."""
    card = picture.for_team(alert, config, known)
    mine = pressable(card.buttons, person, alert.client)
    acknowledge = tuple(button for button in mine if button.word == "ack")
    return replace(card, fields=(Field(SEVERITY, ours(alert.severity)),), buttons=acknowledge, picture=None)
