"""The configuration is read again while the bot runs: what changed is in force at once, and nothing else is touched.

Failure-table row: poison configuration.
"""

import asyncio
import gc
import json
import re
import shutil
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot.configuration import DEMO, load_folder
from bot.operating import reload
from bot.reloading import next_night, restart_for
from config.loaded import Config
from config.secrets import Secrets
from desk.alerts import AlertState, Reading, Status
from tests.store_fixture import MORNING
from tests.webapp import Child, Web, web_bot

WATCHED = """\
monitors:
  shop: {kind: memory, client: acme, below: 100, interval: 1h, runbook: restart-shop, target: shop-1, failures: 2}
  disk: {kind: disk, client: globex, below: 100, interval: 1h}
  backup: {kind: heartbeat, client: globex, period: 1d}
"""
LEAVER = "  lars: {name: Lars Berg, roles: {acme: [technician]}}\n"
LOGGED = re.compile(r"^\d{4}-\d\d-\d\d \d\d:.*\n", re.MULTILINE)
TOKEN = "a-token-of-its-own"
Change = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(DEMO, tmp_path / "config"))
    (folder / "monitors.yaml").write_text(WATCHED)
    people = (folder / "people.yaml").read_text()
    (folder / "people.yaml").write_text(people.replace("people:\n", f"people:\n{LEAVER}", 1))
    return folder


@pytest.fixture
def change(folder: Path) -> Change:
    """Put something in the place of something else in a file."""

    def put(file: str, old: str, new: str) -> None:
        text = (folder / file).read_text()
        assert old in text, f"{file} has no {old!r}"
        (folder / file).write_text(text.replace(old, new))

    return put


@pytest.fixture
async def web(data: Path, folder: Path) -> AsyncIterator[Web]:
    async with web_bot(data, load_folder(folder), monitored=True) as running:
        yield running


@pytest.fixture
def say_reload(web: Web, data: Path, capsys: pytest.CaptureFixture[str]) -> Callable[[], Awaitable[str]]:
    """`deskbell reload`: what it prints, wherever it does, with its exit code first. The bot's log is left out."""

    async def said() -> str:
        code = await asyncio.to_thread(reload, web.bot.port, data)
        printed = "".join(capsys.readouterr())
        return f"{code} {LOGGED.sub('', printed)}"

    return said


async def in_admins(web: Web, words: str) -> list[str]:
    return [m["text"] for m in await web.messages("olga", "noc") if words in m["text"]]


async def audited(web: Web, action: str) -> list[dict[str, str]]:
    sql = "SELECT detail FROM audit WHERE action = ? ORDER BY id"
    return [json.loads(row[0]) for row in await web.bot.store.read(lambda tx: tx.rows(sql, (action,)))]


async def fail(web: Web, monitor: str, times: int) -> None:
    for _ in range(times):
        await web.bot.watching.changed(Reading(monitor, Status.FAILED, datetime.now(UTC), "no answer"))


async def test_what_changed_is_in_force_and_said_to_whoever_asked_to_the_admins_and_on_the_record(
    web: Web, say_reload, change: Change
) -> None:
    change("monitors.yaml", "globex, below: 100", "globex, below: 99.9")
    change("monitors.yaml", "  backup:", "  memory: {kind: memory, client: globex, below: 100}\n  backup:")
    change("deskbell.yaml", "approval_lapses: 10m", "approval_lapses: 20m")
    before = dict(web.bot.poller._slots)
    said = await say_reload()
    version = web.bot.config.version[:12]
    assert said == f"0 Configuration {version} is in force.\nMonitors: 1 new, 1 changed, 2 as before.\n"
    assert web.bot.config.desk.approval_lapses == 1200
    after = web.bot.poller._slots
    assert [name for name in after if after[name] is before.get(name)] == ["shop", "backup"], "the others are untouched"
    (told,) = await web.until(lambda: in_admins(web, f"Configuration {version} is in force."))
    assert "- approval_lapses: 10m\n+ approval_lapses: 20m" in told
    assert (await audited(web, "configuration.loaded"))[-1]["by"] == "operator"
    await web.until(lambda: web.count("SELECT COUNT(*) FROM watches WHERE monitor = 'memory'"))  # it is looked at


