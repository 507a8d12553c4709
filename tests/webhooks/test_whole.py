"""Webhooks of the whole bot: what the files say is in force without a restart, and whatever they do, the desk is well.

Row of docs/reliability.md: `a webhook does not take what happens`.
"""

from dataclasses import replace

from config.secrets import Secrets
from desk.events import Webhook
from tests.ways.gateway_server import gateway_server
from tests.webapp import web_bot
from tests.webhooks.test_outbound import SECRET


def with_webhooks(config, **urls):
    hooks = {name: Webhook(name, url, ("ticket.*",)) for name, url in urls.items()}
    desk = replace(config.desk, webhooks=hooks, internal_targets=("127.0.0.1",))
    return replace(config, desk=desk, monitors={})


def taken_by(web, count):
    sql = "SELECT COUNT(*) FROM posts WHERE destination LIKE 'webhook:crm/%' AND state = 'delivered'"

    async def so_many():
        return await web.count(sql) == count

    return web.until(so_many)


async def test_a_webhook_that_comes_with_a_reload_is_told_from_then_on(tmp_path, demo_config):
    """And one whose address changes is told at the new one; neither needs a restart."""
    async with gateway_server() as first, gateway_server() as second:
        now = [with_webhooks(demo_config), Secrets()]
        async with web_bot(tmp_path, now[0], read=lambda: tuple(now)) as web:
            now[:] = with_webhooks(demo_config, crm=first.url), Secrets(webhook={"crm": SECRET})
            assert "restart" not in " ".join((await web.bot.reloader.reload("operator")).lines)
            await web.say("ann", "dm-ann", "/open VPN drops every hour")
            await taken_by(web, 1)
            now[0] = with_webhooks(demo_config, crm=second.url)
            await web.bot.reloader.reload("operator")
            await web.say("ann", "dm-ann", "/open The printer is on fire")
            await taken_by(web, 2)
    assert [len(first.taken), len(second.taken)] == [1, 1]


async def test_a_receiver_that_takes_nothing_makes_nobody_think_that_the_desk_is_ill(tmp_path, demo_config):
    """`/readyz` and the outside heartbeat are about the desk; its admins are told in their channel."""
    async with gateway_server() as server:
        server.answer(404)
        config = with_webhooks(demo_config, crm=server.url)
        async with web_bot(tmp_path, config, secrets=Secrets(webhook={"crm": SECRET})) as web:
            await web.say("ann", "dm-ann", "/open VPN drops every hour")

            async def told():
                return any("webhook:crm" in message["text"] for message in await web.messages("olga", "noc"))

            await web.until(told)
            assert [broken.name for broken in (await web.bot.vitals.readiness()).broken] == []
