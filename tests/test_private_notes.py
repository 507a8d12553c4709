"""What the team keeps to itself never appears in anything that those can see who are not of it.

Five hundred random conversations through the real handlers and a real store: tickets are opened, answered, noted, made
to wait, solved, opened again, merged, related to an alert and watched, in every kind of place. Whatever staff write for
staff holds a word that is found nowhere else. It must not turn up where the requester reads, in any answer that they, a
colleague, an authorised contact, the client's own manager or a stranger get, in what may be chosen in a form, in the
reports and their sheets, in a public entry of the record; and looking for it finds no more than looking for a word that
nobody has ever written. Only why a promise was broken is told to whoever reads the client's reports, and only there.
"""

import os
import shutil
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from bot.platforms.webchat.room import doors
from bot.ports import SeededIds
from bot.reports import sheets
from bot.reports.reading import Reports
from bot.store.sqlite import SqliteFile
from bot.store.store import Store
from bot.web import showing
from config.loaded import Channel, Config, dm
from desk.behind import spelled
from desk.people import Person, Role, visible_clients
from desk.refusal import DeskError
from handlers import choices
from handlers.commands import commands
from handlers.context import Context, Where
from handlers.pictures.report import behind_card, every_number
from tests.conversation import Conversation
from tests.scenarios.places import HOME, TEAM
from tests.shape.stories import ringing
from tests.shape.test_strangers import with_strangers
from tests.store_fixture import HandClock
from tests.talking import BEGINNINGS, OUTSIDE, PRIVATE, PUBLIC, READING, WORD, Talk

