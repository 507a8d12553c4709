"""Open alerts as rows of a table: what needs somebody most comes first, and each says who has it."""

from collections.abc import Iterable, Sequence

from config.loaded import Config
from desk.alerts import Alert, AlertState
from desk.cards import Button, Text, When, text
from desk.detail import Own, ours
from desk.holds import HoldKind
from desk.people import Person, may
from desk.signals import RANK
from handlers.pictures import name, short
from handlers.pictures.alert import called


def ordered(alerts: Iterable[Alert]) -> list[Alert]:
    """Those that nobody has, then what somebody has, then what is hidden; the worst first, then the oldest."""
    return sorted(alerts, key=lambda a: (_place(a), RANK[a.severity], a.started_at, a.number))


def _place(alert: Alert) -> int:
    return 0 if alert.calls else 2 if alert.hold else 1


def row(alert: Alert, config: Config) -> tuple[Text, ...]:
    """Its number, what it is, how bad, since when, and who has it."""
    what = text(Own(f"{symbol(alert)} "), short(called(alert), 80))
    since = ours("since ", When(alert.started_at))
    return ours(str(alert.number)), what, ours(alert.severity), since, who(alert, config)


def symbol(alert: Alert) -> str:
    """As on its card."""
    if alert.flapping:
        return "≈"
    if alert.hold:
        return "⊘"
    return "◐" if alert.state is AlertState.ACKNOWLEDGED else "▲"


def who(alert: Alert, config: Config) -> Text:
    """Who has it, or what keeps it from calling anybody."""
    has = f"{name(config, alert.acked_by)} has it" if alert.state is AlertState.ACKNOWLEDGED else ""
    if alert.hold:
        hidden = "maintenance" if alert.hold.kind is HoldKind.MAINTENANCE else "silenced"
        until = (" until ", When(alert.hold.until)) if alert.hold.until else ()
        return ours(f"{has}, {hidden}" if has else hidden, *until)
    if alert.snoozed_until:
        return ours(f"{has or 'nobody has it'}, snoozed until ", When(alert.snoozed_until))
    return ours(f"{has or 'nobody has it'}{', flapping' if alert.flapping else ''}")


def counts(alerts: Sequence[Alert], most: int) -> str:
    """`3 open alerts, 1 of them with nobody`; of `most` there may be more than were read."""
    free, many = sum(a.calls for a in alerts), "at least " if len(alerts) >= most else ""
    return f"{many}{len(alerts)} open alert{'' if len(alerts) == 1 else 's'}, {free} of them with nobody"


def buttons(alerts: Iterable[Alert], person: Person) -> list[Button]:
    """What helps with each: to take what nobody has, where this person may, and else to look at it."""
    return [_button(alert, person) for alert in alerts]


def _button(alert: Alert, person: Person) -> Button:
    number = (("number", str(alert.number)),)
    if alert.calls and may(person, "alert.work", alert.client):
        return Button(Own(f"Acknowledge {alert.number}"), "ack", number, primary=True)
    return Button(Own(f"Show {alert.number}"), "show", number)