async def test_a_poison_file_changes_nothing_and_says_file_and_line(web: Web, say_reload, change: Change) -> None:
    """To whoever asked, in the admins' channel and on the record; and what is right in it is not taken either."""
    change("deskbell.yaml", "approval_lapses: 10m", "approval_lapses: 20m")
    change("monitors.yaml", "interval: 1h, runbook", "interval: so, runbook")
    good = web.bot.config
    said = await say_reload()
    problem = "monitors.yaml:2: `monitors.shop.interval`: expected a length of time like 60s, 15m, 2h or 3d, got 'so'."
    assert said == f"2 {problem}\nConfiguration {good.version[:12]} stays in force.\n"
    assert web.bot.config is good
    (told,) = await web.until(lambda: in_admins(web, problem))
    assert f"configuration {good.version[:12]} stays in force" in told
    assert [entry["problems"] for entry in await audited(web, "configuration.refused")] == [problem]


async def test_the_same_files_again_change_nothing(web: Web, say_reload) -> None:
    said = await say_reload()
    assert said.endswith("is in force already: the files say the same.\nMonitors: 3 as before.\n")
    assert len(await audited(web, "configuration.loaded")) == 1


async def test_rights_are_those_of_the_next_command(web: Web, say_reload, change: Change) -> None:
    assert (await web.say("lars", "acme-team", "/list team")).status_code == 200
    change("people.yaml", "roles: {acme: [technician]}", "roles: {globex: [technician]}")
    await say_reload()
    assert (await web.say("lars", "acme-team", "/list team")).status_code == 404


async def test_somebody_who_left_is_gone_and_their_open_page_ends(web: Web, say_reload, change: Change) -> None:
    """A session that goes on would go on showing what they may no longer see."""
    async with web.http.stream("GET", "/api/events", params={"as": "lars"}) as feed:
        lines = feed.aiter_lines()
        assert (await anext(lines)).startswith("retry")
        change("people.yaml", LEAVER, "")
        await say_reload()
        async with asyncio.timeout(20):
            [line async for line in lines]
    assert (await web.http.get("/api/channels", params={"as": "lars"})).status_code == 404


async def test_a_promise_that_moved_is_armed_anew(web: Web, say_reload, change: Change) -> None:
    await web.say("ann", "dm-ann", "/open VPN drops every hour")
    sql = "SELECT due_at FROM deadlines WHERE subject = 'ticket/1' AND kind = 'sla/first_response/breach'"
    before = await web.count(sql)
    change("clients.yaml", "P2: 3m", "P2: 1h")
    await say_reload()
    assert await web.count(sql) - before == timedelta(minutes=57) / timedelta(microseconds=1)


async def test_a_monitor_that_left_ends_its_alert_and_one_that_looks_elsewhere_counts_anew(
    web: Web, say_reload, change: Change
) -> None:
    """One of two failures was of the old check: the first of the new one is the first."""
    await fail(web, "disk", 3)
    await fail(web, "shop", 1)
    change("monitors.yaml", "  disk: {kind: disk, client: globex, below: 100, interval: 1h}\n", "")
    change("monitors.yaml", "acme, below: 100", "acme, below: 99.9")
    assert "Monitors: 1 changed, 1 gone, 1 as before." in await say_reload()
    alert = await web.bot.store.read(lambda tx: tx.alert(1))
    assert (alert.state, alert.fixed_by) == (AlertState.CLEARED, "no longer watched")
    await fail(web, "shop", 1)
    assert await web.bot.store.read(lambda tx: tx.alert(2)) is None
    await fail(web, "shop", 1)
    assert (await web.bot.store.read(lambda tx: tx.alert(2))).monitor == "shop"


async def test_a_monitor_that_goes_to_another_client_takes_no_alert_along(
    web: Web, say_reload, change: Change
) -> None:
    """The alert is the old client's, and ends without a verdict; the new one begins with nothing."""
    await fail(web, "disk", 3)
    change("monitors.yaml", "  disk: {kind: disk, client: globex", "  disk: {kind: disk, client: acme")
    await say_reload()
    assert (await web.bot.store.read(lambda tx: tx.alert(1))).fixed_by == "no longer watched"
    await fail(web, "disk", 3)
    assert (await web.bot.store.read(lambda tx: tx.alert(2))).client == "acme"


