"""What does not fit its message stands in its thread; where a repeated send is the same message, it is sent again."""


import pytest

from bot.platforms.contract import Outgoing, Pace
from bot.store.databases import Database
from desk.cards import Text
from tests.sim.platform import VirtualPlatform
from tests.sim.stage import Stage
from tests.standin.faults import Fault

FITS = 20  # characters


class Narrow(VirtualPlatform):
    """A platform whose messages hold twenty characters."""

    def rest(self, outgoing: Outgoing) -> Text:
        words = "".join(span for span in outgoing.words if isinstance(span, str))
        return (words[FITS:],) if len(words) > FITS else ()


@pytest.fixture
def narrow(database: Database) -> Stage:
    return Stage(database, make=Narrow)


def test_what_does_not_fit_is_said_in_the_thread_until_all_is_said(narrow: Stage) -> None:
    """The rest may be too long itself: then its own rest follows in the same thread."""

    async def act(s: Stage) -> None:
        await s.say("note/1", words="abcdefghij" * 5)
        await s.wait(30)

    narrow.play(act)
    [head, *rest] = [e for e in narrow.log if e["did"] == "post"]
    assert [e["key"] for e in rest] == ["note/1/rest", "note/1/rest/rest"]
    assert {e["thread"] for e in rest} == {head["id"]}
    assert rest[0]["text"] == "… " + "abcdefghij" * 3


def test_the_rest_of_a_card_that_lives_follows_it(narrow: Stage) -> None:
    """One message in the thread, edited; and when all fits again, it says so."""

    async def act(s: Stage) -> None:
        await s.say("card/1", words="x" * 30, live=True)
        await s.wait(10)
        await s.say("card/1", words="y" * 30, live=True)
        await s.wait(10)
        await s.say("card/1", words="short", live=True)
        await s.wait(10)

    narrow.play(act)
    said = [e["text"] for e in narrow.log if e["key"] == "card/1/rest"]
    assert said[:2] == ["… " + "x" * 10, "… " + "y" * 10]
    assert "Nothing more" in said[-1]
    assert narrow.seen().count("card/1/rest") == 1


def test_a_platform_that_knows_a_repeated_send_is_asked_again_instead_of_searched(database: Database) -> None:
    """For as long as it knows it; after that an unclear outcome is looked for first, as anywhere."""
    stage = Stage(database, paces={"standin": Pace(same_within=110.0)})
    stage.faults["post"].extend([Fault.ERROR] * 23)

    async def act(s: Stage) -> None:
        await s.say("note/1")
        await s.wait(300)

    stage.play(act)
    sent = stage.asked("post", "note/1")
    assert sent[1] - sent[0] <= 7
    assert [at for at in stage.asked("history") if at < 110] == []
    assert stage.asked("history") != []
    assert [at for at in sent if 110 <= at < stage.asked("history")[0]] == []
    assert stage.seen() == ["note/1"]
