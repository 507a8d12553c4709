"""Nobody is called about a client for whom they do not work: what is on a path is checked by who is on it."""

import pytest

from bot.configuration import load_folder

GINA = "people:\n  gina: {name: Gina, client: globex}"
ROSA = "people:\n  rosa: {name: Rosa, roles: {acme: [manager]}}"


@pytest.mark.parametrize(
    ("people", "old", "new", "line", "part"),
    [
        (GINA, "desk: [ben, mia]", "desk: [ben, gina]", 46, "`team:desk` tells `gina` of acme and globex"),
        (
            GINA,
            "    people: [ben, mia]",
            "    people: [gina, mia]",
            44,
            "`oncall:week` tells `gina` of acme and globex",
        ),
        (ROSA, "    people: [ben, mia]", "    people: [ben, rosa]", 44, "`oncall:week` tells `rosa` of globex,"),
    ],
)
def test_whoever_a_path_may_ever_mean_works_for_every_client_of_that_path(
    spoil, problems, people, old, new, line, part
):
    """A requester of another client, in a team or a schedule, and a manager of one client only: one sentence each."""
    spoil("people.yaml", "people:", people)
    spoil("people.yaml", old, new)
    (problem,) = problems()
    assert f"{problem}".startswith(f"clients.yaml:{line}: ")
    assert part in problem.sentence
    assert "give them a role" in problem.sentence


@pytest.mark.parametrize("role", ["technician", "approver", "admin", "manager", "auditor"])
def test_staff_managers_and_auditors_may_be_called(folder, spoil, role):
    spoil("people.yaml", "people:", f"people:\n  rosa: {{name: Rosa, roles: {{'*': [{role}]}}}}")
    spoil("clients.yaml", "person:mia", "person:rosa")
    assert load_folder(folder).paths["quick"].steps[2].target == "person:rosa"
