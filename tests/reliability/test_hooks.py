"""What other systems send over real sockets to the whole desk: it is an alert, and a kill loses none of it.

Failure-table row: a webhook comes late, twice, in any order or in an unknown shape; a kill before it is handled.
"""

import asyncio
import json
from dataclasses import replace

import httpx
import pytest
from pydantic import SecretStr

from config.secrets import Secrets
from desk.hooks import mapping
from desk.hooks.hook import Hook
from tests.samples import sample
from tests.webapp import Web, web_bot

TOKENS = {name: name * 8 for name in ("prom", "graf", "pager", "kuma", "zab", "own")}
KINDS = {
    "prom": "alertmanager", "graf": "grafana", "pager": "pagerduty", "kuma": "uptime-kuma", "zab": "zabbix",
    "own": "generic",
}  # fmt: skip
OWN = mapping.Map(
    mapping.value("n"), mapping.value("n"), mapping.test({"path": "s", "is": "bad"}), each=("all",),
    severity=mapping.value("level"),
)  # fmt: skip
SECRETS = Secrets(hook={name: SecretStr(token) for name, token in TOKENS.items()})


@pytest.fixture
def config(demo_config):
    hooks = {name: Hook(name, kind, "acme", mapping=OWN if name == "own" else None) for name, kind in KINDS.items()}
    return replace(demo_config, hooks=hooks)


async def send(web: Web, name: str, body: object) -> httpx.Response:
    if name == "pager":
        return await web.http.post("/v2/enqueue", json={**body, "routing_key": TOKENS[name]})
    return await web.http.post(f"/hooks/{name}", json=body, headers={"Authorization": f"Bearer {TOKENS[name]}"})


async def test_every_vendors_sample_rings_and_ends_over_a_real_socket(tmp_path, config):
    async with web_bot(tmp_path, config, secrets=SECRETS) as web:
        for name, told in [
            ("prom", "alertmanager-sample"), ("graf", "grafana-sample"), ("pager", "pagerduty-trigger"),
            ("kuma", "uptime-kuma-down"), ("zab", "zabbix-problem"),
        ]:  # fmt: skip
            assert (await send(web, name, sample(told))).status_code == 202
        await web.until(lambda: web.count("SELECT COUNT(*) = 6 FROM alerts WHERE state = 'firing'"))
        for name, told in [("pager", "pagerduty-resolve"), ("kuma", "uptime-kuma-up"), ("zab", "zabbix-recovery")]:
            assert (await send(web, name, sample(told))).status_code == 202
        await web.until(lambda: web.count("SELECT COUNT(*) = 3 FROM alerts WHERE state = 'cleared'"))
        assert await web.count("SELECT COUNT(*) FROM deliveries") == 0


async def test_a_message_that_is_not_understood_is_quoted_without_the_secrets_in_it(tmp_path, config):
    """Its own token, which an event for PagerDuty carries, and whatever else is one here: nowhere in the store."""
    async with web_bot(tmp_path, config, secrets=SECRETS) as web:
        body = {"event_action": "trigger", "note": TOKENS["own"]}
        assert (await send(web, "pager", body)).status_code == 400
        token = {"token": TOKENS["own"]}
        await web.http.post("/hooks/own", content=f"key={TOKENS['own']}", params=token)
        await web.until(lambda: web.count("SELECT COUNT(*) = 2 FROM alerts"))
        dump = "\n".join(await web.bot.store.read(everything_stored))
        assert "It begins: " in dump
        assert "•••" in dump
        assert not [secret for secret in TOKENS.values() if secret in dump]


def everything_stored(tx):
    """Each value of each row, as text."""
    tables = [name for (name,) in tx.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    plain = [name for name in tables if "_fts" not in name and "search" not in name]
    return [str(value) for name in plain for row in tx.rows(f'SELECT * FROM "{name}"') for value in row]  # noqa: S608 - the store's own names


async def test_what_was_answered_before_a_kill_rings_after_it(tmp_path, config):
    """It is a row before it is answered, and a successor handles what its predecessor did not come to."""
    async with web_bot(tmp_path, config, secrets=SECRETS) as web:
        next(task for task in web.bot._tasks if task.get_name() == "hooks").cancel()
        answers = [await send(web, "own", {"all": [{"n": str(n), "s": "bad"}]}) for n in range(20)]
        assert {each.status_code for each in answers} == {202}
        assert await web.count("SELECT COUNT(*) FROM deliveries WHERE state = 'new'") == 20
    async with web_bot(tmp_path, config, secrets=SECRETS) as web:
        await web.until(lambda: web.count("SELECT COUNT(*) = 20 FROM alerts"))


async def test_ten_thousand_alerts_in_one_message_ring_as_one_alert_with_true_counts(tmp_path, config):
    """No transaction holds the writer for long, and what is critical is out first."""
    everything = replace(config.alerting.route, group_by=("client", "hook", "severity"))
    config = replace(config, alerting=replace(config.alerting, route=everything))
    body = {"all": [{"n": f"d{n}", "s": "bad", "level": "page" if n == 9_999 else "info"} for n in range(10_000)]}
    async with web_bot(tmp_path, config, secrets=SECRETS) as web:
        answer = await send(web, "own", body)
        assert answer.status_code == 202
        await web.until(lambda: web.count("SELECT COUNT(*) = 10000 FROM signals"), within=300)
        sql = "SELECT severity, body FROM alerts ORDER BY number"
        found = await web.bot.store.read(lambda tx: tx.rows(sql))
        assert [(severity, json.loads(text)["total"]) for severity, text in found] == [("critical", 1), ("low", 9_999)]
        assert await web.card("ben", "acme-team", "alert/1")


async def test_another_systems_repeats_at_the_same_time_are_one_alert(tmp_path, config):
    async with web_bot(tmp_path, config, secrets=SECRETS) as web:
        await asyncio.gather(*(send(web, "zab", sample("zabbix-problem")) for _ in range(20)))
        await web.until(lambda: web.count("SELECT COUNT(*) = 0 FROM deliveries"))
        assert await web.count("SELECT COUNT(*) FROM alerts") == 1


async def test_an_unknown_shape_is_an_alert_that_says_so(tmp_path, config):
    async with web_bot(tmp_path, config, secrets=SECRETS) as web:
        assert (await send(web, "prom", {"something": "else"})).status_code == 202
        card = await web.until(lambda: web.card("ben", "acme-team", "alert/1"))
        assert "prom sent what alertmanager does not send" in json.dumps(card)
        assert "something" in json.dumps(card)
