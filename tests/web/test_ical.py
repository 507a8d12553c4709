"""Turns for the calendars of others: by a token alone, and read back they are what the desk knows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import icalendar
import pytest

from bot.acting import as_desk
from bot.rostering import AHEAD, BACK, Rosters
from bot.web.app import intake_app
from bot.web.ical import Calendars
from bot.web.intake import Intake
from config.files import turns
from desk.duties import Duty
from desk.oncall import Override
from desk.rotations import Turn
from handlers import rosters
from tests.web.conftest import HOME

GONE = "gone-s3cret"
TOKENS = {"desk-week": "week-s3cret-é", "person/ben": "bens-s3cret", "gone": GONE, "person/gone": GONE}
CALLED = {id_: (name,) for id_, name in (("ben", "Ben Okoro"), ("mia", "Mia Lindqvist"), ("tom", "Tom Novak"))}


async def no_beat(_name: str) -> None:
    """Nobody pings here."""


@pytest.fixture
def config(demo_config):
    return demo_config


@pytest.fixture
async def http(store, config):
    calendars = Calendars(Rosters(store, lambda: config).calendar, TOKENS.get)
    app = intake_app(Intake(no_beat, {}, calendars=calendars))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOME) as client:
        yield client


async def read(http, name, token):
    answer = await http.get(f"/oncall/{name}.ics", params={"token": token})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    return answer.content


async def planned(store, config, schedule="desk-week"):
    def work(tx):
        ctx = as_desk(tx, config, "test")
        return rosters.between(tx, ctx, config.schedules[schedule], ctx.now - BACK, ctx.now + AHEAD)

    return await store.read(work)


async def test_what_goes_out_comes_back_as_the_same_turns(http, store, config, clock):
    """Read by the desk's own way in: overrides and what was noted included, the zone and the names too."""
    now = clock.now()
    tonight = Override(1, "desk-week", "tom", now + timedelta(hours=8), now + timedelta(hours=20), "tom", now)
    for duty in (Duty("desk-week", now - timedelta(days=9), "ben"), Duty("desk-week", now - timedelta(days=2), "mia")):
        await store.write(lambda tx, duty=duty: tx.note_duty(duty))
    await store.write(lambda tx: tx.save_override(tonight))
    found = turns.by_feed(await read(http, "desk-week", TOKENS["desk-week"]), "Europe/Berlin", CALLED, now)
    assert found.strangers == ()
    assert list(found.turns) == await planned(store, config)
    assert [turn.person for turn in found.turns[:4]] == ["ben", "mia", "tom", "mia"]


async def test_a_person_has_their_turns_in_all_schedules(store, config, clock, http):
    found = turns.by_feed(await read(http, "person/ben", TOKENS["person/ben"]), "Europe/Berlin", CALLED, clock.now())
    assert list(found.turns) == [turn for turn in await planned(store, config) if turn.person == "ben"]
    assert found.turns[0] == Turn(
        "ben", datetime(2026, 11, 9, 8, 0, tzinfo=UTC), datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
    )  # fmt: skip


async def test_the_same_turns_have_the_same_ids_an_hour_later(http, clock):
    """So that a calendar that reads again has each once; only the last one grows."""

    async def ids():
        feed = icalendar.Calendar.from_ical(await read(http, "desk-week", TOKENS["desk-week"]))
        return [str(event["UID"]) for event in feed.walk("VEVENT")]

    before = await ids()
    assert len(set(before)) == len(before)
    clock.step(3600)
    assert (await ids())[1:] == before[1:]


async def test_names_are_text_and_no_lines_of_the_calendar(store, config):
    evil = replace(config.people["ben"], name="Ben\r\nEND:VEVENT\r\nATTENDEE:mailto:x@y.example; \\")
    config = replace(config, people={**config.people, "ben": evil})
    made = await Rosters(store, lambda: config).calendar("person/ben")
    assert b"\nATTENDEE" not in made
    (event, *_) = icalendar.Calendar.from_ical(made).walk("VEVENT")
    assert "ATTENDEE" not in event
    assert "ATTENDEE:mailto" in str(event["SUMMARY"])


async def test_a_wrong_token_and_what_there_is_not_are_refused_alike(http):
    asked = [
        ("desk-week", "nope"), ("desk-week", ""), ("desk-week", TOKENS["person/ben"]), ("nothing", TOKENS["desk-week"]),
        ("nothing", "no-such-calendar"), ("gone", TOKENS["gone"]), ("person/gone", TOKENS["gone"]),
        ("person/ben", TOKENS["desk-week"]), ("person/mia", TOKENS["person/ben"]), ("person/mia", ""),
        ("person/mia", "no-such-calendar"),
    ]  # fmt: skip
    answers = [await http.get(f"/oncall/{name}.ics", params={"token": token}) for name, token in asked]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1


async def test_the_token_may_stand_in_the_header(http):
    bearer = {"Authorization": b"Bearer " + TOKENS["desk-week"].encode("latin-1")}
    assert (await http.get("/oncall/desk-week.ics", headers=bearer)).status_code == 200
