"""Conversations between a team and those it works for, by chance: what is for the team alone holds words found nowhere
else, which `Talk` keeps.
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from random import Random

from bot.arrivals import File
from config.loaded import dm
from handlers.commands import commands
from tests.conversation import Conversation
from tests.scenarios.places import HOME, TEAM, points
from tests.shape.test_strangers import ROWS

OUTSIDE = {
    "ann": "asked",
    "carl": "a colleague, who may watch it",
    "dora": "an authorised contact of the same client",
    "vera": "the client's own manager",
    "gina": "somebody of another client",
    "greta": "an authorised contact of another client",
}
WORD = re.compile(r"hush\d{5}")
ROOTS = "1712.{:04}"
ALERT = 1  # which rings at each desk from the beginning
READING = [line for word, lines in ROWS.items() if not commands()[word].writes for line in lines]


@dataclass
class Talk:
    """One conversation about one ticket, and what has been written for the team alone at this desk."""

    desk: Conversation
    chance: Random
    kept: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)  # words of notes that were sent: those are the requester's now
    reported: set[str] = field(default_factory=set)  # why promises were broken, which reports tell
    notes: dict[str, list[str]] = field(default_factory=dict)  # by message, the words it has held
    number: int = 0
    others: list[int] = field(default_factory=list)

    def secret(self) -> str:
        word = f"hush{len(self.kept) + len(self.told):05}"
        self.kept.add(word)
        return word

    async def say(self, person: str, channel: str, line: str, **what) -> None:
        """Refusals count as well: a sentence can tell too much."""
        answer = await self.desk.say(person, channel, line, **what)
        if person in OUTSIDE:
            self.unheard(repr(answer), f"{person} was answered, to {line}")

    def unheard(self, said: str, where: str, told: Iterable[str] = ()) -> None:
        assert set(WORD.findall(said)) <= self.told.union(told), where

    @property
    def key(self) -> str:
        return f"ticket/{self.number}"

    def staff(self) -> str:
        return self.chance.choice(["ben", "mia"])

    def team(self) -> dict:
        """In the team's channel, on either of its platforms."""
        return self.chance.choice([{}, {"platform": "slack", "place": TEAM}])


Move = Callable[[Talk], Awaitable[None]]


# --- how it begins


async def by_command(talk: Talk) -> None:
    await talk.say("ann", "dm-ann", "/open VPN drops every hour")


async def by_staff(talk: Talk) -> None:
    await talk.say(talk.staff(), "acme-team", "/open --for ann VPN drops, she called")


async def in_a_thread_of_her_own(talk: Talk) -> None:
    await talk.say("ann", "acme-help", "/open VPN drops", platform="slack", place=HOME, private=True)


async def from_a_message(talk: Talk) -> None:
    about = f"{HOME}|{ROOTS.format(talk.chance.randrange(10_000))}|ann"
    await points(talk.desk, "ann", about)
    answer = await talk.desk.submit("ann", "acme-help", "open", subject="VPN drops", about=about, client="acme")
    talk.unheard(repr(answer), "opened")


# --- what is for the team alone


async def notes_by_command(talk: Talk) -> None:
    await talk.say(talk.staff(), "acme-team", f"/note {talk.number} looks like {talk.secret()}", **talk.team())


async def notes_in_the_thread(talk: Talk) -> None:
    """A message that can be edited, or sent, later. Some come with a file, whose name tells as much as words."""
    word, message, staff = talk.secret(), f"m{len(talk.notes)}", talk.staff()
    files = (File(f"{word}.pdf", 1200, "application/pdf", f"https://files.example/{word}"),)
    what = {"files": files if talk.chance.random() < 0.3 else (), "message": message}
    talk.notes[f"acme-team/{message}/{staff}"] = [word]
    await talk.say(staff, "acme-team", f"between us: {word}", thread=talk.key, **what)


async def notes_on_slack(talk: Talk) -> None:
    what = {"platform": "slack", "place": TEAM, "message": f"s{talk.chance.randrange(10**9)}"}
    await talk.say(talk.staff(), "acme-team", f"she is {talk.secret()}", thread=talk.key, **what)


