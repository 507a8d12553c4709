"""An event, as another system is told of it: what it is about as it is afterwards, in plain values.

Marked as on a card: `Own` is a word of ours, `Subject` what something is called; any other text is somebody's words,
and empty where there are none: that there is nothing is not told of what may not be told.
"""

from datetime import datetime

from config.loaded import Config
from desk.alerts import Alert
from desk.approvals import Approval
from desk.audit import Entry
from desk.detail import Own, Subject
from desk.events import Event, Fact
from desk.holds import Silence, Window
from desk.runs import Run
from desk.tickets import Ticket
from handlers.pictures import short

LONGEST = 500  # characters of a sentence
# What of an entry's own details goes along, where what it is about has no row of its own.
KEPT = frozenset({"schedule", "person", "from", "until", "was"})

About = Ticket | Alert | Run | Approval | Silence | Window


def of_entry(entry: Entry, about: About | None, config: Config) -> Event:
    facts = _facts(about) if about else {k: Own(v) for k, v in entry.detail.items() if k in KEPT}
    return Event(entry.action, entry.at, entry.subject, entry.client, _person(entry.who, config), facts)


def _facts(about: About) -> dict[str, Fact]:
    match about:
        case Ticket():
            return _of_ticket(about)
        case Alert():
            return _of_alert(about)
        case Run():
            return _of_run(about)
        case Approval():
            return _of_approval(about)
        case Silence():
            until = _at(about.ends_at)
            return {"number": about.number, "reason": short(about.reason, LONGEST), "until": until}
        case Window():
            return {"name": Own(about.id), "title": about.title}


def _of_ticket(of: Ticket) -> dict[str, Fact]:
    return {
        "number": of.number, "version": of.version, "subject": Subject(of.subject), "state": Own(of.state),
        "priority": Own(of.priority), "requester": of.requester, "assignee": _own(of.assignee), "team": _own(of.team),
        "category": _own(of.category or None), "waiting_for": _own(", ".join(sorted(of.pending)) or None),
        "opened_at": _at(of.opened_at), "resolved_at": _at(of.resolved_at), "closed_at": _at(of.closed_at),
        "alert": of.alert, "merged_into": of.merged_into,
    }  # fmt: skip


def _of_alert(of: Alert) -> dict[str, Fact]:
    return {
        "number": of.number, "version": of.version, "title": Subject(of.title), "about": of.about,
        "monitor": of.monitor, "state": Own(of.state), "severity": Own(of.severity),
        "sentence": short(of.sentence, LONGEST), "firing": of.firing, "total": of.total, "flapping": of.flapping,
        "held": of.hold is not None, "started_at": _at(of.started_at), "acknowledged_by": _own(of.acked_by),
        "acknowledged_at": _at(of.acked_at), "snoozed_until": _at(of.snoozed_until), "cleared_at": _at(of.cleared_at),
        "fixed_by": short(of.fixed_by, LONGEST), "ticket": of.ticket,
    }  # fmt: skip


def _of_run(of: Run) -> dict[str, Fact]:
    return {
        "number": of.number, "version": of.version, "runbook": of.runbook, "target": of.target, "state": Own(of.state),
        "outcome": _own(of.outcome), "digest": Own(of.digest), "asked_by": _own(of.asked_by),
        "asked_at": _at(of.asked_at), "started_at": _at(of.started_at), "ended_at": _at(of.ended_at),
        "alert": of.alert, "approval": of.approval,
    }  # fmt: skip


def _of_approval(of: Approval) -> dict[str, Fact]:
    return {
        "number": of.number, "version": of.version, "run": of.run, "runbook": of.runbook, "target": of.target,
        "state": Own(of.state), "digest": Own(of.digest), "asked_by": _own(of.asked_by),
        "answered_by": _own(of.answered_by), "answered_at": _at(of.answered_at), "lapses_at": _at(of.lapses_at),
    }  # fmt: skip


def _person(id_: str, config: Config) -> str:
    """Staff and the desk itself are named everywhere; a requester where what they write may leave, too."""
    person = config.people.get(id_)
    return id_ if person and person.client else Own(id_)


def _own(word: str | None) -> Own | None:
    return None if word is None else Own(word)


def _at(at: datetime | None) -> Own | None:
    return None if at is None else Own(at.isoformat())