async def test_what_needs_a_restart_is_named_until_there_was_one(web: Web, say_reload, change: Change) -> None:
    change("deskbell.yaml", "port: 8080", "port: 8099")
    assert (await say_reload()).endswith("Restart for: `port`.\n")
    change("deskbell.yaml", "approval_lapses: 10m", "approval_lapses: 20m")
    assert (await say_reload()).endswith("Restart for: `port`.\n")
    change("deskbell.yaml", "port: 8099", "port: 8080")
    assert "Restart" not in await say_reload()
    assert await web.until(lambda: in_admins(web, "Restart for: `port`."))


@pytest.mark.parametrize(
    ("desk", "secrets", "named"),
    [
        ({"name": "Night desk"}, {}, ["`name` on the web pages"]),
        ({"database": "postgresql+psycopg://db/desk"}, {}, ["`database`"]),
        ({"mail": "another server"}, {}, ["`mail`"]),
        ({"push": {"ntfy": "a gateway"}}, {}, ["`push`"]),
        ({}, {"intake_bind": "0.0.0.0:8081"}, ["`DESKBELL_INTAKE_BIND`"]),
        ({}, {"mail_password": "a-password-of-8"}, ["`DESKBELL_MAIL_PASSWORD`"]),
        ({}, {"heartbeat": {"backup": TOKEN}, "hook": {"grafana": TOKEN}, "oncall": {"noc": TOKEN}}, []),  # at once
        ({"approval_lapses": 60, "internal_targets": ("10.0.0.0/8",), "canary": "noc"}, {}, []),
    ],
)
def test_what_is_taken_once_is_named_and_nothing_else(demo_config: Config, desk, secrets, named) -> None:
    changed = replace(demo_config, desk=replace(demo_config.desk, **desk))
    assert list(restart_for(demo_config, Secrets(), changed, Secrets(**secrets))) == named


