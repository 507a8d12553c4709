"""An alert, as the team sees it."""

from config.loaded import Config
from desk.alerts import Alert, AlertState
from desk.cards import Button, Card, Style, Text, When, span_of, text
from desk.detail import Own, ours
from handlers.pictures import name

NOT_WATCHED = "no longer watched"  # how an alert ends whose monitor has left the configuration


def key(number: int) -> str:
    return f"alert/{number}"


def for_team(alert: Alert, config: Config, on_call: Text = ()) -> Card:
    """What it is and how bad; what was seen; who has it, and who is told next if nobody acts; what one can do.
    `on_call` is who is called first, and until when.
    """
    lines = [
        _seen(alert),
        _who(alert, config, on_call),
        _next(alert, config),
        ours(f"Ticket {alert.ticket}") if alert.ticket else (),
        ours(f"Last run: {alert.run}") if alert.run else (),
    ]
    title = f"{alert.title} · {alert.about}" if alert.about else alert.title
    lines.insert(0, text(f"{config.clients[alert.client].name} · ", Own(alert.severity)))
    return Card(
        key(alert.number), title, _state(alert, config), alert.number, tuple(line for line in lines if line),
        buttons=_buttons(alert, config), tone=_tone(alert),
    )  # fmt: skip


def _state(alert: Alert, config: Config) -> str:
    if alert.fixed_by == NOT_WATCHED:
        return "? UNKNOWN"
    if alert.state is AlertState.CLEARED:
        return "✓ UP"
    if alert.state is AlertState.ACKNOWLEDGED:
        return f"◐ DOWN, {name(config, alert.acked_by)} is on it"
    return "▲ DOWN"


def _tone(alert: Alert) -> str:
    if alert.fixed_by == NOT_WATCHED:
        return "calm"
    return {AlertState.CLEARED: "good", AlertState.ACKNOWLEDGED: "warn"}.get(alert.state, "bad")


def _seen(alert: Alert) -> Text:
    if alert.cleared_at:
        lasted = span_of((alert.cleared_at - alert.started_at).total_seconds())
        fixed = f" · {alert.fixed_by}" if alert.fixed_by else ""
        return text(*ours("was down ", When(alert.started_at), "-", When(alert.cleared_at), f" ({lasted})"), fixed)
    since = ours("since ", When(alert.started_at), " (", When(alert.started_at, Style.LASTED), ")")
    return text(
        f"{alert.sentence} · ", *since,
        f" · {alert.failures} failure{'s' if alert.failures > 1 else ''} in a row before it rang",
    )  # fmt: skip


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
    if alert.step >= len(alert.steps):
        return text("Everybody on the escalation path was told.")
    after, target = alert.steps[alert.step]
    return text(f"If nobody acknowledges: {target_words(target, config)} is told {span_of(after)} after it rang.")


def target_words(target: str, config: Config) -> str:
    kind, _, which = target.partition(":")
    return {"person": name(config, which), "team": f"team {which}", "oncall": "whoever is on call"}[kind]


def _buttons(alert: Alert, config: Config) -> tuple[Button, ...]:
    number = (("number", str(alert.number)),)
    if alert.state is AlertState.CLEARED:
        return ()
    buttons = [] if alert.acked_by else [Button(Own("Acknowledge"), "ack", number, primary=True)]
    monitor = config.monitors.get(alert.monitor)
    if monitor and monitor.runbook and monitor.target:
        args = (("runbook", monitor.runbook), ("target", monitor.target), ("alert", str(alert.number)))
        question = f"Run {monitor.runbook} on {monitor.target}?"
        buttons.append(Button(f"Run {monitor.runbook}…", "run", args, confirm=question))
    if alert.ticket is None:
        subject = (("alert", str(alert.number)), ("client", alert.client), ("priority", "P1"))
        buttons.append(Button(Own("Open ticket…"), "open", subject))
    return (*buttons, Button(Own("Why?"), "why", number), Button(Own("More"), "show", number))
