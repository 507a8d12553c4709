"""Sequences of words between requester and staff, from other systems: by when somebody has to write next."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desk import sla
from desk.calendars import ALWAYS
from desk.clients import Contract
from desk.sla import Metric
from desk.tickets import Priority, State, Ticket
from handlers import promises
from tests.desk.promise_walk import demo

DATA = Path(__file__).parents[1] / "data" / "sla" / "semantics.json"
NAMED = ("sem-04", "sem-05", "sem-06", "sem-12", "sem-13", "sem-14", "sem-15", "sem-20")
CASES = [case for case in json.loads(DATA.read_text(encoding="utf-8"))["vectors_semantics"] if case["id"] in NAMED]
EPOCH = datetime(2026, 6, 1, tzinfo=UTC)
CUSTOMER = {"customer_message", "customer_waiting"}


def configured(policy):
    """Their clock for answers is our first answer and, after it, the next; what keeps in the loop is our update."""
    answer = policy.get("response") or policy.get("update") or policy.get("next")
    minutes = {Metric.FIRST_RESPONSE: answer, Metric.NEXT_RESPONSE: answer}
    if "keep_in_loop" in policy:
        minutes[Metric.PERIODIC_UPDATE] = policy["keep_in_loop"]
    contract = Contract({(str(metric), "P2"): 60 * length for metric, length in minutes.items()}, "c")
    acme = replace(demo().clients["acme"], contract=contract)
    return replace(demo(), clients={"acme": acme}, calendars={"c": ALWAYS})


def played(case):
    """The ticket after the events, and its configuration. One that staff or nobody wrote first was opened by staff."""
    config, events = configured(case["policy"]), list(case["events"])
    by = "ann" if events[0] == [0, "customer_message"] else "ben"
    ticket = promises.opened(Ticket(1, "acme", "ann", "VPN", Priority.P2, State.OPEN, EPOCH, by), config)
    if by == "ann":
        events.pop(0)
    for minute, event in events:
        at = EPOCH + timedelta(minutes=minute)
        if event in CUSTOMER:
            ticket = promises.written(ticket, config, at)
        elif event == "agent_reply":
            ticket = promises.answered(ticket, config, at)
    return ticket, config, at


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES])
def test_the_next_words_are_due_when_the_other_system_says(case):
    ticket, config, now = played(case)

    def due(*metrics):
        found = [at for metric in metrics if (at := promises.due_at(ticket, config, metric))]
        return int((min(found) - EPOCH).total_seconds() // 60) if found else None

    answer = due(Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE)
    verdicts = {str(sla.verdict(clock, ALWAYS, now)) for clock in ticket.clocks}
    says = {
        "response_due": answer, "update_due": answer, "due": due(*Metric),
        "status": "missed" if "missed" in verdicts else "active",
    }  # fmt: skip
    assert {key: says[key] for key in case["expect"]} == case["expect"]


def test_all_of_them_are_there():
    assert [case["id"] for case in CASES] == list(NAMED)