async def test_a_token_that_was_put_beside_its_monitor_lets_it_ping(
    data: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the secrets folder, which can change while we run."""
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    async with web_bot(data, load_folder(folder), monitored=True) as web:
        ping = {"url": "/hooks/heartbeat/backup", "headers": {"Authorization": f"Bearer {TOKEN}"}}
        assert (await web.http.post(**ping)).status_code == 401
        monkeypatch.setenv("DESKBELL_SECRETS_DIR", str(secrets))
        (secrets / "DESKBELL_HEARTBEAT__BACKUP").write_text(TOKEN)
        assert (await web.bot.reloader.reload("operator")).taken
        assert (await web.http.post(**ping)).status_code == 204


async def test_another_schedule_is_handed_over_at_once_its_gaps_are_said_and_its_calendar_s_token_counts(
    web: Web, say_reload, change: Change, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tom has the weeks from now on, and another schedule leaves most of each day to nobody."""
    await web.until(lambda: web.count("SELECT COUNT(*) FROM duties"))
    nights = '  noc: {zone: UTC, layers: [{people: [tom], start: 2026-01-05, hours: ["00:00-01:00"]}]}\n'
    change("people.yaml", "{people: [ben, mia],", "{people: [tom],")
    change("people.yaml", "schedules:\n", f"schedules:\n{nights}")
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    monkeypatch.setenv("DESKBELL_SECRETS_DIR", str(secrets))
    (secrets / "DESKBELL_ONCALL__DESK_WEEK").write_text(TOKEN)
    asked = {"url": "/oncall/desk-week.ics", "params": {"token": TOKEN}}
    assert (await web.http.get(**asked)).status_code == 401
    said = await say_reload()
    assert "nobody is on call in `noc` from" in said
    assert "Restart" not in said

    async def handed_over() -> list[str]:
        told = await web.messages("tom", "dm-tom")
        return [m["text"] for m in told if "You are on call in desk-week, after " in m["text"]]

    assert len(await web.until(handed_over)) == 1
    assert b"Tom Novak on call (desk-week)" in (await web.http.get(**asked)).content


async def test_without_the_key_nothing_is_reloaded(web: Web, change: Change) -> None:
    change("deskbell.yaml", "approval_lapses: 10m", "approval_lapses: 20m")
    refused = await web.http.post("/operator/reload", json={}, headers={"Authorization": "Bearer x"})
    assert refused.status_code == 401
    assert web.bot.config.desk.approval_lapses == 600


async def test_at_night_holidays_are_renewed_and_files_that_changed_wait(web: Web, change: Change) -> None:
    """What somebody is still writing must not come into force by itself; that is said once."""
    before = web.bot.identity.base
    await web.bot.reloader.renew()
    assert web.bot.identity.base is not before
    assert web.bot.identity.base == before
    change("deskbell.yaml", "approval_lapses: 10m", "approval_lapses: 20m")
    for _ in range(2):
        await web.bot.reloader.renew()
    assert web.bot.config.desk.approval_lapses == 600
    assert len(await web.until(lambda: in_admins(web, "`deskbell reload` takes them over."))) == 1
    change("deskbell.yaml", "approval_lapses: 20m", "approval_lapses: x")
    await web.bot.reloader.renew()
    assert await web.until(lambda: in_admins(web, "The files were refused"))


def test_the_next_night_is_ahead():
    assert next_night(MORNING) == MORNING.replace(day=3, hour=2, minute=30)
    assert next_night(MORNING.replace(hour=2, minute=29)) == MORNING.replace(hour=2, minute=30)
    assert next_night(MORNING.replace(hour=2, minute=30)) == MORNING.replace(day=3, hour=2, minute=30)


async def test_a_hundred_reloads_leave_nothing_behind(data: Path, folder: Path, change: Change) -> None:
    """Neither tasks, listeners, nor places of the poller; of the configurations only those that are in force."""
    first = load_folder(folder)
    change("monitors.yaml", "  disk: {kind: disk", "  other: {kind: disk")
    files = [load_folder(folder), first]
    turns = iter(files * 51)
    async with web_bot(data, first, monitored=True, read=lambda: (next(turns), Secrets())) as web:

        async def counted() -> tuple[int, ...]:
            await web.bot.reloader.reload("operator")
            await asyncio.sleep(0)
            gc.collect()
            configs = sum(isinstance(each, Config) for each in gc.get_objects())
            poller, bot = web.bot.poller, web.bot
            return configs, len(asyncio.all_tasks()), len(bot.store._listeners), len(poller._slots), len(poller._beats)

        await counted()
        before = await counted()
        for _ in range(98):
            await web.bot.reloader.reload("operator")
        grown = [after - early for after, early in zip(await counted(), before, strict=True)]
        assert max(grown) < 20, "what each of 98 reloads leaves behind would be 98"


async def test_a_signal_reloads_the_running_bot(tmp_path: Path, folder: Path, change: Change) -> None:
    """SIGHUP, as systemd sends it; the process goes on."""
    data = tmp_path / "data"
    data.mkdir()
    env = {"DESKBELL_DATA": str(data), "DESKBELL_PORT": "0"}
    child = await Child.start("bot", "run", "--act-as", "--config", str(folder), errors=tmp_path / "errors.log", **env)
    try:
        async with httpx.AsyncClient(base_url=child.url, timeout=30) as http:
            change("deskbell.yaml", "approval_lapses: 10m", "approval_lapses: 20m")
            child.process.send_signal(signal.SIGHUP)
            async with asyncio.timeout(30):
                while "+ approval_lapses: 20m" not in (await shown(http)):
                    await asyncio.sleep(0.05)
            change("deskbell.yaml", "approval_lapses: 20m", "approval_lapses: never")
            child.process.send_signal(signal.SIGHUP)
            async with asyncio.timeout(30):
                while "deskbell.yaml:5: `approval_lapses`" not in (await shown(http)):
                    await asyncio.sleep(0.05)
    finally:
        await child.stop()
    assert child.process.returncode == 0


async def shown(http: httpx.AsyncClient) -> str:
    return (await http.get("/api/channels/noc/messages", params={"as": "olga"})).text
