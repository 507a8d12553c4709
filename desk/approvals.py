"""Approvals: what was asked, by whom, bound to which bytes and arguments; who may answer, and when it lapses."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from desk.people import Person, Role
from desk.refusal import DeskError, Why
from desk.runs import Run

Name = Callable[[str], str]  # from a person's id to what others call them


class ApprovalState(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    DENIED = "denied"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Approval:
    """One question to the approvers of a client, for one run.

    `digest`, `arguments` and `target` are what will be run, to the letter. Times are aware UTC; from `lapses_at` on
    nothing may start on its strength, whether it was answered or not.
    """

    number: int
    client: str
    run: int
    runbook: str
    digest: str
    arguments: tuple[tuple[str, str], ...]
    target: str
    asked_by: str
    asked_at: datetime
    lapses_at: datetime
    state: ApprovalState = ApprovalState.ASKED
    answered_by: str | None = None
    answered_at: datetime | None = None
    version: int = 0


def approve(
    approval: Approval,
    person: Person,
    allowed_roles: frozenset[Role],
    now: datetime,
    approvers: Sequence[str] = (),
    *,
    name: Name = str,
) -> Approval:
    """Approved by this person. For the refusal's sentence: `approvers` are the names of those who could, and `name`
    says who has answered already.

    Whoever asked cannot approve, from whatever account. An answer, and the time limit, are final.
    """
    if person.id == approval.asked_by:
        own = "Only an approver may approve, and you asked for this run yourself."
        raise DeskError(f"{own} {_who(approvers)}", why=Why.FORBIDDEN)
    if not person.roles_at(approval.client) & allowed_roles:
        raise DeskError(f"Only an approver may approve. {_who(approvers)}", why=Why.FORBIDDEN)
    if approval.state is not ApprovalState.ASKED:
        raise _answered(approval, person, name)
    _in_time(approval, person, now)
    return _answer(approval, ApprovalState.APPROVED, person, now)


def deny(
    approval: Approval,
    person: Person,
    allowed_roles: frozenset[Role],
    now: datetime,
    *,
    started: bool = False,
    approvers: Sequence[str] = (),
    name: Name = str,
) -> Approval:
    """Denied, or withdrawn by whoever asked. It also takes back an approval whose run has not `started`: deny wins."""
    may = person.id == approval.asked_by or bool(person.roles_at(approval.client) & allowed_roles)
    if not may:
        raise DeskError(f"Only an approver, or whoever asked, may deny. {_who(approvers)}", why=Why.FORBIDDEN)
    if approval.state is ApprovalState.APPROVED and started:
        sentence = f"{_how(approval, person, name)}, and the run has started; it can no longer be denied."
        raise DeskError(sentence, why=Why.CONFLICT)
    if approval.state in (ApprovalState.DENIED, ApprovalState.LAPSED):
        raise _answered(approval, person, name)
    if approval.state is ApprovalState.ASKED:
        _in_time(approval, person, now)
    return _answer(approval, ApprovalState.DENIED, person, now)


def lapse(approval: Approval, now: datetime) -> Approval:
    """Lapsed if nobody answered in time; otherwise, and before its time, unchanged."""
    if approval.state is not ApprovalState.ASKED or now < approval.lapses_at:
        return approval
    return replace(approval, state=ApprovalState.LAPSED)


def matches(approval: Approval, run: Run) -> str:
    """Empty when the run is to the letter what was asked, else the sentence why it is not."""
    if (approval.run, approval.client, approval.runbook) != (run.number, run.client, run.runbook):
        return f"The approval is for run {approval.run} of {approval.runbook}, not for this one. Ask again."
    if approval.digest != run.digest:
        return (
            f"The script changed after it was asked for ({approval.digest[:8]}, now {run.digest[:8]}). "
            "Ask again, so that an approver sees the new one."
        )
    if approval.target != run.target:
        return f"The approval is for {approval.target}, not for {run.target}. Ask again for that target."
    if approval.arguments != run.arguments:
        return f"The approval is for {_words(approval.arguments)}, not for {_words(run.arguments)}. Ask again."
    return ""


def holds(approval: Approval, run: Run, now: datetime) -> str:
    """Empty when the run may start on this approval now, else the sentence why not. Asked right before the start."""
    if approval.state is not ApprovalState.APPROVED:
        return f"The approval {approval.number} is {approval.state}, not approved."
    if now >= approval.lapses_at:
        return f"The approval {approval.number} lapsed before the run could start. Ask again."
    return matches(approval, run)


def _answer(approval: Approval, state: ApprovalState, person: Person, now: datetime) -> Approval:
    return replace(approval, state=state, answered_by=person.id, answered_at=now)


def _in_time(approval: Approval, reader: Person, now: datetime) -> None:
    if now >= approval.lapses_at:
        raise DeskError(_lapsed(approval, reader), why=Why.CONFLICT)


def _answered(approval: Approval, reader: Person, name: Name) -> DeskError:
    late = approval.state is ApprovalState.LAPSED
    return DeskError(_lapsed(approval, reader) if late else f"{_how(approval, reader, name)}.", why=Why.CONFLICT)


def _lapsed(approval: Approval, reader: Person) -> str:
    return f"It lapsed at {_at(approval.lapses_at, reader)} and nothing was run. Ask again with `/run`."


def _how(approval: Approval, reader: Person, name: Name) -> str:
    when = f" at {_at(approval.answered_at, reader)}" if approval.answered_at else ""
    by = f" by {name(approval.answered_by)}" if approval.answered_by else ""
    return f"Already {approval.state}{by}{when}"


def _at(moment: datetime, reader: Person) -> str:
    return f"{moment.astimezone(ZoneInfo(reader.zone)):%H:%M}"


def _who(approvers: Iterable[str]) -> str:
    names = ", ".join(approvers)
    return f"Approvers now: {names}." if names else "Nobody else can approve now; ask an admin to name an approver."


def _words(arguments: Iterable[tuple[str, str]]) -> str:
    return " ".join(f"{name}={value!r}" for name, value in arguments) or "no arguments"