async def edits_a_note(talk: Talk) -> None:
    if not talk.notes:
        return
    note = talk.chance.choice(sorted(talk.notes))
    _, message, staff = note.split("/")
    word = talk.secret()
    talk.notes[note].append(word)
    kind = talk.chance.choice(["edit", "edit", "delete"])
    await talk.say(staff, "acme-team", f"rather {word}", thread=talk.key, message=message, kind=kind)


async def sends_a_note(talk: Talk) -> None:
    """From then on the requester may read what it says."""
    if not talk.notes:
        return
    note = talk.chance.choice(sorted(talk.notes))
    place, message, staff = note.split("/")
    answer = await talk.desk.say(staff, "acme-team", f"/send {talk.number} note={place}/{message}")
    if answer.status == 200:
        talk.told |= set(talk.notes[note])
        talk.kept -= talk.told


async def spends_time(talk: Talk) -> None:
    await talk.say(talk.staff(), "acme-team", f"/time {talk.number} 25m {talk.secret()}")


async def tags(talk: Talk) -> None:
    await talk.say(talk.staff(), "acme-team", f"/tag {talk.number} {talk.secret()}")


async def waits(talk: Talk) -> None:
    cause = talk.chance.choice(["customer", "vendor", "change", "approval"])
    until = talk.chance.choice(["", "until=2h "])
    words = "is it better?" if cause == "customer" else talk.secret()  # a customer reads what is asked of them
    await talk.say(talk.staff(), "acme-team", f"/pending {talk.number} {cause} {until}{words}", **talk.team())


async def ranks(talk: Talk) -> None:
    await talk.say(talk.staff(), "acme-team", f"/priority {talk.number} P{talk.chance.randint(1, 4)} {talk.secret()}")


async def says_why_it_was_late(talk: Talk) -> None:
    word = talk.secret()
    talk.reported.add(word)
    await talk.say(talk.staff(), "acme-team", f"/reason {talk.number} workload {word}")


async def urges(talk: Talk) -> None:
    await talk.say(talk.staff(), "acme-team", f"/escalate {talk.number} Look at {talk.secret()}")


async def takes_it_up_again(talk: Talk) -> None:
    await talk.say(talk.staff(), "acme-team", f"/reopen {talk.number} because of {talk.secret()}")


async def notes_at_the_alert(talk: Talk) -> None:
    """Which some tickets are related to."""
    line, thread = talk.chance.choice([(f"/note {ALERT} ", None), ("", f"alert/{ALERT}")])
    await talk.say(talk.staff(), "acme-team", f"{line}it was {talk.secret()}", thread=thread)


# --- what is for both sides


async def answers(talk: Talk) -> None:
    line, channel = talk.chance.choice([(f"/reply {talk.number} restart it", "acme-team"), ("restart it", "dm-ann")])
    thread = None if line.startswith("/") else talk.key
    await talk.say(talk.staff(), channel, line, thread=thread)


async def writes(talk: Talk) -> None:
    await talk.say("ann", "dm-ann", "it drops at noon, too", thread=talk.key)


async def writes_at_home(talk: Talk) -> None:
    what = {"platform": "slack", "place": HOME, "message": f"h{talk.chance.randrange(10**9)}"}
    who = talk.chance.choice(["ann", "carl"])
    await talk.say(who, "acme-help", "it drops here", thread=talk.key, **what)


async def goes_on(talk: Talk) -> None:
    await talk.say(talk.staff(), "acme-team", f"/pending {talk.number} nobody")


async def solves(talk: Talk) -> None:
    who, channel = talk.chance.choice([(talk.staff(), "acme-team"), ("ann", "dm-ann")])
    await talk.say(who, channel, f"/resolve {talk.number} Works again")


async def opens_again(talk: Talk) -> None:
    who, channel = talk.chance.choice([(talk.staff(), "acme-team"), ("ann", "dm-ann"), ("dora", "dm-dora")])
    await talk.say(who, channel, f"/reopen {talk.number}")


