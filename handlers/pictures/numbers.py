"""Numbers for managers: the number, the target, the exceptions."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from config.loaded import Config
from desk.cards import Button, Card, Field, text
from desk.clients import Client
from desk.reports import attainment
from desk.sla import Metric, Verdict
from desk.tickets import Ticket
from handlers import promises

LABELS = {Metric.FIRST_RESPONSE: "First answer", Metric.RESOLUTION: "Solved in time"}
RISK = 0.75  # of the target used up


def promise_card(
    client: Client, period: str, tickets: Sequence[Ticket], still_open: Sequence[Ticket], config: Config, now: datetime
) -> Card:
    """`sla acme`: each promise of what was opened in the period, with its denominator.

    What is at risk or broken now is named by its number, whenever it was opened.
    """
    fields = attained(tickets, client.contract.goals, config, now)
    risky = [t for t in still_open if at_risk(t, config, now)]
    missed = [t for t in still_open if is_missed(t, config, now)]
    lines = [text(f"{len(tickets)} tickets opened in {period}")]
    lines += [text(f"{len(risky)} at risk now: {_numbers(risky)}")] if risky else [text("None at risk now.")]
    lines += [text(f"Broken and still open: {_numbers(missed)}")] if missed else []
    buttons = tuple(Button(f"Why {t.number}?", "why", (("number", str(t.number)),)) for t in (*missed, *risky)[:3])
    bad = any(f.value and str(f.value[0]).endswith("▲") for f in fields)
    return Card(
        f"sla/{client.id}", f"{client.name}: promises", period, None, tuple(lines), fields, buttons,
        tone="bad" if bad else "good",
    )  # fmt: skip


def attained(
    tickets: Sequence[Ticket], goals: Mapping[str, float], config: Config, now: datetime
) -> tuple[Field, ...]:
    """How each promise of these tickets stands, with its denominator."""
    fields = []
    for metric in Metric:
        verdicts = [v for t in tickets if (v := promises.verdict(t, config, metric, now)) is not None]
        fields.append(Field(LABELS[metric], text(attainment(verdicts, goals.get(metric)).words())))
    return tuple(fields)


def at_risk(ticket: Ticket, config: Config, now: datetime) -> bool:
    """More than three quarters of a promise used up, and not broken yet."""
    if is_missed(ticket, config, now):
        return False
    return any(
        promises.verdict(ticket, config, clock.metric, now) is Verdict.RUNNING
        and promises.used(ticket, config, clock, now) >= RISK
        for clock in ticket.clocks
    )


def is_missed(ticket: Ticket, config: Config, now: datetime) -> bool:
    return any(promises.verdict(ticket, config, c.metric, now) is Verdict.MISSED for c in ticket.clocks)


def _numbers(tickets: Sequence[Ticket]) -> str:
    return ", ".join(str(t.number) for t in tickets[:12]) + (", …" if len(tickets) > 12 else "")
