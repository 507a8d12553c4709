"""Who sees which ticket, and from which side: the requester's, or the team's."""

from dataclasses import replace

import pytest

from desk.people import Person, Role
from tests.conversation import Conversation

UNKNOWN = "There is no 1 that you can see."


@pytest.fixture
def acme(desk: Conversation) -> Conversation:
    """Carl speaks for Acme, Dora manages it, Ann and Emil ask for help there. Emil has a ticket of his own."""
    own = {
        "carl": replace(desk.config.people["carl"], roles={"acme": frozenset({Role.REQUESTER, Role.CONTACT})}),
        "dora": Person("dora", "Dora Weiss", "UTC", "acme", {"acme": frozenset({Role.MANAGER})}),
        "emil": Person("emil", "Emil Berg", "UTC", "acme", {"acme": frozenset({Role.REQUESTER})}),
    }
    vips = replace(desk.config.clients["acme"], vips=frozenset({"emil"}), vip_raises=True)
    desk.config = replace(
        desk.config, people={**desk.config.people, **own}, clients={**desk.config.clients, "acme": vips}
    )
    return desk


async def story(desk: Conversation) -> None:
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    await desk.say("ben", "acme-team", "/note 1 the intern unplugged it")
    await desk.say("ben", "acme-team", "/reply 1 Please restart it")


async def shown(desk: Conversation, person: str) -> str:
    answer = await desk.say(person, f"dm-{person}", "/show 1")
    return desk.words(answer.reply) if answer.reply else answer.error


SIDES = [
    # who, whether they see it, whether they see the team's side, why
    ("ann", True, False, "who asked"),
    ("carl", True, False, "an authorised contact sees all of the client's, from its side"),
    ("dora", True, False, "so does the client's own manager"),
    ("emil", False, False, "a colleague does not"),
    ("gina", False, False, "nor does another client"),
    ("ben", True, True, "the team sees its own side"),
    ("rosa", True, True, "and so does the provider's manager"),
]


@pytest.mark.parametrize(("person", "sees", "inside", "why"), SIDES)
async def test_a_ticket_is_seen_by_whom_it_concerns_from_their_own_side(acme, person, sees, inside, why):
    await story(acme)
    words = await shown(acme, person)
    assert ("VPN drops" in words) is sees, why
    assert ("the intern" in words) is inside, why


@pytest.mark.parametrize("person", ["emil", "gina"])
@pytest.mark.parametrize("line", ["/show {}", "/reply {} hi", "/why {}", "/watch {}", "/resolve {} done", "/rate {} 5"])
async def test_what_one_may_not_see_answers_like_what_is_not_there(acme, person, line):
    await story(acme)
    there = await acme.say(person, f"dm-{person}", line.format(1))
    nowhere = await acme.say(person, f"dm-{person}", line.format(999))
    assert (there.status, there.error.replace("1", "N")) == (nowhere.status, nowhere.error.replace("999", "N"))
    assert (there.reply, there.form) == (None, None)


async def test_who_oversees_a_client_lists_finds_and_adds_to_all_of_its_tickets(acme):
    await story(acme)
    for person in ("carl", "dora"):
        assert "VPN drops" in acme.words((await acme.say(person, f"dm-{person}", "/list")).reply)
        assert "VPN drops" in acme.words((await acme.say(person, f"dm-{person}", "/find drops")).reply)
        assert (await acme.say(person, f"dm-{person}", "/find intern")).reply is not None
        assert "VPN" not in acme.words((await acme.say(person, f"dm-{person}", "/find intern")).reply)
    assert (await acme.say("carl", "dm-carl", "/reply 1 It hurts us all")).status == 200
    assert [p for p in await acme.posts("acme-team") if p.words == "It hurts us all"]
    refused = await acme.say("carl", "dm-carl", "/assign 1 ben")
    assert refused.status == 403


async def test_a_contact_opens_for_a_colleague_and_both_see_it(acme):
    done = await acme.say("carl", "dm-carl", "/open --for emil A new screen")
    assert done.status == 200, done.error
    assert "A new screen" in await shown(acme, "emil")
    assert "A new screen" in await shown(acme, "carl")
    assert (await acme.say("ann", "dm-ann", "/show 1")).status == 404
    other = await acme.say("carl", "dm-carl", "/open --for gina A new screen")
    assert other.status == 404


async def test_whoever_watches_sees_it_until_they_stop(acme):
    await story(acme)
    await acme.say("ben", "acme-team", "/watch 1 emil")
    assert "VPN drops" in await shown(acme, "emil")
    assert "VPN drops" in acme.words((await acme.say("emil", "dm-emil", "/list")).reply)
    await acme.say("emil", "dm-emil", "/unwatch 1")
    assert (await acme.say("emil", "dm-emil", "/show 1")).status == 404
    assert "VPN drops" not in acme.words((await acme.say("emil", "dm-emil", "/list")).reply)


async def test_a_vip_s_ticket_says_so_and_starts_one_priority_higher(acme):
    await acme.say("emil", "dm-emil", "/open My screen is dark")
    words = (await acme.post("acme-team", "ticket/1")).words
    assert "Emil (VIP)" in words
    assert "P1" in words, "Acme's usual is P2"
    assert "VIP" not in (await acme.post("dm-emil", "ticket/1")).words
