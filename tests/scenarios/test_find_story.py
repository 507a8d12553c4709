"""Finding tickets again, by what was said and by what is known of them."""

from dataclasses import replace

import pytest

from config.loaded import Channel
from desk.people import Person, Role
from tests.conversation import Conversation

PIAS = {"globex": frozenset({Role.TECHNICIAN}), "acme": frozenset({Role.REQUESTER})}
SAID = "not even to the printer in the Zürich office"


async def worked(desk: Conversation) -> None:
    """Ann's 1, with a note; Carl's 2, whose printer is in a reply; Gina's 3 at another client."""
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    await desk.say("ben", "acme-team", "ann's printer shares the tunnel", thread="ticket/1")
    await desk.say("carl", "dm-carl", "/open No connection from home")
    await desk.say("carl", "dm-carl", SAID, thread="ticket/2")
    await desk.say("gina", "dm-gina", "/open Printer prints lorries")


async def rows(desk: Conversation, person: str, line: str) -> list[tuple[str, ...]]:
    answer = await desk.say(person, f"dm-{person}", f"/find {line}")
    assert answer.status == 200, answer.error
    return [tuple("".join(cell) for cell in row) for row in answer.reply.table]


async def numbers(desk: Conversation, person: str, line: str) -> list[int]:
    return [int(row[0]) for row in await rows(desk, person, line)]


async def test_staff_find_by_every_word_with_the_words_around_it(desk: Conversation):
    """In the subject first, then the newest; each with its state, whose it is, and where the word was said."""
    await worked(desk)
    answer = await desk.say("ben", "dm-ben", "/find printer")
    assert desk.words(answer.reply).splitlines() == [
        "Found for printer",
        "3 tickets.",
        "3 · Printer prints lorries · ● new · Globex Logistics · P3 · nobody",
        f"2 · No connection from home · ● new · Acme Web Shops · P2 · nobody · {SAID}",
        "1 · VPN drops every hour · ◐ open · Acme Web Shops · P2 · nobody · ann's printer shares the tunnel",
    ]
    assert [b.label for b in answer.reply.buttons] == ["Show 3", "Show 2", "Show 1"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("client:acme printer", [2, 1]),
        ("client:acme is:open", [2, 1]),
        ("is:unassigned", [3, 2]),
        ("assignee:me", [1]),
        ("assignee:ben is:open", [1]),
        ("assignee:nobody zurich", [2]),
        ("requester:ann", [1]),
        ('requester:"Carl Brandt"', [2]),
        ("requester:gina client:acme", []),
        ("team:desk client:globex", [3]),
        ("priority:p2", [2, 1]),
        ("number:2", [2]),
        ("newer:1h", [3, 2, 1]),
        ("older:1h", []),
        ("opened:2026-11", [3, 2, 1]),
        ("opened:2026-10", []),
        ('"the printer" office', [2]),
    ],
)
async def test_filters_say_which_tickets_are_meant(desk: Conversation, line, found):
    await worked(desk)
    await desk.say("ben", "acme-team", "/claim 1")
    assert await numbers(desk, "ben", line) == found


async def test_what_is_late_is_found_until_it_is_done(desk: Conversation):
    """A broken promise that is still owed; an answer that came late is late no more."""
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    assert await numbers(desk, "ben", "is:overdue") == []
    await desk.wait(181)
    assert await numbers(desk, "ben", "is:overdue") == [1]
    await desk.say("ben", "acme-team", "/reply 1 Please restart the client")
    assert await numbers(desk, "ben", "is:overdue") == []


async def test_a_requester_finds_their_own_by_what_they_can_read(desk: Conversation):
    """Neither by a note, nor anything of a colleague's; and what they watch."""
    await worked(desk)
    assert await rows(desk, "ann", "printer") == []
    assert await rows(desk, "ann", "vpn") == [("1", "VPN drops every hour", "◐ open", "")]
    assert await numbers(desk, "carl", "printer") == [2]
    assert await numbers(desk, "ann", "is:open requester:me") == [1]
    await desk.say("ben", "acme-team", "/watch 2 @ann")
    assert await numbers(desk, "ann", "printer") == [2]


async def test_notes_leave_no_trace_in_what_a_requester_is_told(desk: Conversation):
    """The same question before and after a hundred notes: the same card, word for word."""
    await worked(desk)
    await desk.say("ann", "dm-ann", "/open Another printer")
    await desk.say("ben", "acme-team", "/note 4 it is the same one")  # that staff have seen it, its state says
    asked = ["printer", "tunnel", '"the tunnel"', "vpn printer", "is:open", "no hit"]
    before = [(await desk.say("ann", "dm-ann", f"/find {line}")) for line in asked]
    for word in ("printer", "tunnel", "the tunnel", "vpn", "hit"):
        for number in (1, 4):
            await desk.say("ben", "acme-team", f"/note {number} {word}")
    after = [(await desk.say("ann", "dm-ann", f"/find {line}")) for line in asked]
    assert [desk.words(a.reply) for a in after] == [desk.words(b.reply) for b in before]


