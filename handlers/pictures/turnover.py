"""Who hands over to whom, and what is open then."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from config.loaded import Config
from desk.alerts import Alert
from desk.cards import Button, Card, Style, Text, When, span_of, text
from desk.detail import Own, Subject, ours
from desk.intervals import FOREVER
from desk.tickets import Ticket
from handlers import promises
from handlers.pictures import alert_row, name, short
from handlers.pictures.alert import called

GRACE = timedelta(minutes=1)  # within it, a hand-over is on time
NOTHING = "Nothing is open that cannot wait."
MOST = 25  # things that one card names


@dataclass(frozen=True, slots=True)
class Change:
    """`comes` is on call instead of `goes`, None for nobody, until then (None: without an end in sight). `late` is how
    long ago it changed.
    """

    schedule: str
    goes: str | None
    comes: str | None
    until: datetime | None
    late: timedelta


@dataclass(frozen=True, slots=True)
class Open:
    """Of one client: its open alerts, its tickets of P1 and P2, and those that wake before the turn is over."""

    alerts: tuple[Alert, ...]
    tickets: tuple[Ticket, ...]
    asleep: tuple[Ticket, ...]

    def anything(self) -> bool:
        return bool(self.alerts or self.tickets or self.asleep)


def head(change: Change, config: Config, person: str, *, anything: bool) -> Card:
    """As everybody may read it: names and times. `person` is whoever reads it, empty for a channel."""
    goes, comes = name(config, change.goes), name(config, change.comes)
    title = f"On call in {change.schedule}: {goes} → {comes}"
    if person and person == change.comes:
        title = f"You are on call in {change.schedule}, after {goes}"
    elif person:
        title = f"You are no longer on call in {change.schedule}: {comes} is"
    lines = (*_until(change), ours("What is open is in this thread." if anything else NOTHING))
    return Card(_key(change), Own(title + _late(change)), _state(change), lines=lines, tone=_tone(change))


def of_client(change: Change, config: Config, client: str, of: Open) -> Card:
    """What is open at one client, for whoever is called about it from now on."""
    counts = (
        f"{len(of.alerts)} alert{'' if len(of.alerts) == 1 else 's'}", f"{len(of.tickets)} of P1 and P2",
        f"{len(of.asleep)} that wake{'s' if len(of.asleep) == 1 else ''} before it ends",
    )  # fmt: skip
    rows = [*(_alert(a, config) for a in of.alerts), *(_ticket(t, config) for t in of.tickets)]
    rows += [_asleep(t, config) for t in of.asleep]
    numbers = [*(a.number for a in of.alerts), *(t.number for t in (*of.tickets, *of.asleep))]
    buttons = tuple(Button(Own(f"Show {n}"), "show", (("number", str(n)),)) for n in numbers[:5])
    goes, comes = name(config, change.goes), name(config, change.comes)
    title = f"{config.clients[client].name}: on call in {change.schedule}: {goes} → {comes}{_late(change)}"
    open_now = ours("Open: ", ", ".join(counts)) if of.anything() else ours(NOTHING)
    lines = (*_until(change), open_now)
    more = (ours(f"The first {MOST} are named; `/list` has the others."),) if len(rows) > MOST else ()
    return Card(
        f"{_key(change)}/{client}", title, _state(change), lines=(*lines, *more), table=tuple(rows[:MOST]),
        buttons=buttons, tone=_tone(change),
    )  # fmt: skip


def with_buttons(card: Card, buttons: tuple[Button, ...]) -> Card:
    return replace(card, buttons=buttons)


def _key(change: Change) -> str:
    return f"turn/{change.schedule}"


def _state(change: Change) -> str:
    return "" if change.comes else "▲ nobody is on call"


def _tone(change: Change) -> str:
    return "calm" if change.comes else "bad"


def _late(change: Change) -> str:
    return f" (said {span_of(change.late.total_seconds())} late)" if change.late > GRACE else ""


def _until(change: Change) -> tuple[Text, ...]:
    return (ours("Until ", When(change.until), "."),) if change.until and change.until < FOREVER else ()


def _alert(alert: Alert, config: Config) -> tuple[Text, ...]:
    what = text(Own(f"{alert_row.symbol(alert)} "), short(called(alert), 80))
    since = ours("for ", When(alert.started_at, Style.LASTED))
    return ours(f"{alert.number} · {alert.severity}"), what, since, alert_row.who(alert, config)


def _ticket(ticket: Ticket, config: Config) -> tuple[Text, ...]:
    due = promises.soonest(ticket, config)
    when = ours("due ", When(due)) if due else ours("paused" if ticket.pending else "nothing due")
    return _named(ticket), _subject(ticket), when, _has(ticket, config)


def _asleep(ticket: Ticket, config: Config) -> tuple[Text, ...]:
    when = ours("wakes ", When(ticket.wake_at)) if ticket.wake_at else ()
    return _named(ticket), _subject(ticket), when, _has(ticket, config)


def _named(ticket: Ticket) -> Text:
    return ours(f"{ticket.number} · {ticket.priority}")


def _subject(ticket: Ticket) -> Text:
    return text(Subject(short(ticket.subject, 80)))


def _has(ticket: Ticket, config: Config) -> Text:
    return ours(f"{name(config, ticket.assignee)} has it" if ticket.assignee else "nobody has it")
