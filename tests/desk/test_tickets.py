"""A ticket's states: the table of what is legal, and a machine that walks it at random."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from hypothesis.strategies import sampled_from

from desk import tickets
from desk.refusal import DeskError, Why
from desk.sla import Pause
from desk.tickets import Priority, State, Ticket

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
NEW = Ticket(17, "acme", "ann", "VPN drops", Priority.P2, State.NEW, NOW, "ann")
OPEN = tickets.touched_by_staff(NEW, NOW)
PENDING = tickets.pended(OPEN, Pause.WAITING_CUSTOMER)
RESOLVED = tickets.resolved(OPEN, "ben", "restarted it", NOW)
CLOSED = tickets.closed(RESOLVED, NOW)
MERGED = tickets.merged(OPEN, 12, NOW)
BY_STATE = {
    State.NEW: NEW, State.OPEN: OPEN, State.PENDING: PENDING, State.RESOLVED: RESOLVED, State.CLOSED: CLOSED,
    State.MERGED: MERGED,
}  # fmt: skip

ACTIONS = {
    "touched by staff": lambda t: tickets.touched_by_staff(t, NOW),
    "assigned": lambda t: tickets.assigned(t, "ben"),
    "given another priority": lambda t: tickets.prioritised(t, Priority.P1, "all are down"),
    "escalated": tickets.escalated,
    "waits for the vendor": lambda t: tickets.pended(t, Pause.WAITING_VENDOR, NOW),
    "waits for nobody": tickets.resumed,
    "resolved": lambda t: tickets.resolved(t, "ben", "done", NOW),
    "reopened": tickets.reopened,
    "closed": lambda t: tickets.closed(t, NOW),
    "written to by the requester": tickets.written_by_requester,
}
REFUSED = None
LEGAL = [
    # what happens, then what becomes of new, open, pending, resolved, closed, merged
    ("touched by staff", State.OPEN, State.OPEN, State.PENDING, State.RESOLVED, State.CLOSED, State.MERGED),
    ("assigned", State.OPEN, State.OPEN, State.PENDING, REFUSED, REFUSED, REFUSED),
    ("given another priority", State.NEW, State.OPEN, State.PENDING, REFUSED, REFUSED, REFUSED),
    ("escalated", State.NEW, State.OPEN, State.PENDING, REFUSED, REFUSED, REFUSED),  # by a requester
    ("waits for the vendor", State.PENDING, State.PENDING, State.PENDING, REFUSED, REFUSED, REFUSED),
    ("waits for nobody", REFUSED, REFUSED, State.OPEN, REFUSED, REFUSED, REFUSED),
    ("resolved", State.RESOLVED, State.RESOLVED, State.RESOLVED, REFUSED, REFUSED, REFUSED),
    ("reopened", REFUSED, REFUSED, REFUSED, State.OPEN, REFUSED, REFUSED),
    ("closed", REFUSED, REFUSED, REFUSED, State.CLOSED, REFUSED, REFUSED),
    ("written to by the requester", State.NEW, State.OPEN, State.OPEN, State.OPEN, State.CLOSED, State.MERGED),
]
CELLS = [(what, state, then) for what, *row in LEGAL for state, then in zip(State, row, strict=True)]


@pytest.mark.parametrize(("what", "state", "then"), CELLS)
def test_every_transition_is_legal_or_refused_with_a_sentence(what, state, then):
    """The whole table: nothing is left to chance, and a refusal names the ticket and its state."""
    before = BY_STATE[state]
    if then is REFUSED:
        with pytest.raises(DeskError, match=f"17 is {state}") as refused:
            ACTIONS[what](before)
        assert refused.value.why is Why.CONFLICT
    else:
        assert ACTIONS[what](before).state is then


def test_a_second_reason_to_wait_joins_the_first_and_each_ends_alone():
    """Pause causes are a set, not a flag."""
    both = tickets.pended(PENDING, Pause.WAITING_VENDOR)
    one = tickets.resumed(both, Pause.WAITING_CUSTOMER)
    assert one.state is State.PENDING
    assert one.pending == {Pause.WAITING_VENDOR}
    assert tickets.resumed(one, Pause.WAITING_VENDOR).state is State.OPEN


def test_waiting_for_the_same_one_twice_is_refused():
    with pytest.raises(DeskError, match="waiting for the customer already"):
        tickets.pended(PENDING, Pause.WAITING_CUSTOMER)


def test_a_requesters_words_do_not_end_the_wait_for_a_vendor():
    waiting = tickets.pended(OPEN, Pause.WAITING_VENDOR)
    assert tickets.written_by_requester(waiting) is waiting


def test_the_first_action_of_staff_says_when_and_the_second_changes_nothing():
    assert OPEN.touched_at == NOW
    assert tickets.touched_by_staff(OPEN, NOW + timedelta(hours=1)) is OPEN


def test_a_wait_that_is_over_has_no_time_and_no_reason_left():
    """However it ends; a second cause without a time of its own keeps the time that was set."""
    until = NOW + timedelta(days=2)
    waiting = tickets.because(tickets.pended(OPEN, Pause.WAITING_VENDOR, until), pending="a switch", wake="Wed")
    assert tickets.pended(waiting, Pause.WAITING_CUSTOMER).wake_at == until
    solved, merged = tickets.resolved(waiting, "ben", "done", NOW), tickets.merged(waiting, 2, NOW)
    for over in (tickets.resumed(waiting), solved, merged):
        assert (over.wake_at, over.reasons, over.pending) == (None, (), frozenset())


def test_a_ticket_that_is_open_again_has_no_end_and_is_counted():
    solved = tickets.resolved(OPEN, "ben", "restarted it", NOW, "fixed")
    again = tickets.reopened(tickets.resolved(tickets.reopened(solved), "ben", "restarted it", NOW, "fixed"))
    assert (solved.code, again.code, again.reopens) == ("fixed", "", 2)


def test_a_team_gets_a_ticket_with_nobody_unless_somebody_is_named():
    mine = tickets.assigned(NEW, "ben")
    theirs = tickets.assigned(mine, None, "network")
    assert (theirs.assignee, theirs.team) == (None, "network")
    assert tickets.assigned(replace(mine, team="desk"), "mia").team == "desk"


class TicketMachine(RuleBasedStateMachine):
    """Any order of actions keeps a ticket in a state that its fields agree with."""

    def __init__(self) -> None:
        super().__init__()
        self.ticket = NEW
        self.was_closed = False

    @rule(what=sampled_from(sorted(ACTIONS)))
    def act(self, what):
        before = self.ticket
        try:
            self.ticket = ACTIONS[what](before)
        except DeskError:
            assert self.ticket is before
        self.was_closed = self.was_closed or self.ticket.state is State.CLOSED

    @invariant()
    def the_fields_agree_with_the_state(self):
        ticket = self.ticket
        assert (ticket.state is State.PENDING) == bool(ticket.pending)
        assert ticket.state is State.PENDING or ticket.wake_at is None
        assert (ticket.resolved_at is not None) == (ticket.state in {State.RESOLVED, State.CLOSED})
        assert (ticket.closed_at is not None) == (ticket.state is State.CLOSED)

    @invariant()
    def closed_is_final(self):
        assert not self.was_closed or self.ticket.state is State.CLOSED

    @invariant()
    def nobody_elses_facts_change(self):
        now = self.ticket
        assert (now.number, now.client, now.requester) == (17, NEW.client, NEW.requester)


TestTicketMachine = TicketMachine.TestCase
