"""The same doors against simcord, a model of Discord that is not ours: what it refuses, Discord would refuse."""

from dataclasses import dataclass

import simcord

from bot.arrivals import Answer
from bot.configuration import DEMO, load_folder
from bot.platforms.contract import Outgoing
from bot.platforms.discord import options
from bot.platforms.discord.answering import Answers
from bot.platforms.discord.connection import Gateway, Hearing
from bot.platforms.discord.inbound import Inbound
from bot.platforms.discord.interactions import Interactions
from bot.platforms.discord.outbound import DiscordOutbound
from bot.platforms.discord.rest import Rest
from bot.ports import RealClock
from desk.cards import Button, Card, Form, FormField, text
from handlers.commands import commands
from tests.discord.files import SAID, charted, enclose, papered
from tests.discord.harness import CARD, Door

FORM = Form("open~1", "What do you need?", (FormField("subject", "Subject", required=True),))


@dataclass
class Sim:
    client: Gateway
    door: Door
    rest: Rest
    out: DiscordOutbound

    async def alive(self, now):
        raise AssertionError(now)

    async def missed(self, since, until):
        raise AssertionError((since, until))


def sim():
    config, clock, door, rest = load_folder(DEMO), RealClock(), Door(), Rest("discord")
    answers = Answers(rest, door, lambda: config, clock)
    interactions = Interactions(rest, door, answers, clock, readable=lambda: True)
    inbound = Inbound(
        rest, door, answers, interactions, commands(), clock, reaction="🎫", pin="📌", readable=lambda: True
    )  # fmt: skip
    client = Gateway(inbound, None, Hearing(), clock, content=True, up=lambda: None)
    return Sim(client, door, rest, DiscordOutbound(rest, door, lambda: config, clock))


async def test_a_command_a_form_a_button_and_a_thread():
    """Every payload of ours is one that simcord's checks of limits and of the interaction's life let through."""
    it = sim()
    async with simcord.run(it.client, shard_count=1) as env:
        it.rest.adopt(it.client.http, it.client.user.id, {"id": it.client.application_id})
        guild = env.create_guild()
        channel = guild.create_text_channel("acme-team")
        ben = guild.add_member(env.create_user("ben"))
        it.door.people[str(ben.id)] = "ben"
        await it.rest.put_commands(guild.id, options.command_payloads(commands()))

        it.door.answers = lambda a: Answer(form=FORM) if a.kind == "say" else Answer(reply=CARD)
        shown = await ben.slash(channel, "open")
        await ben.submit_modal(shown, {"subject": "VPN drops"})
        assert (it.door.taken[-1].kind, it.door.taken[-1].values) == ("submit", {"subject": "VPN drops"})

        it.door.answers = lambda _: Answer()
        danger = Card("run/9", "restart-shop", lines=(text("now"),), buttons=(Button("Run it…", "run", confirm="?"),))
        number = await it.out.post(Outgoing("k", f"discord/{channel.id}", None, 1, "run/9", None, danger, (), ()))
        it.door.lines[number, danger.buttons[0].tag()] = "/run"
        question = await ben.click(channel.last_message, label="Run it…")
        await ben.click(question.response, label="Run it")
        assert (it.door.taken[-1].kind, it.door.taken[-1].text, it.door.taken[-1].message) == ("press", "/run", number)

        await it.out.post(Outgoing("r", f"discord/{channel.id}", number, 1, "run/9/1", None, None, ("done",), ()))
        assert await it.rest.message(number, str((await it.rest.after(number, number))[0]["id"]))


async def test_a_chart_a_review_and_an_edit_of_both():
    """Forms of ours that simcord takes: in a channel, as an answer, and in place of what was there."""
    it = sim()
    it.door.encloses = enclose
    async with simcord.run(it.client, shard_count=1) as env:
        it.rest.adopt(it.client.http, it.client.user.id, {"id": it.client.application_id})
        guild = env.create_guild()
        channel = guild.create_text_channel("acme-team")
        ben = guild.add_member(env.create_user("ben"))
        it.door.people[str(ben.id)] = "ben"
        await it.rest.put_commands(guild.id, options.command_payloads(commands()))

        def outgoing(card):
            return Outgoing("k", f"discord/{channel.id}", None, 1, card.key, None, card, (), ())

        number = await it.out.post(outgoing(charted(90.0)))
        await it.out.edit(number, outgoing(papered()))
        read = await it.rest.message(str(channel.id), number)
        assert [each["filename"] for each in read["attachments"]] == ["acme-2026-Q4.pdf"]
        it.door.answers = lambda _: Answer(reply=papered("csv"))
        told = (await ben.slash(channel, "report")).response
        assert [each.filename for each in told.attachments] == ["acme-2026-Q4.csv"]
        assert SAID not in read["content"] + told.content
