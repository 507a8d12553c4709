"""The whole desk on Discord: what people see of it, from the first words to the solution."""

import pytest

from tests.discord.desk import desk


async def test_a_ticket_stands_in_the_requesters_and_in_the_teams_place(tmp_path):
    """What the requester writes is seen by the team, what the team writes stays inside until it is sent."""
    async with desk(tmp_path) as d:
        own, teams = await d.open("The printer is on fire")
        await d.people.until(lambda: teams.id in d.discord.channels)
        d.people.say(d.ann, d.ann, "It still burns", to=own)
        await d.message(d.ben, teams.id, "It still burns")
        d.people.say(d.ben, teams.id, "she always exaggerates")
        sending = await d.message(d.ben, teams.id, "Only the people of this channel see this.")
        assert not any("exaggerates" in words for words in d.shown(d.ann, d.ann))
        [send] = [label for label in sending.buttons() if label.startswith("Send to")]
        asked = d.people.answer(await d.people.answered(d.people.press(d.ben, sending, send)))
        assert not any("exaggerates" in words for words in d.shown(d.ann, d.ann)), "it asks before it is sent"
        await d.people.answered(d.people.press(d.ben, asked, next(iter(asked.buttons()))))
        await d.message(d.ann, d.ann, "exaggerates")


async def test_a_button_pressed_by_staff_changes_both_cards(tmp_path):
    async with desk(tmp_path) as d:
        own, teams = await d.open("The printer is on fire")
        take = next(label for label in teams.buttons() if label.startswith("Take"))
        await d.people.answered(d.people.press(d.ben, teams, take))
        await d.people.until(lambda: "Ben" in teams.text() and "Ben" in own.text())


async def test_a_wrong_form_names_its_field_and_does_nothing(tmp_path):
    async with desk(tmp_path) as d:
        asked = await d.people.answered(d.people.slash(d.ann, d.help, "open"))
        sent = await d.people.answered(d.people.submit(d.ann, asked, subject="x"))
        told = d.people.answer(sent)
        assert "▲" in told.text()
        again = await d.people.answered(d.people.press(d.ann, told, "Change it…"))
        await d.people.answered(d.people.submit(d.ann, again, subject="The printer is on fire"))
        await d.message(d.ben, d.team, "The printer is on fire")
        assert await d.web.count("SELECT COUNT(*) FROM tickets") == 1


async def test_a_modal_sent_twice_is_one_ticket(tmp_path):
    async with desk(tmp_path) as d:
        asked = await d.people.answered(d.people.slash(d.ann, d.help, "open"))
        for _ in range(2):
            await d.people.answered(d.people.submit(d.ann, asked, subject="The printer is on fire"))
        assert await d.web.count("SELECT COUNT(*) FROM tickets") == 1


async def test_a_reaction_makes_a_ticket_of_a_message_and_answers_under_it(tmp_path):
    """In a channel of the client the requester's place is the message's own thread."""
    async with desk(tmp_path) as d:
        said = d.people.say(d.ann, d.help, "The printer is on fire")
        d.people.react(d.ben, said, "🎫")
        await d.message(d.ben, d.team, "The printer is on fire")
        await d.people.until(lambda: said.id in d.discord.channels)
        await d.message(d.ann, said.id, "The printer is on fire")


async def test_numbers_are_suggested_and_a_command_in_a_thread_knows_its_own(tmp_path):
    async with desk(tmp_path) as d:
        _, teams = await d.open("The printer is on fire")
        asked = await d.people.answered(d.people.suggest(d.ben, d.team, "show", "number", ""))
        assert [value for _, value in asked.offered()] == [1]
        await d.people.until(lambda: teams.id in d.discord.channels)
        shown = await d.people.answered(d.people.slash(d.ben, teams.id, "why"))
        assert d.people.answer(shown) is not None


@pytest.mark.parametrize("person", ["eve"])
async def test_a_stranger_in_a_staff_channel_is_refused(tmp_path, person):
    async with desk(tmp_path) as d:
        eve = d.discord.person(person, *d.discord.guilds.values())
        noc = d.discord.text_channel(next(iter(d.discord.guilds.values())), "noc")
        asked = await d.people.answered(d.people.slash(eve, noc, "status"))
        told = d.people.answer(asked)
        assert told.only_for == eve.id
        assert await d.web.count("SELECT COUNT(*) FROM accounts") == 1


