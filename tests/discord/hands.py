"""What somebody does on Discord beyond the stand-in's people: lines typed or put into options, old pictures of a
message pressed, forms sent as they are.
"""

from copy import deepcopy
from typing import Any

from desk.cards import parse_line
from tests.discord import eyes
from tests.discord.standin import interactions
from tests.discord.standin.forms import CannotError, controls, filled, found_command
from tests.discord.standin.people import People
from tests.discord.standin.things import Asked, Channel, Message, User
from tests.webapp import PATIENCE

INTEGER = 4


def say(people: People, who: User, room: Channel, line: str, head: Message | None) -> Asked | Message:
    """By the command where Discord offers it there; typed otherwise."""
    options = _options(people, room, line)
    if options is not None:
        return people.slash(who, room, parse_line(line).word, **options)
    return people.say(who, room, _typed(people, room, line), to=head)


def _options(people: People, room: Channel, line: str) -> dict[str, Any] | None:
    """What is put into the options of the command; None for what has to be typed."""
    try:
        button = parse_line(line)
        command = found_command(people.discord, room, button.word, 1)
    except (ValueError, CannotError):
        return None
    numbers = {option["name"] for option in command["options"] if option["type"] == INTEGER}
    return {name: int(value) if name in numbers else value for name, value in button.args}


def _typed(people: People, room: Channel, line: str) -> str:
    """A slash is Discord's own: typed, a command begins otherwise. In a channel we hear what names us."""
    if room.guild is not None and not room.is_thread:
        return f"{people.discord.bot.mention} {line.removeprefix('/')}"
    return f"!{line[1:]}" if line.startswith("/") else line


def thread(people: People, who: User, head: int) -> Channel:
    """The thread of a message, begun by whoever wants to write there first."""
    there = people.discord.channels.get(head)
    return there or people.start_thread(who, people.discord.messages[head], "A thread")


def press(people: People, who: User, message: Message, name: str) -> Asked:
    """By its name on the wire. What the message no longer carries is pressed on an old picture of it."""
    custom_id, chosen = eyes.pressable(message).get(name, ("", ""))
    if chosen:
        return people.select(who, message, custom_id, chosen)
    if custom_id:
        return people.press(who, message, custom_id)
    data, room = {"custom_id": name, "component_type": 2, "id": 1}, people.discord.channels[message.channel]
    return interactions.ask(people.discord, who.id, room, interactions.COMPONENT, data, name=name, source=message)


async def opened(people: People, who: User, room: Channel, form: str, values: dict[str, str]) -> Asked:
    """The command opens its form. What a form does not ask for is given with the command."""
    given = {name: int(value) for name, value in values.items() if name == "number"}
    asked = await people.answered(people.slash(who, room, form, **given), PATIENCE)
    fields = {each["custom_id"] for each in controls(asked.modal)} if asked.modal else set()
    more = {name: value for name, value in values.items() if value and name not in fields | set(given)}
    if not (asked.modal and more):
        return asked
    return await people.answered(people.slash(who, room, form, **given, **more), PATIENCE)


def send(people: People, who: User, form: Asked, values: dict[str, str]) -> Asked:
    """From a client that lets somebody send what is not filled in, since none is to be relied on."""
    assert form.modal is not None
    lenient = deepcopy(form.modal)
    for control in controls(lenient):
        control["required"] = False
    asked = {each["custom_id"] for each in controls(lenient)}
    given = {name: value for name, value in values.items() if name in asked}
    data = {"custom_id": lenient["custom_id"], "components": filled(lenient, given)}
    room = people.discord.channels[form.channel]
    return interactions.ask(people.discord, who.id, room, interactions.SUBMIT, data, name=form.name)
