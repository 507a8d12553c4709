"""Who acts by which account: linked people, requesters whom a client's channel lets in, and everybody else refused.

Rows of docs/reliability.md: `channel shared; person deactivated`.
"""

from dataclasses import replace

import pytest

from bot.configuration import DEMO, load_folder
from bot.door import Account
from bot.identity import CODE_LIFE, WRONG_CODES, Identity
from bot.store.store import Store
from config.loaded import Config, dm
from desk.cards import Post, text
from desk.refusal import DeskError
from tests.store_fixture import HandClock

HELP, TEAM, OTHERS, NOC, DIRECT = "slack/C1", "slack/C2", "slack/C3", "slack/C4", "slack/@U1"
STRANGER = Account("slack", "T1", "U1", "Nora Weiss", "Europe/Berlin")


@pytest.fixture
def config() -> Config:
    config = load_folder(DEMO)
    places = {"acme-help": "C1", "acme-team": "C2", "globex-help": "C3", "noc": "C4"}
    channels = {name: replace(config.channels[name], places={"slack": id_}) for name, id_ in places.items()}
    return replace(config, channels={**config.channels, **channels})


@pytest.fixture
async def identity(store: Store, config: Config) -> Identity:
    identity = Identity(store, config)
    await identity.settle(frozenset({"slack", "discord"}))
    return identity


async def audited(store: Store) -> list[str]:
    return [action for (action,) in await store.read(lambda tx: tx.rows("SELECT action FROM audit ORDER BY id"))]


async def linked(identity: Identity, person: str, account: Account) -> str | None:
    return await identity.link(account, f"/link {await identity.code_for(person)}")


async def test_somebody_unknown_in_a_clients_channel_is_a_requester_of_that_client(
    identity: Identity, store: Store
) -> None:
    """And nothing more: with a name, a zone and a direct channel of their own."""
    id_ = await identity.person(STRANGER, HELP)
    person = identity.config().people[id_]
    assert (person.name, person.client, person.zone, person.is_staff("acme")) == (
        "Nora Weiss", "acme", "Europe/Berlin", False,
    )  # fmt: skip
    assert dm(id_) in identity.config().channels
    assert await identity.person(STRANGER, DIRECT) == id_
    assert await audited(store) == ["account.met"]


@pytest.mark.parametrize(
    ("account", "place", "why"),
    [
        (STRANGER, DIRECT, "a stranger's direct message belongs to no client"),
        (STRANGER, NOC, "a channel of no client lets nobody in"),
        (STRANGER, TEAM, "nor does a channel of the staff"),
        (STRANGER, "slack/C99", "nor a channel that is not configured"),
        (replace(STRANGER, refused="a bot"), HELP, "a bot is nobody"),
        (replace(STRANGER, refused="deactivated"), HELP, "somebody deactivated has left"),
    ],
)
async def test_a_stranger_elsewhere_is_refused_and_it_is_on_the_record(
    identity: Identity, store: Store, account: Account, place: str, why: str
) -> None:
    with pytest.raises(DeskError):
        await identity.person(account, place)
    assert await audited(store) == ["account.refused"], why
    assert identity.config().people.keys() == load_folder(DEMO).people.keys()


async def test_a_requester_of_one_client_is_none_of_another(identity: Identity) -> None:
    await identity.person(STRANGER, HELP)
    with pytest.raises(DeskError):
        await identity.person(STRANGER, OTHERS)


async def test_a_code_makes_an_account_somebodys_once(identity: Identity, store: Store) -> None:
    """It is said by the account that becomes theirs; said again, by whomever, it is worth nothing."""
    code = await identity.code_for("ben")
    assert "Ben Okoro" in (await identity.link(STRANGER, f"/link {code}") or "")
    assert await identity.person(STRANGER, NOC) == "ben"
    assert "wrong or has lapsed" in (await identity.link(replace(STRANGER, user="U2"), f"/link {code}") or "")
    with pytest.raises(DeskError):
        await identity.person(replace(STRANGER, user="U2"), NOC)
    assert await audited(store) == ["code.given", "account.linked", "account.refused", "account.refused"]


async def test_a_code_lapses(identity: Identity, clock: HandClock) -> None:
    code = await identity.code_for("ben")
    clock.step(CODE_LIFE.total_seconds() + 1)
    assert "lapsed" in (await identity.link(STRANGER, f"/link {code}") or "")


async def test_a_new_code_replaces_the_one_before(identity: Identity, clock: HandClock) -> None:
    first = await identity.code_for("ben")
    clock.step(1)
    second = await identity.code_for("ben")
    assert "wrong" in (await identity.link(STRANGER, f"/link {first}") or "")
    assert "Ben" in (await identity.link(STRANGER, f"/link {second}") or "")


async def test_codes_cannot_be_guessed_one_after_the_other(identity: Identity, clock: HandClock) -> None:
    """After five wrong ones even the right one is not taken from this account for as long as a code lives."""
    for n in range(WRONG_CODES):
        await identity.link(STRANGER, f"/link AAAA-AAA{n}")
    code = await identity.code_for("ben")
    assert "Too many" in (await identity.link(STRANGER, f"/link {code}") or "")
    clock.step(CODE_LIFE.total_seconds() + 1)
    assert "Ben" in (await linked(identity, "ben", STRANGER) or "")


@pytest.mark.parametrize("line", ["/link", "link AAAA", "please /link AAAA", "/linked AAAA", "/open x"])
async def test_only_a_line_with_a_code_links(identity: Identity, line: str) -> None:
    assert await identity.link(STRANGER, line) is None