async def ends_or_urges(talk: Talk) -> None:
    line = talk.chance.choice(["/confirm {}", "/rate {} 5", "/escalate {} Nobody can work"])
    await talk.say("ann", "dm-ann", line.format(talk.number))


async def merges(talk: Talk) -> None:
    """Into an earlier one, which carries the notes of both."""
    if talk.others:
        await talk.say(talk.staff(), "acme-team", f"/merge {talk.number} into {talk.others[-1]} sure=yes")


async def watches(talk: Talk) -> None:
    word = talk.chance.choice(["watch", "watch", "unwatch"])
    who, whom = talk.chance.choice([(talk.staff(), "@carl"), (talk.staff(), "@vera"), ("dora", ""), ("carl", "")])
    await talk.say(who, "acme-team" if whom else dm(who), f"/{word} {talk.number} {whom}")


async def works(talk: Talk) -> None:
    rest = talk.chance.choice(["claim {}", "assign {} mia", "unassign {}", "canned {} need-more", "untag {} vpn"])
    await talk.say(talk.staff(), "acme-team", f"/{rest.format(talk.number)}", **talk.team())


async def relates(talk: Talk) -> None:
    other = talk.others[-1] if talk.others else ALERT
    rest = talk.chance.choice([f"alert {ALERT}", f"related {other}", f"duplicate {other}", f"caused by {other}"])
    await talk.say(talk.staff(), "acme-team", f"/relate {talk.number} {rest}")


async def makes_an_article(talk: Talk) -> None:
    """Of what was solved, as it is offered: anybody may read it then, and look for it."""
    staff = talk.staff()
    await tags(talk)
    await talk.say(staff, "acme-team", f"/resolve {talk.number} Works again")
    answer = await talk.desk.say(staff, "acme-team", f"/kb add {talk.number}")
    if answer.form:
        values = {each.name: each.value for each in answer.form.fields}
        await talk.desk.submit(staff, "acme-team", answer.form.id, **values)


async def speaks_for_it(talk: Talk) -> None:
    """Whoever oversees the client adds to all of its tickets."""
    who = talk.chance.choice(["dora", "vera"])
    line = talk.chance.choice(["reply {} it hurts us all", "escalate {} Nobody can work", "priority {} urgency=high"])
    await talk.say(who, dm(who), f"/{line.format(talk.number)}")


async def presses(talk: Talk) -> None:
    """Any button of the newest card at the requester's, whatever it asks for then."""
    posts = [p for p in await talk.desk.posts("dm-ann") if p.key == talk.key and p.buttons]
    if posts:
        word = talk.chance.choice(["show", "reply", "resolve", "why", "confirm", "reopen"])
        answer = await talk.desk.press("ann", "dm-ann", talk.key, f"/{word} number={talk.number}")
        talk.unheard(repr(answer), f"ann pressed {word}")


async def looks(talk: Talk) -> None:
    """Anybody asks anything, in the middle of it."""
    who = talk.chance.choice(sorted(OUTSIDE))
    await talk.say(who, dm(who), talk.chance.choice(READING).format(n=talk.number))


async def waits_a_while(talk: Talk) -> None:
    """Reminders ring, promises break, waits end, what is solved closes."""
    await talk.desk.wait(talk.chance.choice([60, 200, 8000, 4 * 86_400]))


BEGINNINGS: list[Move] = [by_command, by_command, by_staff, in_a_thread_of_her_own, from_a_message]
PRIVATE: list[Move] = [
    notes_by_command, notes_in_the_thread, notes_in_the_thread, notes_on_slack, edits_a_note, sends_a_note, spends_time,
    tags, waits, ranks, says_why_it_was_late, urges, takes_it_up_again, notes_at_the_alert,
]  # fmt: skip
PUBLIC: list[Move] = [
    answers, answers, writes, writes, writes_at_home, goes_on, solves, opens_again, ends_or_urges, merges,
    watches, watches, works, relates, makes_an_article, speaks_for_it, presses, looks, looks, waits_a_while,
]  # fmt: skip
