"""What people do on Discord in a day, each with the query that counts its effects. Each word is used once."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

from bot.platforms.discord.marks import is_marked
from tests.discord.standin.people import NoAnswerError
from tests.discord.standin.things import Asked, Channel, Message, User
from tests.sim.discord_day import PATIENCE, Day, Done

Act = Callable[[Day], Awaitable[None]]
TICKETS = "SELECT COUNT(*) FROM tickets WHERE subject LIKE '%{}%'"
SAID = "SELECT COUNT(*) FROM timeline WHERE item IN ('reply', 'note') AND message LIKE '%/{}'"
CHANGED = "SELECT COUNT(*) FROM timeline WHERE item = 'change' AND words LIKE '%{}%'"
WRITTEN = "SELECT COUNT(*) FROM timeline WHERE item = 'reply' AND words LIKE '%{}%'"
TAKEN = "SELECT COUNT(*) FROM audit WHERE detail LIKE '%took it%' AND subject = '{}'"


def word(day: Day) -> str:
    return f"w{len(day.done):02}x"


async def opens(day: Day) -> None:
    """A command with all that it needs; after a while, again, if nothing came of it."""
    for _ in range(3):
        said = word(day)
        asked = day.people.slash(day.ann, day.help, "open", subject=f"The scanner {said} hums")
        day.done.append(Done(f"/open {said}", TICKETS.format(said), answered(asked)))
        with suppress(TimeoutError):
            await day.people.until(lambda said=said: cards(day, day.ben, day.team, words=said), 20)
            return


async def fills_in(day: Day) -> None:
    """The form of a command, sent twice by an impatient person: one form, one ticket, one answer."""
    asked = day.people.slash(day.ann, day.help, "open")
    with suppress(NoAnswerError):
        await day.people.acknowledged(asked)
    if asked.modal is None:
        return
    said = word(day)
    sent = [day.people.submit(day.ann, asked, subject=f"The screen {said} is black") for _ in range(2)]
    day.done.append(Done(f"a form {said}", TICKETS.format(said), answered(*sent)))
    day.twice.append((sent[0], sent[1]))


async def points_at(day: Day) -> None:
    """Two people put the emoji under the same message."""
    said = word(day)
    message = day.people.say(day.ann, day.help, f"The door {said} is stuck")
    day.done.append(Done(f"a reaction {said}", TICKETS.format(said), day.sure))
    for who in (day.ben, day.ann):
        day.people.react(who, message, "🎫")


async def writes(day: Day) -> None:
    """The requester, where her ticket stands: in a thread, or under its card in her direct channel."""
    card = await stands(day, day.ann, day.ann, day.help)
    if card:
        place = day.discord.channels[card.channel]
        _says(day, day.ann, place, to=None if place.is_thread else card)


async def notes(day: Day) -> None:
    """A colleague, in the ticket's thread among the team, which they begin where there is none."""
    card = await stands(day, day.ben, day.team)
    if card:
        thread = day.discord.channels.get(card.id) or day.people.start_thread(day.ben, card, "ticket")
        _says(day, day.ben, thread)


def _says(day: Day, who: User, where: Channel, to: Message | None = None) -> None:
    message = day.people.say(who, where, f"It got worse {word(day)}", to=to)
    day.written.append((who, message.content))
    day.done.append(Done(f"message {message.id}", SAID.format(message.id), lambda: True))
    day.said.append((who, message))


async def edits(day: Day) -> None:
    if day.said:
        who, message = day.said.pop(day.chance.randrange(len(day.said)))
        said = word(day)
        day.people.edit(who, message, f"No, it is better {said}")
        day.written.append((who, message.content))
        day.done.append(Done(f"an edit {said}", CHANGED.format(said), day.sure))


async def presses(day: Day) -> None:
    """Whoever presses twice sees the card as it is by then."""
    card = await stands(day, day.ben, day.team, button="Take it")
    if card:
        subject = card.buttons()["Take it"].rpartition("|")[2]
        asked = [day.people.press(day.ben, card, "Take it") for _ in range(2)]
        day.done.append(Done(f"a press on {subject}", TAKEN.format(subject), answered(*asked)))


async def answers(day: Day) -> None:
    """A command that writes to the requester."""
    if await stands(day, day.ben, day.team):
        said = word(day)
        asked = day.people.slash(day.ben, day.team, "reply", number=1, words=f"Look at it now {said}")
        day.done.append(Done(f"/reply {said}", WRITTEN.format(said), answered(asked)))


def answered(*asked: Asked) -> Callable[[], bool]:
    return lambda: any(each.answered_by is not None for each in asked)


def cards(day: Day, who: User, *where: Channel | User, words: str = "The ", button: str = "") -> list[Message]:
    """Our cards of tickets there and in the threads there, those that were pressed already left out."""
    threads = (thread for each in where if isinstance(each, Channel) for thread in day.people.threads(who, each))
    places = [*where, *threads]
    ours = [m for each in places for m in day.people.seen(who, each) if m.author == day.discord.bot.id and m.embeds]
    ours = [m for m in ours if is_marked({"content": m.content, "embeds": m.embeds})]  # the others are answers
    ours = [m for m in ours if words in m.text() and (not button or button in m.buttons())]
    taken = {done.count for done in day.done}
    return [m for m in ours if not button or TAKEN.format(m.buttons()[button].rpartition("|")[2]) not in taken]


async def stands(day: Day, who: User, *where: Channel | User, button: str = "") -> Message | None:
    """A card there: people see it before the bot knows that it arrived."""
    with suppress(TimeoutError):
        return day.chance.choice(await day.people.until(lambda: cards(day, who, *where, button=button), PATIENCE))
    return None


ACTS: tuple[Act, ...] = (opens, fills_in, points_at, writes, notes, edits, presses, answers)
STORY: tuple[Act, ...] = (opens, writes, notes, presses, fills_in, points_at, edits, answers)
