"""Routes and inhibitions in other files: what rings and what is hidden goes by the rules themselves, wherever in the
file they stand.
"""

from dataclasses import replace

import pytest

from bot import adoption
from config.files.alerting import AlertingSections, alerting
from config.reading import read
from config.yaml_lines import parse
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
