"""Another configuration is loaded: it takes effect on what is open, and what has left it is let go."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import adoption
from bot.configuration import DEMO, load_folder
from config.loaded import Config
from desk.alerts import AlertState, Status, Watch
from desk.runs import Ended, Ending
from desk.sla import Metric
from handlers import promises
from handlers.events import adopted
from tests.conversation import Conversation
from tests.webapp import web_bot

HOUR = 3600
Changed = Callable[..., Config]
ARMED = "SELECT subject, kind FROM deadlines WHERE due_at IS NOT NULL AND client_id = ? ORDER BY 1, 2"
ACMES_ANSWER = "first_response: {P1: 2m, P2: 3m, P3: 10m, P4: 1h}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DEMO, tmp_path / "config"))


@pytest.fixture
def changed(folder: Path) -> Changed:
    """The demo's configuration, in whose files something became something else."""

    def load(*changes: tuple[str, str, str]) -> Config:
        for file, old, new in changes:
            path = folder / file
            text = path.read_text()
            assert old in text, f"{file} has no {old!r}"
            path.write_text(text.replace(old, new))
        return load_folder(folder)

    return load


def without_globex(folder: Path) -> Config:
    """The client, its channels, monitors and people are gone, as an operator would take them out."""
    cut(folder / "clients.yaml", "  globex:", "\ncalendars:")
    cut(folder / "deskbell.yaml", "  globex-help:", "  noc:")
    cut(folder / "people.yaml", "  gina:", "  ben:")
    cut(folder / "monitors.yaml", "  host-cpu:", None)
    return load_folder(folder)


def cut(path: Path, start: str, end: str | None) -> None:
    text = path.read_text()
    begin = text.index(start)
    path.write_text(text[:begin] + (text[text.index(end, begin) :] if end else ""))


async def adopt(desk: Conversation, config: Config) -> None:
    await adoption.take_over(desk.store, config)
    desk.config = config


async def armed(desk: Conversation, client: str) -> list[tuple[str, str]]:
    return await desk.store.read(lambda tx: tx.rows(ARMED, (client,)))


async def ticket(desk: Conversation, number: int = 1):
    return await desk.store.read(lambda tx: tx.ticket(number))


async def test_a_longer_promise_moves_the_clock_the_deadlines_and_the_card(desk: Conversation, changed: Changed):
    """Elapsed time is kept, the new target counts from the start of the clock, and its version is on the record."""
    await adopt(desk, desk.config)
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    opened = (await ticket(desk)).opened_at
    desk.clock.step(60)
    config = changed(("clients.yaml", "P2: 3m", "P2: 1h"))
    await adopt(desk, config)
    clock = promises.clock_of(await ticket(desk), Metric.FIRST_RESPONSE)
    assert (clock.target, clock.policy, clock.started_at) == (HOUR, config.version, opened)
    assert promises.used(await ticket(desk), config, clock, desk.clock.now()) == 60 / HOUR
    due = {d.kind: (d.due_at - opened).total_seconds() for d in await deadlines(desk)}
    assert due["sla/first_response/breach"] == HOUR
    assert due["sla/first_response/50"] == HOUR / 2
    assert "59 min left" in (await desk.post("acme-team", "ticket/1")).words
    assert "59 min left" in (await desk.post("dm-ann", "ticket/1")).words


async def deadlines(desk: Conversation, subject: str = "ticket/1"):
    far = desk.clock.now().replace(year=9000)
    return await desk.store.read(lambda tx: tx.due(subject, "", far))


async def test_a_shorter_promise_that_has_passed_already_is_broken_now_and_not_late(
    desk: Conversation, changed: Changed
):
    """It rings at once; that it was due an hour ago was decided only now, so nobody says that it rang late."""
    await desk.say("ann", "dm-ann", "/open priority=P4 Printer")
    desk.clock.step(1000)
    await adopt(desk, changed(("clients.yaml", "P4: 1h}", "P4: 5m}")))
    await desk.alarm.turn()
    said = [p.words for p in await desk.posts("acme-team") if p.key.startswith("ticket/1/sla")]
    assert any("the promised first answer is late" in words for words in said)
    assert not [words for words in said if "late by" in words]


