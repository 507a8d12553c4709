"""Rows to frozen values and back, in this one place. A row is a tuple in the order of its table's columns."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from bot.store.tables import from_us, to_us
from desk.alerts import Alert, Watch
from desk.approvals import Approval
from desk.audit import Entry
from desk.cards import Post, button_to_json, card_to_json, event_to_json, text_to_json
from desk.holds import Silence
from desk.runs import Run
from desk.signals import RANK, Signal
from desk.sla import Pause, clock_from_json, clock_to_json
from desk.tickets import Item, Priority, State, Ticket, TimelineEntry
from handlers.records import Deadline

Row = Sequence[Any]

# Not orjson: escaped, even half a character that a person sent can be stored.
_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
_ALERT = TypeAdapter(Alert)
_RUN = TypeAdapter(Run)
_APPROVAL = TypeAdapter(Approval)
_WATCH = TypeAdapter(Watch)
_SIGNAL = TypeAdapter(Signal)
_SILENCE = TypeAdapter(Silence)


def us(at: datetime | None) -> int | None:
    return None if at is None else to_us(at)


def at(us: int | None) -> datetime | None:
    return None if us is None else from_us(us)


def compact(data: Any) -> str:
    return _encode(data)


def ticket_row(ticket: Ticket, version: int) -> Row:
    return (
        ticket.number, ticket.client, ticket.requester, ticket.subject, ticket.details, ticket.priority.value,
        ticket.state.value, to_us(ticket.opened_at), ticket.opened_by, ticket.assignee, ticket.team, ticket.level,
        compact(sorted(ticket.pending)), ticket.alert, ticket.follows, ticket.resolution, ticket.resolved_by,
        us(ticket.resolved_at), us(ticket.closed_at), ticket.last_message,
        compact([clock_to_json(clock) for clock in ticket.clocks]),
        compact([[kind, to_us(due)] for kind, due in ticket.warned]), ticket.home, ticket.root,
        ticket.source or None, version, ticket.category, ticket.impact, ticket.urgency, ticket.code,
        compact(ticket.tags), compact(ticket.watchers), compact(ticket.links), compact(ticket.answers),
        compact(dict(ticket.measured)), ticket.spent, ticket.replies, ticket.reopens, ticket.month,
        us(ticket.wake_at), us(ticket.touched_at), ticket.merged_into, ticket.stars, compact(ticket.reasons),
    )  # fmt: skip


def ticket(row: Row) -> Ticket:
    return Ticket(
        number=row[0], client=row[1], requester=row[2], subject=row[3], details=row[4], priority=Priority(row[5]),
        state=State(row[6]), opened_at=from_us(row[7]), opened_by=row[8], assignee=row[9], team=row[10], level=row[11],
        pending=frozenset(Pause(cause) for cause in json.loads(row[12])), alert=row[13], follows=row[14],
        resolution=row[15], resolved_by=row[16], resolved_at=at(row[17]), closed_at=at(row[18]), last_message=row[19],
        clocks=tuple(clock_from_json(clock) for clock in json.loads(row[20])),
        warned=tuple((kind, from_us(due)) for kind, due in json.loads(row[21])),
        home=row[22], root=row[23], source=row[24] or "", version=row[25],
        category=row[26], impact=row[27], urgency=row[28], code=row[29], tags=tuple(json.loads(row[30])),
        watchers=tuple(json.loads(row[31])), links=tuple((kind, other) for kind, other in json.loads(row[32])),
        answers=tuple((name, value) for name, value in json.loads(row[33])),
        measured=tuple(json.loads(row[34]).items()), spent=row[35], replies=row[36], reopens=row[37], month=row[38],
        wake_at=at(row[39]), touched_at=at(row[40]), merged_into=row[41], stars=row[42],
        reasons=tuple((what, why) for what, why in json.loads(row[43])),
    )  # fmt: skip


def timeline_row(entry: TimelineEntry) -> Row:
    return (
        entry.number, entry.client, to_us(entry.at), entry.who, entry.item.value, entry.words, entry.public,
        entry.message,
    )  # fmt: skip


def timeline_entry(row: Row) -> TimelineEntry:
    return TimelineEntry(row[1], row[2], from_us(row[3]), row[4], Item(row[5]), row[6], bool(row[7]), row[8], row[0])


def alert_row(alert: Alert, version: int) -> Row:
    return (
        alert.number, alert.client, alert.monitor, alert.severity.value, alert.state.value, to_us(alert.started_at),
        us(alert.cleared_at), _ALERT.dump_json(replace(alert, version=version)).decode(), version,
        alert.group,
    )  # fmt: skip


def alert(row: Row) -> Alert:
    return _ALERT.validate_json(row[7])


def outage_row(signal: Signal) -> Row:
    return signal.alert, signal.client, signal.monitor, to_us(signal.started_at), us(signal.ended_at)


def signal_row(signal: Signal) -> Row:
    return (
        signal.fingerprint, signal.client, signal.state.value, signal.alert, RANK[signal.severity],
        to_us(signal.started_at), _SIGNAL.dump_json(signal).decode(),
    )  # fmt: skip


def signal(row: Row) -> Signal:
    return _SIGNAL.validate_json(row[6])


def silence_row(silence: Silence) -> Row:
    body = _SILENCE.dump_json(silence).decode()
    return silence.number, silence.client, to_us(silence.ends_at), body, silence.version


def silence(row: Row) -> Silence:
    return _SILENCE.validate_json(row[3])


def run_row(run: Run, version: int) -> Row:
    return (
        run.number, run.client, run.runbook, run.target, run.state.value, run.asked_by, to_us(run.asked_at),
        us(run.started_at), _RUN.dump_json(replace(run, version=version)).decode(), version,
    )  # fmt: skip


def run(row: Row) -> Run:
    return _RUN.validate_json(row[8])


def approval_row(approval: Approval, version: int) -> Row:
    body = _APPROVAL.dump_json(replace(approval, version=version)).decode()
    return approval.number, approval.client, approval.run, approval.state.value, body, version


def approval(row: Row) -> Approval:
    return _APPROVAL.validate_json(row[4])


def watch_row(watch: Watch) -> Row:
    return watch.monitor, _WATCH.dump_json(watch).decode()


def watch(row: Row) -> Watch:
    return _WATCH.validate_json(row[1])


def post_body(post: Post) -> str:
    """The newest wanted state of a post, as text that is the same for the same state."""
    return compact({
        "card": card_to_json(post.card) if post.card else None,
        "words": text_to_json(post.words),
        "buttons": [button_to_json(button) for button in post.buttons],
        **({"event": event_to_json(post.event)} if post.event else {}),
    })  # fmt: skip


def deadline(row: Row) -> Deadline:
    """From `subject, kind, client_id, due_at, epoch`."""
    return Deadline(row[0], row[1], from_us(row[3]), row[4], row[2])


def audit_row(entry: Entry) -> Row:
    """Without a place in the chain: that is the sealer's to give."""
    detail = compact(dict(entry.detail))
    return to_us(entry.at), entry.who, entry.via, entry.action, entry.subject, entry.client, detail, None, None, None


def audit_entry(row: Row) -> Entry:
    return Entry(
        id=row[0], at=from_us(row[1]), who=row[2], via=row[3], action=row[4], subject=row[5], client=row[6],
        detail=json.loads(row[7]), seq=row[8], previous=row[9], hash=row[10],
    )  # fmt: skip
