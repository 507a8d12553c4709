"""Routes and inhibitions in other files: what rings and what is hidden goes by the rules themselves, wherever in the
file they stand.
"""

from dataclasses import replace

import pytest

from bot import adoption
from config.files.alerting import AlertingSections, alerting
from config.reading import read
from config.yaml_lines import parse
from desk.alerts import Severity
from desk.hooks import mapping
from desk.hooks.hook import Hook
from tests.conversation import Conversation
from tests.scenarios.alerting import alerts, down, said, watch


async def files(desk: Conversation, text: str) -> None:
    """`monitors.yaml` has these sections now, and they are in force."""
    problems = []
    document = parse("monitors.yaml", text.encode(), problems)
    sections = read(AlertingSections, document, {})
    found = alerting(sections, document, {}, desk.clock.now(), problems)
    assert problems == []
    desk.config = replace(desk.config, alerting=found, version=f"with {text}")
    await adoption.take_over(desk.store, desk.config)
    await desk.wait(1)


MAIL = "{match: [team=mail]}"
DATABASES = "{match: [team=db], path: quick, channel: noc}"
ROUTES = "route: {{group_by: [site], routes: [{}]}}"


@pytest.fixture
def watched(desk: Conversation) -> Conversation:
    watch(desk, "mail", site="berlin", team="mail")
    watch(desk, "db", "db-2", site="berlin", team="db")
    return desk


async def test_a_route_that_is_put_in_front_takes_no_other_routes_alert(watched: Conversation):
    """It has channels and a path of its own."""
    await files(watched, ROUTES.format(MAIL))
    await down(watched, "mail")
    await files(watched, ROUTES.format(f"{DATABASES}, {MAIL}"))
    await down(watched, "db")
    assert [(a.title, a.total, a.channels) for a in await alerts(watched)] == [("mail", 1, ("",)), ("db", 1, ("noc",))]


async def test_what_belongs_to_an_alert_joins_it_wherever_its_route_stands_now(watched: Conversation):
    await files(watched, ROUTES.format(DATABASES))
    await down(watched, "db")
    await files(watched, ROUTES.format(f"{MAIL}, {DATABASES}"))
    await down(watched, "db-2")
    assert [(a.title, a.total) for a in await alerts(watched)] == [("db", 2)]


async def test_people_are_shown_where_a_route_stands(watched: Conversation):
    await files(watched, ROUTES.format(f"{MAIL}, {DATABASES}"))
    told = await said(watched, "ben", "/test route team=db")
    for line in ("route default", "route 1", "route 2"):
        assert line in told


CRITICAL = '{source: [severity=critical], target: ["severity=~normal|low"], equal: [site]}'
SAME = '{equal: [site], target: ["severity=~normal|low"], source: [severity=critical]}'
MAP = mapping.Map(mapping.value("what"), mapping.value("what"))
PRINTERS = "{source: [severity=critical], target: [kind=printer]}"


@pytest.fixture
def floors(desk: Conversation) -> Conversation:
    """`line` fires, and makes what is less bad at its site hide."""
    watch(desk, "line", site="berlin", severity="critical")
    watch(desk, "web", "mail", site="berlin", severity="normal")
    return desk


RULES = [
    # the rules before, those in force when `web` fails, whether it rings then, why the row is there
    ([CRITICAL], [PRINTERS, CRITICAL], False, "a rule that is put in front of it is another rule"),
    ([PRINTERS, CRITICAL], [CRITICAL], False, "so is one that was in front of it"),
    ([CRITICAL], [SAME], False, "in another order it is the same"),
    ([PRINTERS], [CRITICAL], False, "a rule that was added sees what fires already"),
    ([CRITICAL, CRITICAL], [CRITICAL], False, "what was written twice is one"),
    ([CRITICAL], [PRINTERS], True, "one that was taken out hides nothing any more"),
    ([], [PRINTERS], True, "one that does not fit hides nothing"),
]


@pytest.mark.parametrize(("before", "after", "rings", "why"), RULES)
async def test_what_fires_hides_others_by_the_rules_that_there_are_now(floors: Conversation, before, after, rings, why):
    await files(floors, f"inhibit: [{', '.join(before)}]")
    await down(floors, "line")
    await files(floors, f"inhibit: [{', '.join(after)}]")
    await down(floors, "web")
    assert [a.title for a in await alerts(floors)] == ["line", *(["web"] if rings else [])], why


async def test_what_was_hidden_by_a_rule_that_is_gone_rings(floors: Conversation):
    """What is watched with its next look, what was told at once: nobody would tell it again."""
    hook = Hook("plain", "generic", "acme", Severity.LOW, labels={"site": "berlin"}, mapping=MAP)
    floors.config = replace(floors.config, hooks={"plain": hook})
    await files(floors, f"inhibit: [{CRITICAL}]")
    await down(floors, "line", "web")
    await floors.hear("plain", {"what": "disk"})
    assert [a.title for a in await alerts(floors)] == ["line"]
    await files(floors, f"inhibit: [{PRINTERS}]")
    assert [a.title for a in await alerts(floors)] == ["line", "disk"]
    await down(floors, "web")
    assert [a.title for a in await alerts(floors)] == ["line", "disk", "web"]


async def test_of_many_that_fire_each_hides_by_the_new_rules(floors: Conversation, monkeypatch: pytest.MonkeyPatch):
    """They are looked at in batches."""
    monkeypatch.setattr("handlers.events.adopted.BATCH", 2)
    watch(floors, *(f"floor-{n}" for n in range(5)), severity="critical", site="munich")
    for n in range(5):
        watch(floors, f"desk-{n}", severity="low", site="munich", floor=str(n))
    await files(floors, "inhibit: []")
    await down(floors, *(f"floor-{n}" for n in range(5)))
    await files(floors, "inhibit: [{source: [severity=critical, monitor=floor-4], target: [severity=low]}]")
    await down(floors, "desk-1")
    assert "floor-4 fires" in await said(floors, "ben", "/silences")