async def test_a_reminder_that_is_no_longer_promised_does_not_ring(desk: Conversation, changed: Changed):
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    await adopt(desk, changed(("clients.yaml", "warnings: [0.5, 0.75, 0.9]", "warnings: [0.6, 0.9]")))
    kinds = {d.kind for d in await deadlines(desk)}
    metrics = ("first_response", "resolution")
    assert kinds == {f"sla/{metric}/{share}" for metric in metrics for share in ("60", "90", "breach")}


async def test_other_opening_hours_move_what_is_due_and_what_closes(desk: Conversation, changed: Changed):
    """Also of a resolved ticket: the day on which it closes by itself is one of the calendar's working days."""
    desk.clock.step(3 * 86400)  # a Thursday
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    await desk.say("ann", "dm-ann", "/open Printer")
    await desk.say("ben", "acme-team", "/resolve 2 Switched it on")
    config = changed(("clients.yaml", "    calendar: around-the-clock", "    calendar: berlin-office"))
    before = (await deadlines(desk, "ticket/2"))[0].due_at
    await adopt(desk, config)
    clock = promises.clock_of(await ticket(desk), Metric.RESOLUTION)
    assert clock.calendar == "berlin-office"
    due = {d.kind: d.due_at for d in await deadlines(desk)}
    assert promises.due_at(await ticket(desk), config, Metric.RESOLUTION) == due["sla/resolution/breach"]
    (closes,) = await deadlines(desk, "ticket/2")
    assert closes.kind == "close"
    assert closes.due_at != before


