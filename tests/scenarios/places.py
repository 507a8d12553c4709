"""A desk whose client Acme is on Slack too, and what was posted at which of its places."""

from dataclasses import replace

from tests.conversation import Conversation, Posted

HOME, TEAM, ROOT = "slack/C012", "slack/C099", "1712.0001"
ABOUT = f"{HOME}|{ROOT}|ann"
ALL_TEAM = ("acme-team", TEAM)
REQUESTERS = ("dm-ann", "slack/@U1", "slack/@U2", HOME)


async def on_slack(desk: Conversation) -> Conversation:
    """Acme's help and its team's channel have their places there, and Ann has two accounts."""
    there = {"acme-help": "C012", "acme-team": "C099", "globex-help": "C777"}
    found = desk.config.channels.values()
    channels = {c.id: replace(c, places={"slack": there[c.id]} if c.id in there else {}) for c in found}
    desk.config = replace(desk.config, channels=channels)
    rows = [(channel.id, place) for channel in channels.values() for place in channel.place_ids()]
    rows += [("dm-ann", "slack/@U1"), ("dm-ann", "slack/@U2"), ("dm-ben", "slack/@U3")]
    await desk.store.write(lambda tx: tx.execute_many("INSERT INTO places (channel, place) VALUES (?, ?)", rows))
    return desk


async def heard(desk: Conversation, words: str, *places: str) -> list[str]:
    """The places, of these, at which the words were posted."""
    return [place for place in places if any(words in post.words for post in await desk.posts(place))]


async def newest(desk: Conversation, place: str) -> Posted:
    return (await desk.posts(place))[-1]


async def roots(desk: Conversation, place: str) -> list[tuple[str, str | None, str | None]]:
    """Key, parent and root of each post there."""
    sql = "SELECT key, under, root FROM posts WHERE destination = ? ORDER BY id"
    return await desk.store.read(lambda tx: tx.rows(sql, (place,)))


async def points(desk: Conversation, person: str, about: str) -> None:
    """A platform says that this person pointed at a message: by its menu, or by a reaction."""
    await desk.store.write(lambda tx: tx.point(person, about))


async def opened(desk: Conversation, person: str = "ann", **values: str) -> None:
    """From Ann's message in Acme's help channel, unless the values say otherwise."""
    values = {"subject": "VPN drops", "about": ABOUT, "client": "acme"} | values
    await points(desk, person, values["about"])
    answer = await desk.submit(person, "acme-help", "open", **values)
    assert answer.status == 200, answer.error
