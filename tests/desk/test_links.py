"""Links between tickets, merging, tags and watchers, as rules of a ticket's value."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk import links, tags, tickets, watchers
from desk.links import OTHER_SIDE, WORDS, Link
from desk.people import Person, Role
from desk.refusal import DeskError
from desk.tickets import State
from tests.store.values import ticket
from tests.store_fixture import MORNING

MERGES = [
    (ticket(1), ticket(1), "cannot be merged into itself"),
    (ticket(1), ticket(2, "globex"), "only tickets of one client are merged"),
    (ticket(1, state=State.MERGED, merged_into=3), ticket(2), "1 was merged into 3 already"),
    (ticket(1, state=State.RESOLVED), ticket(2), "`/relate 1 duplicate 2` links them"),
    (ticket(1, state=State.CLOSED), ticket(2), "`/relate 1 duplicate 2` links them"),
    (ticket(1), ticket(2, state=State.MERGED, merged_into=3), "`/merge 1 into 3` does what you want"),
    (ticket(1), ticket(2, state=State.MERGED, merged_into=1), "2 was merged into 1 itself."),
    (ticket(1), ticket(2, state=State.RESOLVED), "`/reopen 2` comes first"),
    (ticket(1), ticket(2, state=State.CLOSED), "`/relate 1 duplicate 2` links them instead"),
]


@pytest.mark.parametrize(("child", "parent", "part"), MERGES)
def test_a_merge_is_refused_with_what_would_work(child, parent, part):
    with pytest.raises(DeskError) as refused:
        links.check_merge(child, parent)
    assert part in refused.value.sentence


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), max_size=20))
def test_whatever_is_merged_in_whatever_order_nothing_leads_in_a_circle(pairs):
    """Following a merged ticket comes to an end, at one that was not merged."""
    known = {number: ticket(number) for number in range(1, 7)}
    for child, parent in pairs:
        try:
            links.check_merge(known[child], known[parent])
        except DeskError:
            continue
        known[child] = tickets.merged(known[child], parent, MORNING + timedelta(hours=1))
    for each in known.values():
        steps = 0
        while each.merged_into:
            each, steps = known[each.merged_into], steps + 1  # noqa: PLW2901 - it is followed
            assert steps < len(known)
        assert each.state is State.NEW


def test_every_kind_of_link_has_words_and_another_side():
    assert set(WORDS) == set(Link)
    assert set(Link) - set(OTHER_SIDE) == {Link.ALERT, Link.MERGED}
    assert all(OTHER_SIDE[OTHER_SIDE[kind]] is kind for kind in OTHER_SIDE)


def test_links_are_said_in_words_kind_by_kind():
    made = ticket(17)
    assert links.said(made) == ""
    for kind, other in [(Link.CAUSED_BY, 9), (Link.DUPLICATE, 12), (Link.CAUSED_BY, 11), (Link.CAUSED_BY, 3)]:
        made = links.linked(made, kind, other)
    assert links.said(made) == "duplicate of 12, caused by 9, 11 and 3"
    assert links.unlinked(links.linked(made, Link.ALERT, 4), Link.ALERT, 4) == made
    with pytest.raises(DeskError, match="it is duplicate of 12"):
        links.unlinked(made, Link.RELATED, 12)
    with pytest.raises(DeskError, match="for alert 42 already"):
        links.linked(ticket(17, alert=42), Link.ALERT, 42)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("vpn", ("vpn",)),
        ("VPN, #Home-Office vpn", ("vpn", "home-office")),
        ("  a\n,,b  ", ("a", "b")),
        ("7zip", ("7zip",)),
    ],
)
def test_tags_are_small_words(said, expected):
    assert tags.read(said) == expected


@pytest.mark.parametrize("said", ["", "#", ",", "grün", "-vpn", "a_b", "a/b", "x" * 31, "tag:vpn", '"'])
def test_what_is_no_tag_is_refused(said):
    with pytest.raises(DeskError):
        tags.read(said)


@given(st.text(max_size=60))
def test_whatever_is_typed_tags_can_be_found_again(said):
    """What becomes a tag is one word of a search, and reads as itself."""
    try:
        named = tags.read(said)
    except DeskError:
        return
    assert tags.read(" ".join(named)) == named


def test_tags_are_at_most_ten_and_each_there_once():
    full = tags.tagged(ticket(1), tuple("abcdefghij"))
    with pytest.raises(DeskError, match="10 are enough"):
        tags.tagged(full, ("k",))
    with pytest.raises(DeskError, match="has a already"):
        tags.tagged(full, ("a",))
    assert tags.untagged(full, ("b", "c")).tags == tuple("adefghij")
    with pytest.raises(DeskError, match="no tag z"):
        tags.untagged(full, ("a", "z"))


ANN, CARL = Person("ann", "Ann", client="acme"), Person("carl", "Carl", client="acme")
BEN = Person("ben", "Ben", roles={"*": frozenset({Role.TECHNICIAN})})
GINA = Person("gina", "Gina", client="globex")


def test_who_watches_sees_and_asks_as_far_as_they_are_of_the_client():
    """Staff who watch ask nothing; somebody of another client neither watches nor sees, whatever the ticket says."""
    watched = ticket(1, watchers=("carl", "ben", "gina"))
    assert [watchers.may_watch(p, "acme") for p in (CARL, BEN, GINA)] == [True, True, False]
    assert [watchers.sees(p, watched) for p in (CARL, BEN, GINA)] == [True, True, False]
    assert [watchers.asks(p, watched) for p in (ANN, CARL, BEN, GINA)] == [True, True, False, False]
    assert not watchers.asks(CARL, ticket(1))


def test_watchers_are_there_once_and_not_more_than_fit():
    watched = watchers.watched(ticket(1), "carl", "Carl")
    assert watchers.unwatched(watched, "carl", "Carl") == ticket(1)
    for person, part in (("carl", "by Carl already"), ("ann", "opened for Carl")):
        with pytest.raises(DeskError, match=part):
            watchers.watched(watched, person, "Carl")
    with pytest.raises(DeskError, match="no more fit"):
        watchers.watched(ticket(1, watchers=tuple(f"p{n}" for n in range(watchers.MOST))), "carl", "Carl")
    with pytest.raises(DeskError, match="nothing to stop"):
        watchers.unwatched(ticket(1), "carl", "Carl")
