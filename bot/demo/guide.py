"""The guide in #welcome: a live card whose steps are ticked off as they really happen."""

from dataclasses import dataclass

from desk.cards import Button, Card, Text, text


@dataclass(frozen=True, slots=True)
class Facts:
    """What has happened so far, read from the store."""

    stopped: bool = False
    rang: bool = False
    acknowledged: bool = False
    asked: bool = False
    fixed: bool = False
    opened: bool = False
    urged: bool = False
    reminded: bool = False


def guide(facts: Facts, shop: str) -> Card:
    """Each step with who does it and where. The first open one is marked."""
    steps: list[tuple[bool, Text]] = [
        (facts.stopped, text("Press “Stop the shop…” below. It really stops: ", shop)),
        (facts.rang, text("Within ten seconds #acme-team rings. Go there as Ben (choose who you are at the top).")),
        (facts.acknowledged, text("As Ben, press “Acknowledge” on the alert.")),
        (facts.asked, text("As Ben, press “Run restart-shop…”. He may ask, and not approve his own request.")),
        (
            facts.fixed,
            text("As Mia, press “Approve”. The script runs; the same check looks again: fixed-and-verified."),
        ),
        (
            facts.opened,
            text("As Ann, write in your direct channel what is wrong and send the form. No command needed."),
        ),
        (facts.urged, text("As Ann, press “It got urgent…” on your ticket: the team is asked.")),
        (facts.reminded, text("Leave it alone for 90 seconds: before the promise breaks, #acme-team is reminded.")),
    ]
    now = next((i for i, (done, _) in enumerate(steps) if not done), len(steps))
    rows = tuple(
        (text("✓" if done else "▶" if i == now else f"{i + 1}"), words) for i, (done, words) in enumerate(steps)
    )
    last = text("As Rosa, say /sla acme: how do the promises stand? Then /why and the ticket's number.")
    rows += ((text("…"), last),)
    lines = (
        text("A web shop runs beside this page and is looked at every five seconds. Break it and see what happens."),
        text("Everything here is the real desk; only its clients are made up."),
    )
    args = (("runbook", "stop-shop"), ("target", "shop-1"))
    buttons = (
        Button("Stop the shop…", "run", args, confirm="Really stop the shop?", primary=True),
        Button("What can I do?", "help"),
    )
    state = f"{sum(done for done, _ in steps)} of {len(steps)} done"
    return Card("demo/welcome", "Welcome to the desk", state, lines=lines, buttons=buttons, table=rows)
