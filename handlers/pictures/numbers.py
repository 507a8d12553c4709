"""How promises stand: the number, the target, the exceptions."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from config.loaded import Config
from desk import sla
from desk.cards import Button, Card, Field, text
from desk.clients import Client
from desk.reckoning import attained as counted
from desk.reports import Period, Promise
from desk.sla import Verdict
from desk.tallies import facts
from desk.tickets import UNRESOLVED, Ticket
from handlers import promises
from handlers.measuring import judge

LABELS = {
    "first_response": "First answer", "next_response": "Next answers", "periodic_update": "Updates in time",
    "resolution": "Solved in time",
}  # fmt: skip
ALWAYS_TOLD = ("first_response", "resolution")
RISK = 0.75  # of the target used up


def promise_card(
    client: Client, period: Period, kept: Sequence[Promise], opened: int, still_open: Sequence[Ticket], config: Config,
    now: datetime,
) -> Card:  # fmt: skip
    """`sla acme`: each promise of what was opened in the period, with its denominator.

    What is at risk or broken now is named by its number, whenever it was opened.
    """
    fields = tuple(Field(LABELS[p.metric], text(p.attainment.words())) for p in kept if not p.priority)
    risky = [t for t in still_open if at_risk(t, config, now)]
    missed = [t for t in still_open if is_missed(t, config, now)]
    lines = [text(f"{about(opened, 'ticket')} opened in {period.title.split()[0]} so far")]
    lines += [text(f"{len(risky)} at risk now: {_numbers(risky)}" if risky else "None at risk now")]
    lines += [text(f"Broken and still open: {_numbers(missed)}")] if missed else []
    buttons = [Button(f"Why {t.number}?", "why", (("number", str(t.number)),)) for t in (*missed, *risky)[:3]]
    buttons.append(Button("Report", "report", (("client", client.id), ("period", period.label))))
    bad = any(p.attainment.mark.endswith("▲") for p in kept if not p.priority)
    return Card(
        f"sla/{client.id}", f"{client.name}: promises", f"{period.title.split()[0]} so far", None, tuple(lines), fields,
        tuple(buttons), tone="bad" if bad else "good",
    )  # fmt: skip


def attained(
    tickets: Iterable[Ticket], goals: Mapping[str, float], config: Config, now: datetime
) -> tuple[Field, ...]:
    """How each promise of these tickets stands, with its denominator."""
    found: Counter[str] = sum((facts(t, judge(t, config, now)) for t in tickets), Counter())
    told = [
        (promise, label, counted(found, promise, goals.get(promise)))
        for promise, label in LABELS.items()
    ]
    return tuple(
        Field(label, text(of.words()))
        for promise, label, of in told
        if promise in ALWAYS_TOLD or of.judged or of.open
    )


def at_risk(ticket: Ticket, config: Config, now: datetime) -> bool:
    """More than three quarters of a promise used up that can still be kept, whatever became of another."""
    hours, verdicts = promises.calendar(config, ticket), _verdicts(ticket, config, now)
    return ticket.state in UNRESOLVED and any(
        verdict is Verdict.RUNNING and sla.elapsed(clock, hours, now) >= RISK * clock.target
        for clock, verdict in zip(ticket.clocks, verdicts, strict=True)
    )


def is_missed(ticket: Ticket, config: Config, now: datetime) -> bool:
    return Verdict.MISSED in _verdicts(ticket, config, now)


def _verdicts(ticket: Ticket, config: Config, now: datetime) -> list[Verdict]:
    return list(map(judge(ticket, config, now), ticket.clocks))


def about(count: int, what: str) -> str:
    """`1 ticket`, `3 tickets`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _numbers(tickets: Sequence[Ticket]) -> str:
    return ", ".join(str(t.number) for t in tickets[:12]) + (", …" if len(tickets) > 12 else "")
