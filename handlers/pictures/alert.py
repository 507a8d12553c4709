"""An alert, as the team sees it."""

from collections.abc import Sequence
from dataclasses import dataclass

from config.loaded import Config
from desk.alerts import Alert, AlertState, Severity
from desk.cards import Button, Card, Style, Text, When, span_of, text
from desk.detail import Own, ours
from desk.holds import HoldKind
from desk.paths import condition, due_at, step_at
from desk.signals import Signal, SignalState
from handlers.pictures import name, short

TEAM = ""  # stands for the client's team channel
NAMED = 8  # signals of one alert that its card names
# What a ticket of it is proposed to be; whoever opens it may say another.
PRIORITY = {Severity.CRITICAL: "P1", Severity.HIGH: "P2", Severity.NORMAL: "P3", Severity.LOW: "P4"}
NOT_WATCHED = "no longer watched"  # how an alert ends whose monitor has left the configuration


def key(number: int) -> str:
    return f"alert/{number}"


def channels(alert: Alert, config: Config) -> tuple[str, ...]:
    """Where its card stands. A channel of another client's is none, whatever its route said."""
    client = config.clients[alert.client]
    named = [client.team_channel if each == TEAM else each for each in alert.channels or (TEAM,)]
    there = [each for each in named if each in config.channels and config.channels[each].client in {None, client.id}]
    return tuple(dict.fromkeys(there)) or (client.team_channel,)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known besides an alert: the worst of its signals, where it has several; the last hour as letters; the
    promise of its ticket that is due next; an alert before of the same thing, and how many there were lately;
    who is called first and until when.
    """

    signals: tuple[Signal, ...] = ()
    hour: str = ""
    promise: Text = ()
    before: Alert | None = None
    times: int = 0
    on_call: Text = ()


def for_team(alert: Alert, config: Config, known: Known = Known()) -> Card:
    """What it is and how bad; what was seen; who has it, and who is told next if nobody acts; what one can do."""
    lines = [
        text(f"{config.clients[alert.client].name} · ", Own(alert.severity), *_owner(alert, config)),
        _seen(alert) if alert.total == 1 or alert.cleared_at else _counts(alert),
        ours(f"last hour {known.hour}") if known.hour else (),
        text(alert.link) if alert.link and alert.is_open else (),
        ours(*_held(alert)) if alert.hold or alert.flapping or alert.snoozed_until else (),
        _who(alert, config, known.on_call),
        _next(alert, config),
        known.promise or (ours(f"Ticket {alert.ticket}") if alert.ticket else ()),
        _seen_before(known),
        ours(f"Last run: {alert.run}") if alert.run else (),
    ]
    return Card(
        key(alert.number), _title(alert), _state(alert, config), alert.number, tuple(line for line in lines if line),
        buttons=_buttons(alert, config), table=_rows(alert, known.signals), tone=_tone(alert),
    )  # fmt: skip


def _seen_before(known: Known) -> Text:
    if known.before is None or known.before.cleared_at is None:
        return ()
    often = f" · {known.times} times lately" if known.times > 1 else ""
    fixed = f", {known.before.fixed_by}" if known.before.fixed_by else ""
    lasted = span_of((known.before.cleared_at - known.before.started_at).total_seconds())
    when = ours(f"Seen before: {known.before.number} (", When(known.before.started_at, Style.CLOCK), f", {lasted})")
    return (*when, *text(fixed), *ours(often))


def called(alert: Alert) -> str:
    """What it is called wherever it is named: by what its signals have in common, where it has several."""
    if alert.total == 1:
        return alert.title
    shared = ", ".join(f"{name} {value}" for name, value in alert.labels.items() if name != "client")
    return f"{alert.total} alerts of {shared}" if shared else f"{alert.total} alerts"


def _title(alert: Alert) -> str:
    return f"{called(alert)} · {alert.about}" if alert.about and alert.total == 1 else called(alert)


def _rows(alert: Alert, signals: Sequence[Signal]) -> tuple[tuple[Text, ...], ...]:
    """The worst of what it is made of; the others are counted."""
    if alert.total == 1 or alert.cleared_at:
        return ()
    rows = [
        (text(f"{'▲' if s.state is SignalState.FIRING else '✓'} {s.title}"), ours(s.severity), text(short(s.sentence)))
        for s in signals[:NAMED]
    ]
    more = alert.total - len(rows)
    return (*rows, *([(ours(f"… and {more} more"), ours(""), ours(""))] if more > 0 else []))


def _owner(alert: Alert, config: Config) -> Text:
    """Who looks after the thing, whoever is called about it."""
    monitor = config.monitors.get(alert.monitor)
    if monitor is None or not monitor.owner:
        return ()
    whose = f"team {monitor.owner}" if monitor.owner in config.teams else name(config, monitor.owner)
    return text(f" · belongs to {whose}")


def _state(alert: Alert, config: Config) -> str:
    """In a symbol and words; colour only says it again."""
    if alert.fixed_by == NOT_WATCHED:
        return "? UNKNOWN"
    if alert.state is AlertState.CLEARED:
        return "✓ UP"
    if alert.flapping:
        return "≈ FLAPPING (held)"
    if alert.hold:
        return "⊘ MAINTENANCE" if alert.hold.kind is HoldKind.MAINTENANCE else "⊘ SILENCED"
    if alert.state is AlertState.ACKNOWLEDGED:
        return f"◐ DOWN, {name(config, alert.acked_by)} is on it"
    return "▲ DOWN"


def _tone(alert: Alert) -> str:
    if alert.fixed_by == NOT_WATCHED or (alert.is_open and alert.hold):
        return "calm"
    return {AlertState.CLEARED: "good", AlertState.ACKNOWLEDGED: "warn"}.get(alert.state, "bad")


def _seen(alert: Alert) -> Text:
    if alert.cleared_at:
        lasted = span_of((alert.cleared_at - alert.started_at).total_seconds())
        fixed = f" · {alert.fixed_by}" if alert.fixed_by else ""
        return text(*ours("was down ", When(alert.started_at), "-", When(alert.cleared_at), f" ({lasted})"), fixed)
    since = ours("since ", When(alert.started_at), " (", When(alert.started_at, Style.LASTED), ")")
    rang = (f" · {in_a_row(alert)} before it rang",) if alert.failures else ()
    return text(f"{alert.sentence} · ", *since, *rang)


def in_a_row(alert: Alert) -> str:
    return f"{alert.failures} failure{'s' if alert.failures > 1 else ''} in a row"


def _counts(alert: Alert) -> Text:
    since = ours(" · since ", When(alert.started_at), " (", When(alert.started_at, Style.LASTED), ")")
    return (*ours(f"{alert.firing} of {alert.total} down now"), *since)


def _held(alert: Alert) -> tuple[str | When, ...]:
    """What keeps it from calling anybody, and until when."""
    if alert.flapping:
        return ("It goes up and down; it ends once it is steady.",)
    if alert.hold is None:
        return ("Snoozed until ", When(alert.snoozed_until), "; then it calls again if it is still down.") if (
            alert.snoozed_until) else ()  # fmt: skip
    until = ("until ", When(alert.hold.until)) if alert.hold.until else ()
    return ("Nobody is called ", *until, f": {alert.hold.why}")


def again(alert: Alert, config: Config) -> tuple[Text, tuple[Button, ...]]:
    """A reminder that stands on its own: still down, and nobody has it."""
    words = text(
        f"▲ {alert.number} · {_title(alert)}: still down since ", When(alert.started_at),
        " (", When(alert.started_at, Style.LASTED), "), and nobody has it.",
    )  # fmt: skip
    return words, tuple(b for b in _buttons(alert, config) if b.word in {"ack", "silence", "show"})


def _who(alert: Alert, config: Config, on_call: Text) -> Text:
    if alert.state is AlertState.CLEARED:
        return ()
    if alert.acked_by and alert.acked_at:
        return text(f"{name(config, alert.acked_by)} has it since ", When(alert.acked_at))
    told = alert.pages[-1] if alert.pages else None
    who = f"told {name(config, told.person)} " if told else "nobody told yet"
    said = text("On call: ", *on_call, f" · {who}") if on_call else text(who[0].upper() + who[1:])
    return text(*said, *((When(told.at), ", not acknowledged") if told else ()))


def _next(alert: Alert, config: Config) -> Text:
    if alert.state is not AlertState.FIRING:
        return ()
    if alert.hold or alert.snoozed_until:
        return ()
    step = step_at(alert.steps, alert.times, alert.step)
    if step is None:
        return text("Everybody on the escalation path was told.")
    target, given = target_words(step.target, config), f", {condition(step)}" if condition(step) else ""
    if alert.called_at is None:
        return text(f"If nobody acknowledges: {target} is told {span_of(step.after)} after it rang{given}.")
    due = due_at(alert.steps, alert.again, alert.called_at, alert.step)
    return text(f"If nobody acknowledges: {target} is told at ", When(due), f"{given}.")


def target_words(target: str, config: Config) -> str:
    kind, _, which = target.partition(":")
    return {
        "person": name(config, which), "team": f"team {which}", "oncall": "whoever is on call",
        "channel": f"channel {which}",
    }[kind]  # fmt: skip


def _buttons(alert: Alert, config: Config) -> tuple[Button, ...]:
    number = (("number", str(alert.number)),)
    if alert.state is AlertState.CLEARED:
        return ()
    buttons = [] if alert.acked_by in config.people else [Button(Own("Acknowledge"), "ack", number, primary=True)]
    monitor = config.monitors.get(alert.monitor)
    if monitor and monitor.runbook and monitor.target:
        args = (("runbook", monitor.runbook), ("target", monitor.target), ("alert", str(alert.number)))
        question = f"Run {monitor.runbook} on {monitor.target}?"
        buttons.append(Button(f"Run {monitor.runbook}…", "run", args, confirm=question))
    if alert.acked_by:
        buttons += [Button(Own("Snooze…"), "snooze", number), Button(Own("Hand over…"), "handover", number)]
    elif alert.hold is None:
        buttons.append(Button(Own("Silence…"), "silence", number))
    if alert.ticket is None:
        subject = (("alert", str(alert.number)), ("client", alert.client), ("priority", PRIORITY[alert.severity]))
        buttons.append(Button(Own("Open ticket…"), "open", subject))
    return (*buttons[:4], Button(Own("More"), "show", number))


def further_buttons(alert: Alert) -> tuple[Button, ...]:
    """What one can do besides what its card offers, for whoever looks at it more closely."""
    number = (("number", str(alert.number)),)
    told = (Button(Own("Why?"), "why", number), Button(Own("Timeline"), "timeline", number))
    if not alert.is_open:
        return told
    if alert.acked_by:
        silence = (Button(Own("Silence…"), "silence", number),) if alert.hold is None else ()
        mine = (Button(Own("Give it back"), "unack", number), *silence)
    else:
        mine = (Button(Own("Acknowledge"), "ack", number, primary=True), Button(Own("Snooze…"), "snooze", number))
    return (*mine, Button(Own("Call somebody…"), "page", number), *told)