async def test_the_clients_own_manager_finds_all_of_the_clients_but_no_note(desk: Conversation):
    await worked(desk)
    moira = Person("moira", "Moira Bell", client="acme", roles={"acme": frozenset({Role.MANAGER})})
    desk.config = replace(desk.config, people={**desk.config.people, "moira": moira})
    assert await numbers(desk, "moira", "is:open") == [2, 1]
    assert await numbers(desk, "moira", "printer") == [2]
    assert await numbers(desk, "moira", "requester:carl") == [2]
    assert await numbers(desk, "rosa", "printer") == [3, 2, 1]


async def test_more_than_a_page_is_turned_by_a_button(desk: Conversation):
    """Twenty at a time; the button carries the whole question."""
    for count in range(23):
        await desk.say("ann", "dm-ann", f"/open Screen {count} flickers")
    first = await desk.say("ben", "dm-ben", '/find "flickers" is:open')
    assert "1 to 20, and there are more." in desk.words(first.reply)
    assert len(first.reply.table) == 20
    more = first.reply.buttons[-1]
    assert more.label == "More"
    second = await desk.say("ben", "dm-ben", more.line())
    assert "21 to 23, the last." in desk.words(second.reply)
    assert [row[0] for row in second.reply.table] == [("3",), ("2",), ("1",)]


async def test_a_filter_that_is_not_known_is_answered_with_what_is(desk: Conversation):
    await worked(desk)
    refusals = [
        ("ben", "/find stat:open", "There is no filter `stat:`"),
        ("ben", "/find asignee:ben", "did you mean `assignee`?"),
        ("ben", "/find is:opne", "`is:` knows open, new, pending"),
        ("ben", "/find is:opne", "did you mean `open`?"),
        ("ben", "/find client:acne", "did you mean `acme`?"),
        ("ben", "/find team:dusk", "did you mean `desk`?"),
        ("ben", "/find assignee:ban", "did you mean `ben`?"),
        ("ben", "/find category:acess", "did you mean `access`?"),
        ("ben", "/find older:soon", "30m, 2h, 3d and 4w are"),
        ("ben", "/find opened:october", "2026-10, 2026-Q4 and 2026 are"),
        ("ben", "/find client: acme", "needs something behind it"),
        ("ann", "/find tag:vpn", "There is no filter `tag:`"),
        ("ann", "/find assignee:ben", "There is no filter `assignee:`"),
        ("ann", "/find requester:carl", "There is no “carl” here"),
        ("ann", "/find ?!", "What is to be found?"),
    ]
    for person, line, part in refusals:
        answer = await desk.say(person, f"dm-{person}", line)
        assert answer.status >= 400, line
        assert part in answer.error, (line, answer.error)


async def test_one_client_is_found_by_nobody_of_another(desk: Conversation):
    """A client that is not theirs is refused like one that does not exist."""
    await worked(desk)
    nia = Person("nia", "Nia Duarte", roles={"globex": frozenset({Role.TECHNICIAN})})
    desk.config = replace(desk.config, people={**desk.config.people, "nia": nia})
    assert await numbers(desk, "nia", "printer") == [3]
    theirs = await desk.say("nia", "dm-nia", "/find client:acme")
    none = await desk.say("nia", "dm-nia", "/find client:nowhere")
    assert theirs.status == none.status == 404
    assert theirs.error.replace("acme", "nowhere") == none.error


async def test_who_is_staff_elsewhere_finds_their_own_ticket_by_no_tag(desk: Conversation):
    """Pia works for Globex and asks Acme's team: of her own ticket she finds what its requester can read."""
    pia = Person("pia", "Pia Sand", client="acme", roles=PIAS)
    direct = Channel("dm-pia", "Deskbell", "dm", "acme")
    people, channels = {**desk.config.people, "pia": pia}, {**desk.config.channels, "dm-pia": direct}
    desk.config = replace(desk.config, people=people, channels=channels)
    await desk.say("pia", "dm-pia", "/open client=acme VPN drops every hour")
    await desk.say("gina", "dm-gina", "/open VPN is slow")
    for number in (1, 2):
        await desk.say("ben", "noc", f"/tag {number} vpn")
    assert await numbers(desk, "pia", "vpn") == [2, 1]
    assert await numbers(desk, "pia", "tag:vpn") == await numbers(desk, "pia", "priority:P3") == [2]