async def test_the_same_version_again_touches_nothing(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    await adopt(desk, desk.config)
    before = await ticket(desk)
    await adopt(desk, desk.config)
    assert await ticket(desk) == before


async def test_more_tickets_than_one_transaction_takes_all_follow(
    desk: Conversation, changed: Changed, monkeypatch: pytest.MonkeyPatch
):
    """Batch after batch; and a promise that has not changed keeps the version that made it."""
    monkeypatch.setattr("handlers.events.adopted.BATCH", 2)
    for n in range(5):
        await desk.say("ann", "dm-ann", f"/open printer {n}")
    config = changed(("clients.yaml", "P2: 3m", "P2: 1h"))
    first = desk.config.version
    await adopt(desk, config)
    clocks = [clock for number in range(1, 6) for clock in (await ticket(desk, number)).clocks]
    assert {(c.metric, c.policy) for c in clocks} == {
        (Metric.FIRST_RESPONSE, config.version), (Metric.RESOLUTION, first)
    }  # fmt: skip


async def test_a_start_after_a_crash_in_the_middle_goes_on(desk: Conversation, changed: Changed):
    """The version is stored, and nothing has followed it yet: the same version is taken over once more."""
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    config = changed(("clients.yaml", "P2: 3m", "P2: 1h"))
    assert await desk.store.write(lambda tx: adoption.adopt(tx, config))
    await adopt(desk, config)
    assert promises.clock_of(await ticket(desk), Metric.FIRST_RESPONSE).target == HOUR
    assert not await desk.store.write(lambda tx: adoption.adopt(tx, config))


async def test_alarms_are_set_only_once_everybody_goes_by_the_new_version(desk: Conversation, changed: Changed):
    """An alarm that rang before, by the old version, would find nobody else on call, and wait for the next change."""
    config = changed(("people.yaml", "{people: [ben, mia],", "{people: [tom],"))
    await desk.store.write(lambda tx: adoption.adopt(tx, config))
    alarms = "SELECT due_at FROM deadlines WHERE subject = 'schedule/desk-week' AND kind = 'turn'"
    assert not await desk.store.read(lambda tx: tx.rows(alarms))
    await adopt(desk, config)
    assert await desk.store.read(lambda tx: tx.rows(alarms))


async def test_what_is_kept_is_what_was_checked_and_not_what_lies_there_now(
    desk: Conversation, changed: Changed, folder: Path
):
    """An editor saves between reading and storing: the version and its text stay those of the loaded bytes."""
    config = changed(("deskbell.yaml", "name: Deskbell", "name: Night desk"))
    (folder / "deskbell.yaml").write_text("name: Somebody was quicker\n")
    await adopt(desk, config)
    version, body = (await desk.store.read(lambda tx: tx.rows("SELECT version, body FROM configurations")))[0]
    assert version == config.version
    assert "Night desk" in json.loads(body)["deskbell.yaml"]
    assert "approval_lapses: 10m" not in repr(config), "the texts would fill every log"


async def test_a_monitor_that_left_ends_its_alert_without_a_verdict(desk: Conversation, folder: Path):
    """Nobody knows whether it is up: nobody is called any more, the outage ends, and the watch starts anew."""
    await desk.look("shop", Status.FAILED, "no answer")
    await desk.look("shop", Status.FAILED, "no answer")
    cut(folder / "monitors.yaml", "  shop:", "  host-cpu:")
    path = folder / "runbooks.yaml"
    path.write_text(path.read_text().replace("    monitor: shop\n", ""))
    cut(folder / "deskbell.yaml", "status:", "articles:")  # its page shows the shop
    await adopt(desk, load_folder(folder))
    alert = await desk.store.read(lambda tx: tx.alert(1))
    assert (alert.state, alert.fixed_by, alert.cleared_at) == (
        AlertState.CLEARED, "no longer watched", desk.clock.now()
    )  # fmt: skip
    card = await desk.post("acme-team", "alert/1")
    assert "no longer watched" in card.words
    assert "✓ UP" not in card.words
    assert await desk.store.read(lambda tx: tx.watch("shop")) == Watch("shop")
    assert await desk.store.read(lambda tx: tx.rows("SELECT COUNT(*) FROM outages WHERE ended_at IS NULL")) == [(0,)]
    assert await armed(desk, "acme") == [("holds/acme", "review/")], "what is hidden is looked at once"


async def test_what_was_counted_of_another_check_is_no_evidence(desk: Conversation):
    """One of two failures was seen by the old check: the first of the new one is the first. So with successes."""
    await desk.look("shop", Status.FAILED, "no answer")
    await desk.store.write(lambda tx: adopted.anew(tx, ["shop"]))
    await desk.look("shop", Status.FAILED, "no answer")
    assert await desk.store.read(lambda tx: tx.watch("shop").alert) is None
    await desk.look("shop", Status.FAILED, "no answer")
    alert = await desk.store.read(lambda tx: tx.watch("shop").alert)
    assert alert is not None
    await desk.look("shop", Status.OK)
    await desk.store.write(lambda tx: adopted.anew(tx, ["shop"]))
    await desk.look("shop", Status.OK)
    assert await desk.store.read(lambda tx: tx.watch("shop").alert) == alert, "it stays open until it was seen to end"
    await desk.look("shop", Status.OK)
    assert await desk.store.read(lambda tx: tx.watch("shop").alert) is None


async def everything_at_globex(desk: Conversation) -> None:
    """Ticket 1, alert 2, ticket 3 of acme; and the disk's alert is on its path."""
    await desk.say("gina", "dm-gina", "/open The lorry is lost")
    for _ in range(3):
        await desk.look("host-disk", Status.FAILED, "99 % full")
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")


async def test_a_client_that_left_is_let_go(desk: Conversation, folder: Path):
    """Nothing of it rings, its alert ends, the admins are told its name, and what is theirs is seen by nobody."""
    await adopt(desk, desk.config)
    await everything_at_globex(desk)
    await adopt(desk, without_globex(folder))
    assert await armed(desk, "globex") == []
    assert await armed(desk, "acme")
    said = [p.words for p in await desk.posts("noc") if p.key.endswith("/retired")]
    assert said == ["Retired: globex. What is theirs is kept, nobody sees it, and nothing of it rings."]
    before = [p.key for p in await desk.posts("globex-team")]
    await desk.wait(90 * 86400)
    assert [p.key for p in await desk.posts("globex-team")] == before
    assert (await desk.store.read(lambda tx: tx.alert(2))).state is AlertState.CLEARED


@pytest.mark.parametrize("line", ["/show 1", "/show 2", "/why 1", "/reply 1 Hello", "/escalate 1 It burns", "/ack 2"])
async def test_what_is_a_retired_clients_is_as_absent_as_what_does_not_exist(
    desk: Conversation, folder: Path, line: str
):
    await everything_at_globex(desk)
    await adopt(desk, without_globex(folder))
    theirs = await desk.say("ben", "noc", line)
    none = await desk.say("ben", "noc", line.replace("1", "99").replace("2", "99"))
    assert theirs.status == 404
    assert theirs.error.replace("1", "99").replace("2", "99") == none.error


@pytest.mark.parametrize("line", ["/list", "/list team", "/status", "/sla", "/list mine"])
async def test_lists_and_numbers_leave_a_retired_client_out(desk: Conversation, folder: Path, line: str):
    await everything_at_globex(desk)
    await adopt(desk, without_globex(folder))
    answer = await desk.say("ben", "noc", line)
    assert answer.status == 200, answer.error
    assert "lobex" not in desk.words(answer.reply)


async def test_a_deadline_of_a_retired_client_that_rings_all_the_same_does_nothing(desk: Conversation, folder: Path):
    """One that was set by an older release, say: it is rung for nothing and not set aside."""
    await everything_at_globex(desk)
    desk.config = without_globex(folder)
    await desk.wait(30 * 86400)
    aside = await desk.store.read(lambda tx: tx.rows("SELECT COUNT(*) FROM deadlines WHERE set_aside"))
    assert aside == [(0,)]


async def test_a_run_of_a_retired_client_ends_without_a_card(desk: Conversation, folder: Path, changed: Changed):
    """The bot must start: what ran when it was stopped has an unknown outcome, whoever it was for."""
    desk.config = changed(("runbooks.yaml", "clients: [acme]", "clients: [acme, globex]"))
    asked = await desk.say("ben", "globex-team", "/run slow-hello shop-1")
    assert asked.status == 200, asked.error
    assert await desk.start_run(1)
    changed(("runbooks.yaml", "clients: [acme, globex]", "clients: [acme]"))
    await adopt(desk, without_globex(folder))
    ended = await desk.end_run(1, Ended(Ending.UNKNOWN, reason="the desk stopped while it ran"))
    assert ended is not None, "nothing raised a KeyError"


async def test_the_bot_starts_without_a_client_whose_tickets_and_alerts_it_has(folder: Path, demo_config: Config):
    """The whole bot, on a database in which globex still has everything."""
    data = folder.parent
    async with web_bot(data, demo_config) as web:
        await web.say("gina", "dm-gina", "/open The lorry is lost")
        await web.say("ann", "dm-ann", "/open VPN drops every hour")
    async with web_bot(data, without_globex(folder)) as web:
        listed = await web.say("ben", "noc", "/list")
        assert listed.status_code == 200, listed.text
        assert "VPN drops" in listed.text
        assert "lorry" not in listed.text
        assert (await web.say("ben", "noc", "/show 1")).status_code == 404
        assert await web.count("SELECT COUNT(*) FROM deadlines WHERE due_at IS NOT NULL AND client_id = 'globex'") == 0
        assert any("Retired: globex." in m["text"] for m in await web.until(lambda: told(web)))


async def told(web):
    messages = await web.messages("olga", "noc")
    return [m for m in messages if "Retired" in m["text"]]