async def test_a_guests_account_cannot_become_staff_and_a_staff_account_that_becomes_a_guests_is_refused(
    identity: Identity,
) -> None:
    guest = replace(STRANGER, outsider=True)
    assert "cannot be linked" in (await linked(identity, "ben", guest) or "")
    await linked(identity, "ben", STRANGER)
    with pytest.raises(DeskError, match="guest"):
        await identity.person(guest, HELP)


async def test_a_guest_in_a_clients_channel_is_a_requester_there(identity: Identity) -> None:
    """Also a member of another workspace who shares the channel."""
    id_ = await identity.person(replace(STRANGER, workspace="T9", outsider=True), HELP)
    assert identity.config().people[id_].all_roles() == {"requester"}


async def test_what_a_stranger_asked_for_is_theirs_under_their_own_name(identity: Identity, store: Store) -> None:
    """The direct channel at the platform stays the same place, now of the person."""
    id_ = await identity.person(STRANGER, HELP)
    await linked(identity, "ann", STRANGER)
    assert await identity.person(STRANGER, DIRECT) == "ann"
    assert id_ not in identity.config().people
    rows = await store.read(lambda tx: tx.rows("SELECT channel, place FROM places WHERE place = ?", (DIRECT,)))
    assert rows == [("dm-ann", DIRECT)]


async def test_an_account_that_is_deactivated_is_void_at_once(identity: Identity, store: Store) -> None:
    """It acts no more, and nothing is sent to it."""
    await linked(identity, "ben", STRANGER)
    await identity.changed(replace(STRANGER, refused="deactivated"))
    with pytest.raises(DeskError, match="deactivated"):
        await identity.person(STRANGER, NOC)
    assert await store.read(lambda tx: tx.rows("SELECT 1 FROM places WHERE place = ?", (DIRECT,))) == []


async def test_whoever_left_the_configuration_acts_no_more(identity: Identity, store: Store, config: Config) -> None:
    await linked(identity, "ben", STRANGER)
    without = Identity(store, replace(config, people={k: v for k, v in config.people.items() if k != "ben"}))
    await without.settle(frozenset({"slack"}))
    with pytest.raises(DeskError, match="not on the list"):
        await without.person(STRANGER, NOC)


async def test_one_account_of_two_workspaces_is_two(identity: Identity) -> None:
    await linked(identity, "ben", STRANGER)
    with pytest.raises(DeskError):
        await identity.person(replace(STRANGER, platform="globex"), NOC)


async def test_places_of_platforms_that_are_not_set_up_are_no_places(store: Store, config: Config) -> None:
    """A message for them would wait for ever."""
    identity = Identity(store, config)
    await identity.settle(frozenset({"discord"}))
    assert await store.read(lambda tx: tx.rows("SELECT place FROM places")) == []


async def test_an_account_that_is_taken_back_elsewhere_is_void_at_once(identity: Identity, store: Store) -> None:
    """What is remembered of an account is forgotten when any transaction touches one."""
    await linked(identity, "ben", STRANGER)
    assert await identity.person(STRANGER, DIRECT) == "ben"
    await store.write(lambda tx: tx.unlink("ben", "slack"))
    assert await identity.known("slack", "T1", "U1") is None


async def test_people_of_a_client_that_keeps_off_a_platform_are_told_where_to_write(
    store: Store, config: Config
) -> None:
    """Linked or met there before; and nothing of the client's leaves for it."""
    acme = replace(config.clients["acme"], platforms=frozenset({"slack"}))
    identity = Identity(store, replace(config, clients={**config.clients, "acme": acme}))
    await identity.settle(frozenset({"slack", "discord"}))
    on_discord = Account("discord", "G1", "U9", "Ann", "UTC")
    await linked(identity, "ann", on_discord)
    with pytest.raises(DeskError, match=r"Acme Web Shops does not use discord for this. Write in slack instead."):
        await identity.person(on_discord, "discord/@U9")
    await store.write(lambda tx: tx.post(Post("x", dm("ann"), "acme", words=text("hello"))))
    rows = await store.read(lambda tx: tx.rows("SELECT destination FROM posts WHERE key = 'x'"))
    assert rows == [("dm-ann",)]


async def test_staff_are_known_by_a_link_and_nothing_is_kept_of_anybody_else(identity: Identity, store: Store) -> None:
    """A requester, somebody never met, a bot: wherever they point, no row and no entry says that they did."""
    await linked(identity, "ben", STRANGER)
    nora, eve = replace(STRANGER, user="U2"), replace(STRANGER, user="U3")
    await identity.person(nora, HELP)
    before = await audited(store)
    for place in (HELP, TEAM, NOC):
        assert await identity.staff(STRANGER, place) == "ben"
        for account in (nora, eve, replace(STRANGER, refused="a bot"), replace(STRANGER, outsider=True)):
            assert await identity.staff(account, place) is None, account
    assert await audited(store) == before
    assert await identity.known("slack", "T1", "U3") is None


async def test_whose_account_it_is_can_be_asked_without_letting_anybody_in(identity: Identity) -> None:
    await linked(identity, "ben", STRANGER)
    nora = await identity.person(replace(STRANGER, user="U2"), HELP)
    asked = [await identity.named("slack", "T1", user) for user in ("U1", "U2", "U3")]
    assert asked == ["ben", nora, None]
    assert await identity.known("slack", "T1", "U3") is None
