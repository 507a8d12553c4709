"""`make bench`: each figure beside its baseline in the same run, with `ok` or `missed`. About a quarter of an hour."""

import asyncio

import uvloop

from bench import (
    acking,
    across,
    changing,
    dispatching,
    finding,
    keeping,
    opening,
    platforms,
    poller,
    probing,
    reporting,
    start,
    store,
    storm,
    whole,
)


def main() -> None:
    parts = {
        "Start (G11)": start.figures,
        "Idle with the chat platforms": lambda: uvloop.run(platforms.figures()),
        "A slash command to its acknowledgement over Socket Mode (G10)": lambda: uvloop.run(acking.figures()),
        "Many changes on live alerts in Slack": changing.figures,
        "A press in one platform to the edit in another": lambda: uvloop.run(across.figures()),
        "Tickets, deadlines, results in the store (G5, G6, G7)": lambda: asyncio.run(store.figures()),
        "A ticket from the door to the answer (G7)": lambda: asyncio.run(opening.figures()),
        "What managers ask of a million tickets (G8)": lambda: asyncio.run(reporting.figures()),
        "Finding a ticket again": lambda: asyncio.run(finding.figures()),
        "Checks beside other people's checkers, and twice the load that can be carried (G1, G3, G12)": probing.figures,
        "A look dispatched (G4)": lambda: uvloop.run(dispatching.figures()),
        "The history of checks (G9)": lambda: asyncio.run(keeping.figures()),
        "A storm of 10,000 alerts": storm.figures,
        "The poller alone, a tenth hanging, a twentieth raising": lambda: uvloop.run(poller.figures()),
        "The whole bot (G2)": whole.figures,
    }
    for title, measure in parts.items():
        print(f"\n{title}", flush=True)
        for figure in measure():
            print(figure, flush=True)


if __name__ == "__main__":
    main()
