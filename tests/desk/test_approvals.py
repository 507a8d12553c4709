"""Contract: nothing runs on an approval but what was asked, to the letter, in time, and by the word of somebody else.

Covers the row "requester approves himself, also from a second platform; expired; approve and deny race; script changed
after approval" of docs/reliability.md.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from desk.approvals import Approval, ApprovalState, approve, deny, holds, lapse, matches
from desk.people import Person, Role
from desk.refusal import DeskError, Why
from desk.runs import Run, RunState

NOW = datetime(2025, 11, 12, 10, 10, tzinfo=UTC)
MAY = frozenset({Role.APPROVER, Role.ADMIN})
ANN = Person("ann", "Ann", roles={"acme": frozenset({Role.APPROVER})})
MIA = Person("mia", "Mia", zone="Europe/Berlin", roles={"acme": frozenset({Role.APPROVER})})
TOM = Person("tom", "Tom", roles={"*": frozenset({Role.ADMIN})})
BEN = Person("ben", "Ben", roles={"acme": frozenset({Role.TECHNICIAN})})
EVE = Person("eve", "Eve", roles={"globex": frozenset({Role.APPROVER})})
ASKED = Approval(
    number=44,
    client="acme",
    run=43,
    runbook="restart-shop",
    digest="a1b2c3d4e5",
    arguments=(("mode", "quick"),),
    target="shop-1",
    asked_by="ann",
    asked_at=NOW,
    lapses_at=NOW + timedelta(minutes=15),
)
RUN = Run(
    number=43,
    client="acme",
    runbook="restart-shop",
    digest="a1b2c3d4e5",
    recipe="e5d4",
    target="shop-1",
    arguments=(("mode", "quick"),),
    state=RunState.QUEUED,
    asked_by="ann",
    asked_at=NOW,
)


def test_an_approver_of_the_client_approves_what_somebody_else_asked():
    approved = approve(ASKED, MIA, MAY, NOW)

    assert (approved.state, approved.answered_by, approved.answered_at) == (ApprovalState.APPROVED, "mia", NOW)


def test_whoever_asked_is_refused_by_principal_and_told_who_could():
    with pytest.raises(DeskError) as refused:
        approve(ASKED, replace(ANN, name="Ann on the other platform"), MAY, NOW, ("Mia", "Tom"))

    assert refused.value.why is Why.FORBIDDEN
    assert refused.value.sentence == (
        "Only an approver may approve, and you asked for this run yourself. Approvers now: Mia, Tom."
    )


@pytest.mark.parametrize(
    "person",
    [
        BEN,  # staff, but no approver
        EVE,  # an approver, of another client
    ],
)
def test_only_an_approver_of_this_client_may_answer(person):
    for answer in (approve, deny):
        with pytest.raises(DeskError, match="Nobody else can approve now") as refused:
            answer(ASKED, person, MAY, NOW)
        assert refused.value.why is Why.FORBIDDEN


def test_whoever_asked_may_withdraw():
    assert deny(ASKED, ANN, MAY, NOW).state is ApprovalState.DENIED


def test_deny_wins_over_an_approval_whose_run_has_not_started():
    approved = approve(ASKED, MIA, MAY, NOW)

    assert deny(approved, TOM, MAY, NOW).state is ApprovalState.DENIED


def test_once_the_run_has_started_it_cannot_be_denied():
    approved = approve(ASKED, MIA, MAY, NOW)

    with pytest.raises(DeskError, match=r"Already approved by mia at 10:10, and the run has started"):
        deny(approved, TOM, MAY, NOW, started=True)


def test_approve_after_deny_is_refused_with_the_name_and_the_readers_time():
    denied = deny(ASKED, TOM, MAY, NOW)

    with pytest.raises(DeskError, match=r"^Already denied by tom at 11:10\.$"):  # Mia reads it in Berlin
        approve(denied, MIA, MAY, NOW)


def test_a_second_approval_changes_nothing_and_says_who_was_first():
    with pytest.raises(DeskError, match=r"Already approved by mia at 10:10\.") as refused:
        approve(approve(ASKED, MIA, MAY, NOW), TOM, MAY, NOW)
    assert refused.value.why is Why.CONFLICT


@pytest.mark.parametrize("answer", [approve, deny])
def test_at_the_moment_it_lapses_nobody_can_answer_even_before_the_deadline_was_worked(answer):
    with pytest.raises(DeskError, match="It lapsed at 10:25 and nothing was run"):
        answer(ASKED, TOM, MAY, ASKED.lapses_at)


def test_it_lapses_at_its_time_and_only_unanswered():
    assert lapse(ASKED, ASKED.lapses_at - timedelta(microseconds=1)) is ASKED
    assert lapse(ASKED, ASKED.lapses_at).state is ApprovalState.LAPSED
    denied = deny(ASKED, TOM, MAY, NOW)
    assert lapse(denied, ASKED.lapses_at) is denied


def test_an_approval_that_nobody_used_in_time_starts_nothing():
    approved = approve(ASKED, MIA, MAY, NOW)

    assert holds(approved, RUN, ASKED.lapses_at - timedelta(seconds=1)) == ""
    assert "lapsed before the run could start" in holds(approved, RUN, ASKED.lapses_at)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"digest": "ffff0000ff"}, "The script changed after it was asked for (a1b2c3d4, now ffff0000)"),
        ({"arguments": (("mode", "hard"),)}, "mode='quick', not for mode='hard'"),  # other arguments
        ({"arguments": ()}, "not for no arguments"),  # an argument dropped
        ({"target": "shop-2"}, "for shop-1, not for shop-2"),  # the right script on the wrong machine
        ({"number": 50}, "for run 43"),  # one yes is for one run
        ({"client": "globex"}, "not for this one"),  # another client's run
    ],
)
def test_a_run_that_differs_from_what_was_approved_is_refused_with_the_difference(changed, words):
    approved = approve(ASKED, MIA, MAY, NOW)

    assert matches(approved, RUN) == ""
    assert words in holds(approved, replace(RUN, **changed), NOW)


class Answers(RuleBasedStateMachine):
    """Any order of answers, time and the start of the run; whatever happens, the invariants hold."""

    def __init__(self):
        super().__init__()
        self.approval = ASKED
        self.now = NOW
        self.started_on = None
        self.was_denied = False

    def answered(self, change):
        before = self.approval
        try:
            self.approval = change()
        except DeskError:
            assert self.approval is before
        else:
            assert self.approval is before or self.approval.state is not before.state

    @rule(seconds=st.integers(0, 600))
    def time_passes(self, seconds):
        self.now += timedelta(seconds=seconds)

    @rule(person=st.sampled_from([ANN, MIA, TOM, BEN, EVE]))
    def somebody_approves(self, person):
        self.answered(lambda: approve(self.approval, person, MAY, self.now, ("Mia",)))

    @rule(person=st.sampled_from([ANN, MIA, TOM, BEN, EVE]))
    def somebody_denies(self, person):
        started = self.started_on is not None
        self.answered(lambda: deny(self.approval, person, MAY, self.now, started=started))
        self.was_denied = self.was_denied or self.approval.state is ApprovalState.DENIED

    @rule()
    def the_deadline_is_worked(self):
        self.answered(lambda: lapse(self.approval, self.now))

    @precondition(lambda self: self.started_on is None)
    @rule(digest=st.sampled_from([RUN.digest, "changed"]))
    def the_runner_asks_to_start(self, digest):
        if holds(self.approval, replace(RUN, digest=digest), self.now) == "":
            assert digest == ASKED.digest
            self.started_on = (self.approval, self.now)

    @invariant()
    def nobody_but_another_approver_ever_approved(self):
        if self.approval.state is ApprovalState.APPROVED:
            assert self.approval.answered_by in {"mia", "tom"}
            assert self.approval.answered_at < ASKED.lapses_at

    @invariant()
    def what_was_denied_stays_denied_and_never_starts(self):
        if self.was_denied:
            assert self.approval.state is ApprovalState.DENIED
            assert self.started_on is None

    @invariant()
    def what_started_was_approved_and_in_time(self):
        if self.started_on is not None:
            approval, at = self.started_on
            assert approval.state is ApprovalState.APPROVED
            assert at < approval.lapses_at

    @invariant()
    def what_was_asked_never_changes(self):
        kept = ("number", "client", "run", "runbook", "digest", "arguments", "target", "asked_by", "lapses_at")
        assert all(getattr(self.approval, name) == getattr(ASKED, name) for name in kept)


TestAnswers = Answers.TestCase
