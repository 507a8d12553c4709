"""One machine serves two clients: what holds for it holds for both, and neither learns anything of the other."""

from dataclasses import replace

import pytest

from config.loaded import Channel, Config, dm
from desk.alerts import Status
from desk.oncall import Schedule
from desk.paths import Path, Step
from desk.people import Person, Role
from desk.runs import Ended, Ending
from tests.conversation import Conversation

ONE = frozenset({Role.TECHNICIAN})


def shared(config: Config) -> Config:
    """`restart-shop` is for both, needs nobody's word, and each client has staff of its own."""
    book = replace(
        config.runbooks["restart-shop"], clients=frozenset({"acme", "globex"}), needs_approval=False, cool_down=600
    )
    people = [Person("nia", "Nia Duarte", roles={"globex": ONE}), Person("ada", "Ada Alm", roles={"acme": ONE})]
    direct = {dm(p.id): Channel(dm(p.id), "Deskbell", "dm") for p in people}
    return replace(
        config,
        people={**config.people, **{p.id: p for p in people}},
        channels={**config.channels, **direct},
        runbooks={**config.runbooks, book.id: book},
    )


@pytest.fixture
def both(desk: Conversation) -> Conversation:
    desk.config = shared(desk.config)
    return desk


async def test_a_target_is_busy_for_everybody_and_the_number_is_said_to_its_own_people_only(both: Conversation):
    """A transaction opened for one client does not see the other's run, and still there is one run per target."""
    assert (await both.say("ada", "acme-team", "/run restart-shop shop-1")).status == 200
    other = await both.say("nia", "globex-team", "/run restart-shop shop-1")
    assert other.status == 409
    assert other.error == "restart-shop on shop-1 is under way already: it is starting."
    own = await both.say("ada", "acme-team", "/run restart-shop shop-1")
    assert own.error == "restart-shop on shop-1 is under way already: 1 is starting."
    sees_both = await both.say("ben", "globex-team", "/run restart-shop shop-1")
    assert "1 is starting" in sees_both.error


async def test_a_target_cools_down_for_everybody(both: Conversation):
    await both.say("ada", "acme-team", "/run restart-shop shop-1")
    await both.start_run(1)
    await both.end_run(1, Ended(Ending.EXIT, 1))
    other = await both.say("nia", "globex-team", "/run restart-shop shop-1")
    assert other.status == 409
    assert other.error.startswith("restart-shop ran on shop-1 a moment ago. Try again in ")
    both.clock.step(601)
    assert (await both.say("nia", "globex-team", "/run restart-shop shop-1")).status == 200


async def test_twenty_denials_do_not_hide_a_run_from_the_cool_down(both: Conversation):
    """What is looked for is what started, however much was asked for since."""
    await both.say("ada", "acme-team", "/run restart-shop shop-1")
    await both.start_run(1)
    await both.end_run(1, Ended(Ending.EXIT, 1))
    ran = await both.store.read(lambda tx: tx.run(1))

    def ask(tx):
        for number in range(100, 130):
            tx.save_run(replace(ran, number=number, started_at=None, version=0))

    await both.store.write(ask)
    assert (await both.say("ada", "acme-team", "/run restart-shop shop-1")).status == 409


async def test_the_budget_of_what_runs_by_itself_is_one_for_both_and_the_refusal_names_no_foreign_number(
    both: Conversation,
):
    """Two alerts, one of each client, want the same script on the same machine."""
    book = replace(both.config.runbooks["restart-shop"], by_itself=True, auto_budget=1, cool_down=0)
    shop = both.config.monitors["shop"]
    twin = replace(shop, id="twin", name="twin", client="globex")
    both.config = replace(
        both.config, runbooks={book.id: book}, monitors={"shop": replace(shop, failures=1), "twin": twin}
    )
    await both.look("shop", Status.FAILED, "no answer")
    await both.look("twin", Status.FAILED, "no answer")
    await both.look("twin", Status.FAILED, "no answer")
    theirs = [p.words for p in await both.posts("globex-team")]
    assert any("used its budget of 1 automatic runs" in words for words in theirs)
    both.config = replace(both.config, runbooks={book.id: replace(book, auto_budget=9)})
    await both.look("twin", Status.OK)
    await both.look("twin", Status.OK)
    await both.look("twin", Status.FAILED, "no answer")
    await both.look("twin", Status.FAILED, "no answer")
    theirs = [p.words for p in await both.posts("globex-team")]
    assert any("is under way already: it is starting" in words for words in theirs)


async def test_a_runbook_for_no_client_is_for_none(desk: Conversation):
    """An empty list is refused when the files are read; were it there, it would not mean everybody."""
    nobodys = replace(desk.config.runbooks["slow-hello"], clients=frozenset())
    desk.config = replace(desk.config, runbooks={nobodys.id: nobodys})
    refused = await desk.say("ben", "acme-team", "/run slow-hello shop-1")
    assert refused.status == 404
    assert "Yours: none" in refused.error


def lone(schedule: Schedule, id_: str, person: str) -> Schedule:
    """One that is this person's alone."""
    (layer,) = schedule.layers
    return replace(schedule, id=id_, layers=(replace(layer, turns=replace(layer.turns, people=(person,))),))


async def test_nobody_is_called_for_a_client_for_whom_they_do_not_work(desk: Conversation):
    """Gina is a requester of another client: neither an alert's path nor a ticket's reaches her, whatever it says."""
    quick = Path("quick", (Step(0, "person:gina"), Step(60, "oncall:hers"), Step(120, "team:hers")))
    hers = lone(desk.config.schedules["desk-week"], "hers", "gina")
    desk.config = replace(
        desk.config,
        paths={**desk.config.paths, "quick": quick},
        schedules={**desk.config.schedules, "hers": hers},
        teams={**desk.config.teams, "hers": ("gina", "ben")},
    )
    await desk.look("shop", Status.FAILED, "no answer")
    await desk.look("shop", Status.FAILED, "no answer")
    await desk.wait(61)
    await desk.wait(61)
    await desk.say("ann", "dm-ann", "/open VPN drops")
    for person in ("ann", "mia", "olga"):
        assert (await desk.say(person, f"dm-{person}", "/escalate 2 Nobody can work")).status == 200
    assert await desk.posts("dm-gina") == []
    assert len(await desk.posts("dm-ben")) == 2


@pytest.mark.parametrize(
    ("target", "words"),
    [("oncall:other", "On call: Olga · nobody told yet"), ("person:rosa", "Nobody told yet")],
)
async def test_the_card_names_who_is_on_call_on_the_alerts_own_path(desk: Conversation, target: str, words: str):
    """Not whoever stands first in the file; a path without a schedule leaves the words out."""
    other = lone(desk.config.schedules["desk-week"], "other", "olga")
    desk.config = replace(
        desk.config,
        schedules={**desk.config.schedules, "other": other},
        paths={**desk.config.paths, "quick": Path("quick", (Step(600, target),))},
    )
    await desk.look("shop", Status.FAILED, "no answer")
    await desk.look("shop", Status.FAILED, "no answer")
    card = await desk.post("acme-team", "alert/1")
    assert words in card.words
    assert ("On call" in card.words) is target.startswith("oncall")
