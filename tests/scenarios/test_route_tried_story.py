"""`/test route`: where it would go, what would hide it, whom it would call."""

from dataclasses import replace

import pytest

from desk.holds import Inhibition
from desk.matchers import parse
from desk.paths import Many, Path, Step
from tests.conversation import Conversation
from tests.scenarios.alerting import down, said, watch

pytestmark = pytest.mark.postgresql_in_deep  # what these rest on is tried there by others


async def test_what_an_inhibition_would_hide_is_told_as_hidden(desk: Conversation):
    rule = Inhibition(
        "worse", (parse("severity=critical"),), (parse('severity=~"normal|low"'),), ("client", "site")
    )  # fmt: skip
    desk.config = replace(desk.config, alerting=replace(desk.config.alerting, inhibitions=(rule,)))
    watch(desk, "db", severity="critical")
    assert "Nothing hides it now." in await said(desk, "ben", "/test route severity=low client=acme")
    await down(desk, "db")
    assert "It would ring nobody now: db fires." in await said(desk, "ben", "/test route severity=low client=acme")
    other = await said(desk, "ben", "/test route severity=low site=muc client=acme")
    assert "Nothing hides it now." in other, "another site is another thing"


async def test_what_hangs_on_something_that_is_down_is_told_as_hidden(desk: Conversation):
    watch(desk, "db", "web")
    monitors = {**desk.config.monitors, "web": replace(desk.config.monitors["web"], parent="db")}
    desk.config = replace(desk.config, monitors=monitors)
    await down(desk, "db")
    assert "It would ring nobody now: db is down." in await said(desk, "ben", "/test route monitor=web")


async def test_it_says_whom_each_step_of_the_path_would_call_and_under_which_condition(desk: Conversation):
    steps = (
        Step(0, "oncall:desk-week"), Step(120, "team:desk", many=Many(50, 600)), Step(300, "channel:noc"),
        Step(600, "person:rosa"),
    )  # fmt: skip
    paths = {**desk.config.paths, "usual": Path("usual", steps, times=2, again=1800)}
    root = replace(desk.config.alerting.route, path="usual")
    desk.config = replace(desk.config, paths=paths, alerting=replace(desk.config.alerting, route=root))
    told = await said(desk, "ben", "/test route severity=critical")
    for words in (
        "step 1 of usual · whoever is on call (now Mia), at once",
        "step 2 of usual · team desk (now Ben, Mia), 2 min after the first call, if there are more than 50 alerts in",
        "step 3 of usual · channel noc, 5 min after the first call",
        "step 4 of usual · Rosa, 10 min after the first call",
        "then · all of it again every 30 min, 2 times in all",
    ):  # fmt: skip
        assert words in told, f"{words!r} is not in\n{told}"


@pytest.mark.parametrize(
    "labels",
    [
        "severity=critical client=acme kind=ping",  # among the others
        "client=acme severity=critical kind=ping",
        'severity=critical, kind="ping", client="acme"',
        '{severity="critical", client="acme", kind="ping"}',  # as Alertmanager writes it
        '{severity="critical",client="acme",kind="ping"}',
    ],
)
async def test_the_client_may_stand_anywhere_among_the_labels_and_the_braces_may_stay(desk: Conversation, labels):
    told = await said(desk, "ben", f"/test route {labels}", channel="dm-ben")
    assert "Where would it go?" in told
    assert "Nothing rang." in told


async def test_a_value_in_quotes_keeps_its_blanks_and_commas(desk: Conversation):
    root = desk.config.alerting.route
    below = replace(root, id="upper", matchers=(parse('site="upper floor, left"'),))
    desk.config = replace(desk.config, alerting=replace(desk.config.alerting, route=replace(root, routes=(below,))))
    assert 'site="upper floor, left": fits' in await said(desk, "ben", '/test route {site="upper floor, left"}')
