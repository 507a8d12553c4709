"""Nobody is called about a client for whom they do not work: what is on a path is checked by who is on it."""

import pytest

from bot.configuration import load_folder
from config.problems import ConfigError

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


BY_ROUTE = [
    # the routes of `route:`, about whom they may call her, why the row is there
    ("{match: [severity=critical], path: hers}", "acme and globex", "any client's may be critical"),
    ("{match: [client=acme], path: hers}", "acme", "of one client"),
    ("{match: ['client=~ac.*'], path: hers}", "acme", "by a pattern"),
    ("{match: [client!=globex, severity=critical], path: hers}", "acme", "by what it is not"),
    ("{match: [client=acme], routes: [{match: [severity=critical], path: hers}]}", "acme", "deeper"),
    ("{match: [client=acme], path: hers, routes: [{match: [kind=tcp]}]}", "acme", "taken over from above"),
    ("{match: [client=acme]}, {match: [kind=tcp], path: hers}", "globex", "acme's never come so far"),
    ("{match: [client=acme], continue: true}, {match: [kind=tcp], path: hers}", "globex", "the first says whom"),
    ("{match: [client=initech], path: hers}", "", "nobody's"),
    ("{match: [client=acme, client=globex], path: hers}", "", "of two at once is nothing"),
]


@pytest.mark.parametrize(("routes", "whose", "why"), BY_ROUTE)
def test_the_path_of_a_route_is_checked_as_a_clients_own_is(folder, spoil, routes, whose, why):
    """By the clients whom it does not leave out."""
    spoil("people.yaml", "people:", GINA)
    hers = "  hers: {steps: [{after: 0s, target: 'person:gina'}]}\n"
    spoil("clients.yaml", "escalation_paths:\n", f"escalation_paths:\n{hers}")
    spoil("monitors.yaml", "monitors:", f"route: {{routes: [{routes}]}}\nmonitors:")
    try:
        load_folder(folder)
        told = ""
    except ConfigError as error:
        (told,) = map(str, error.problems)
    where = f"clients.yaml:42: `person:gina` tells `gina` of {whose}, for whom"
    assert told.startswith(where) if whose else not told, (why, told)
