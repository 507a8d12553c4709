"""The judge proves itself: each planted fault is found, and nothing is found where there is none."""

import pytest

from tests.kills.judge import TEAM, faults_of

ANSWERED = {"help number 00001": 1, "help number 00002": 2}
STORED = [(1, "help number 00001"), (2, "help number 00002")]
LOG = [{"did": "post", "channel": TEAM, "key": f"ticket/{n}"} for n in (1, 2)]
SHOWN = [(1, "1: help number 00001"), (2, "2: help number 00002")]


def test_nothing_is_found_where_all_is_well() -> None:
    edited = [*LOG, {"did": "edit", "channel": TEAM, "key": "ticket/1"}]
    assert faults_of(ANSWERED, STORED, edited, SHOWN) == []


@pytest.mark.parametrize(
    ("stored", "log", "shown", "fault"),
    [
        pytest.param(STORED[:1], LOG, SHOWN, "in the store 0 times", id="a ticket that was lost"),
        pytest.param([*STORED, (3, STORED[0][1])], LOG, SHOWN, "in the store 2 times", id="a ticket opened twice"),
        pytest.param([(2, STORED[0][1]), (1, STORED[1][1])], LOG, SHOWN, "is stored as", id="the wrong number"),
        pytest.param(STORED, LOG[:1], SHOWN, "on the witness 0 times", id="a post that was lost"),
        pytest.param(STORED, [*LOG, LOG[0]], SHOWN, "on the witness 2 times", id="a post that is there twice"),
        pytest.param(STORED, LOG, SHOWN[:1], "web chat 0 times", id="a card its requester never saw"),
        pytest.param(STORED, LOG, [*SHOWN, SHOWN[0]], "web chat 2 times", id="a card that is there twice"),
        pytest.param(STORED, LOG, [SHOWN[0], (2, "2: else")], "is not about", id="somebody else's words"),
        pytest.param([*STORED, (3, "ghost")], LOG, SHOWN, "nobody asked", id="a ticket out of nowhere"),
    ],
)
def test_a_planted_fault_is_found(stored: list, log: list, shown: list, fault: str) -> None:
    assert any(fault in said for said in faults_of(ANSWERED, stored, log, shown))