DESKS = max(6, int(os.environ.get("DESKBELL_SEEDS", "0")) // 40)  # each with a store of its own
TALKS = 50  # conversations at each desk: 500 in all
MOVES = 10  # of each conversation
INSIDE = {"acme-team", TEAM, *(dm(staff) for staff in ("ben", "mia", "tom", "rosa", "olga", "ivo"))}
NOBODYS = "hush99999"  # of the same form, and never written
OF_ONE = ["/show {n}", "/why {n}"]


def with_outsiders(config: Config) -> Config:
    """The demo, with Vera, who manages acme from its own side; acme is on Slack too, and so are Ann and Carl."""
    config = with_strangers(config)
    vera = Person("vera", "Vera Holm", "Europe/London", "acme", {"acme": frozenset({Role.REQUESTER, Role.MANAGER})})
    places = {"acme-help": {"slack": "C012"}, "acme-team": {"slack": "C099"}}
    channels = {id_: replace(c, places=places.get(id_, {})) for id_, c in config.channels.items()}
    channels[dm("vera")] = Channel(dm("vera"), "Deskbell", "dm", "acme")
    return replace(config, people={**config.people, "vera": vera}, channels=channels)


async def converse(talk: Talk) -> None:
    await talk.chance.choice(BEGINNINGS)(talk)
    rows = await talk.desk.store.read(lambda tx: tx.rows("SELECT MAX(number) FROM tickets"))
    talk.number = rows[0][0]
    for _ in range(MOVES):
        move = talk.chance.choice(PRIVATE if talk.chance.random() < 0.45 else PUBLIC)
        await move(talk)
        await nothing_was_posted_outside(talk, move.__name__)


# --- who looks


async def nothing_was_posted_outside(talk: Talk, after: str) -> None:
    """No post of a place where anybody reads who is not of the team."""
    marks = ", ".join("?" * len(INSIDE))
    sql = f"SELECT destination, body FROM posts WHERE body LIKE '%hush%' AND destination NOT IN ({marks})"  # noqa: S608 - only marks
    for destination, body in await talk.desk.store.read(lambda tx: tx.rows(sql, sorted(INSIDE))):
        talk.unheard(body, f"at {destination}, after {after}")


async def nobody_outside_reads_it(talk: Talk, lines: list[str]) -> None:
    for person in OUTSIDE:
        for line in lines:
            await talk.say(person, dm(person), line.format(n=talk.number))


async def no_form_offers_it(talk: Talk) -> None:
    """What each command would ask, filled in, and what may be chosen there."""
    for person in OUTSIDE:
        for word, command in commands().items():
            if "number" in command.args.model_fields:
                await talk.say(person, dm(person), f"/{word} number={talk.number} ask=yes")
        offered = await talk.desk.store.read(
            lambda tx, who=talk.desk.config.people[person]: all_choices(tx, talk.desk.config, who),
            clients=visible_clients(talk.desk.config.people[person], talk.desk.config.clients),
        )
        talk.unheard(offered, f"{person} may choose")


async def no_report_tells_it(talk: Talk) -> None:
    """The page with its tables, which the review has as well, the tickets behind some numbers, the sheets of both."""
    config = talk.desk.config
    made, vera = Reports(talk.desk.store, lambda: config), config.people["vera"]
    report = await made.report(vera, "acme", "2026-Q4")
    printed = repr((showing.view(report, report, vera, ""), sheets.numbers(report)))
    talk.unheard(printed, "in the report", talk.reported)
    for number in talk.chance.sample(sorted(every_number(), key=spelled), 6):
        found = await made.behind(vera, "acme", "2026-Q4", spelled(number))
        page = showing.behind(report, found, vera) | {"report": report.name}
        card = behind_card(number, "acme", report.name, report.period, found.tickets, 1)
        talk.unheard(repr((sheets.tickets(found.tickets, report), page, card)), f"behind {number}")
    for person in set(OUTSIDE) - {"vera"}:
        with pytest.raises(DeskError):
            await made.report(config.people[person], "acme", "2026-Q4")


def all_choices(tx, config: Config, who: Person) -> str:
    ctx = Context(tx.now, tx.now, who, Where("webchat", dm(who.id)), config, commands=commands())
    fields = {(word, name) for word, command in commands().items() for name in command.args.model_fields}
    fields -= {(word, "number") for word in commands() if word != "show"}  # that is the same for all of them
    return repr([choices.choices(tx, ctx, commands()[word], name, "") for word, name in sorted(fields)])


async def nothing_is_found_by_it(talk: Talk) -> None:
    """Neither tickets nor articles, whatever an article was made of."""
    rows = await talk.desk.store.read(lambda tx: tx.rows("SELECT * FROM articles"))
    likely = talk.kept.intersection(WORD.findall(repr(rows)))
    for word in {*talk.chance.sample(sorted(talk.kept), 4), *likely}:
        for person in OUTSIDE:
            for line in ("/find {}", '/find "{}" is:open', "/kb {}"):
                found = await talk.desk.say(person, dm(person), line.format(word))
                none = await talk.desk.say(person, dm(person), line.format(NOBODYS))
                assert (found.error, found.reply) == undone(none, word), (person, line)


def undone(none, word):
    """The answer to the word that nobody wrote, as it would be to this one."""
    card = none.reply and replace(none.reply, title=none.reply.title.replace(NOBODYS, word))
    return none.error.replace(NOBODYS, word), card


@pytest.fixture
async def desk(template: Path, tmp_path: Path, demo_config):
    clock = HandClock()
    path = Path(shutil.copyfile(template, tmp_path / "notes.db"))
    store = Store.open(SqliteFile(path, "OFF"), clock=clock, ids=SeededIds(1), inline=True)
    made = Conversation(store, clock, with_outsiders(demo_config))
    rows = [("acme-help", HOME), ("acme-team", TEAM), ("dm-ann", "slack/@U1"), ("dm-carl", "slack/@U4")]
    await store.write(lambda tx: tx.execute_many("INSERT INTO places (channel, place) VALUES (?, ?)", rows))
    await ringing(made)
    yield made
    await store.close()


@pytest.mark.parametrize("person", OUTSIDE)
def test_no_place_of_the_teams_is_open_to_somebody_outside(demo_config, person):
    """What is searched for the words below is every place but these."""
    config = with_outsiders(demo_config)
    assert not {c.id for c in doors(config.people[person], config)} & INSIDE


@pytest.mark.parametrize("seed", range(DESKS))
async def test_no_word_of_the_teams_own_reaches_anybody_else(desk, seed):
    """A seed reproduces: it is the whole of the chance."""
    talk = Talk(desk, Random(seed))  # noqa: S311 - chance that can be repeated is what is wanted
    for _ in range(TALKS):
        await converse(talk)
        await nobody_outside_reads_it(talk, OF_ONE)
        talk.others, talk.notes = [*talk.others, talk.number], {}
    assert len(talk.kept) > TALKS, "there was something to keep"
    await nobody_outside_reads_it(talk, READING)
    await no_form_offers_it(talk)
    await no_report_tells_it(talk)
    await nothing_is_found_by_it(talk)
    told = await desk.store.read(lambda tx: tx.rows("SELECT words FROM timeline WHERE public ORDER BY id"))
    talk.unheard(repr(told), "on the public record")
