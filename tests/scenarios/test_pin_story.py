"""What was said elsewhere is filed into the timeline of an alert or a ticket: whose words, when, where to read them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desk.cards import parse_line
from desk.pins import Quote
from tests.conversation import Conversation
from tests.scenarios.alerting import alerts, down, said, thread, up, watch
from tests.scenarios.places import TEAM, on_slack

pytestmark = pytest.mark.postgresql_in_deep  # what these rest on is tried there by others

MESSAGE, LINK = f"{TEAM}/1712.5", "https://acme.slack.com/archives/C099/p17125"
ABOUT = f"{TEAM}|1712.5|mia"
ON_SLACK = {"platform": "slack", "place": TEAM}


@pytest.fixture
async def desk(desk: Conversation) -> Conversation:
    """Acme's team is on Slack, too, and nothing rings yet."""
    watch(desk, "db", "web", "cart", "mail", "dns", "ntp", "ldap")
    return await on_slack(desk)


async def points(desk, person="ben", about=ABOUT, words="the switch lost power", author="Mia", link=LINK, ago=600):
    """The platform says that they pointed at a message, written `ago` seconds before."""
    quote = Quote(author, desk.clock.now() - timedelta(seconds=ago), words, link)
    await desk.store.write(lambda tx: tx.point(person, about, quote))


async def pins(desk, person="ben", about=ABOUT, channel="acme-team", thread=None, number="", **what):
    """The reaction: a form that nobody sees, sent where the message stands."""
    values = {"about": about, **({"number": number} if number else {})}
    how = {**ON_SLACK, "kind": "submit", "form": "pin~1", "values": values} | what
    return await desk.say(person, channel, "", thread=thread, **how)


async def story(desk, number=1):
    """Who and what, of all that was filed."""
    entries = await desk.store.read(lambda tx: tx.timeline(number))
    return [(e.who, e.words) for e in entries if e.item == "pinned"]


async def numbers(desk):
    """Of alerts, oldest first."""
    return [alert.number for alert in await alerts(desk, open_only=True)]


FILED = ("mia", f"the switch lost power\n{LINK}")


async def test_what_was_said_elsewhere_is_filed_into_the_only_alert_that_stands_there(desk):
    """At the time when it was written, in its author's name; the thread is told by whom."""
    await down(desk, "db")
    await points(desk)
    answer = await pins(desk)
    assert answer.reply.title == "Filed into the timeline of 1"
    assert await story(desk) == [FILED]
    told = f"Ben filed a message of Mia: the switch lost power\n{LINK}"
    assert told in await thread(desk, 1)
    assert told in await thread(desk, 1, TEAM)
    lines = (await said(desk, "rosa", "/timeline 1")).splitlines()
    [line] = [each for each in lines if "switch" in each]
    assert line.endswith(f"Mia: the switch lost power (filed <{LINK}>)")
    assert lines.index(line) < min(i for i, each in enumerate(lines) if "Deskbell" in each and i > 1), "it was before"


async def test_the_record_says_who_filed_what(desk):
    await down(desk, "db")
    await points(desk)
    await pins(desk)
    sql = "SELECT who, subject, client_id, detail FROM audit WHERE action = 'message.filed'"
    [(who, subject, client, detail)] = await desk.store.read(lambda tx: tx.rows(sql))
    assert (who, subject, client) == ("ben", "alert/1", "acme")
    assert all(f'"{value}"' in detail for value in (MESSAGE, "mia", "the switch lost power"))


async def test_the_same_message_is_filed_once_by_whomever(desk):
    await down(desk, "db")
    for person in ("ben", "mia", "ben"):
        await points(desk, person)
        answer = await pins(desk, person)
    assert answer.reply.title == "In the timeline of 1 already"
    assert await story(desk) == [FILED]
    assert (await thread(desk, 1)).count("filed a message") == 1


async def test_what_was_said_in_the_thread_is_there_already_as_the_note_that_it_is(desk):
    await down(desk, "db")
    await desk.say("mia", "acme-team", "the switch lost power", thread="alert/1", message="1712.5", **ON_SLACK)
    await points(desk)
    answer = await pins(desk, thread="alert/1")
    assert answer.reply.title == "In the timeline of 1 already"
    assert await story(desk) == []


async def test_the_message_of_another_app_in_the_thread_is_filed_there_whatever_else_is_open(desk):
    """It is nobody's note. Where it stands nothing is said of it; where it does not, the thread hears of it."""
    await down(desk, "db", "web")
    await points(desk, about=f"{TEAM}|1712.5|", author="Grafana", words="CPU 98 %")
    await pins(desk, about=f"{TEAM}|1712.5|", thread="alert/1")
    assert await story(desk) == [("Grafana on slack", f"CPU 98 %\n{LINK}")]
    assert "filed" not in await thread(desk, 1, TEAM)
    assert "Ben filed a message of Grafana on slack: CPU 98 %" in await thread(desk, 1)


async def test_in_the_thread_of_a_run_it_is_its_alert_that_is_meant(desk):
    desk.config = replace(desk.config, monitors={**desk.config.monitors, "shop": desk.config.monitors["shop"]})
    for _ in range(2):
        await down(desk, "shop", step=5)
    await desk.say("ben", "acme-team", "/run slow-hello shop-1 alert=1")
    await points(desk)
    await pins(desk, thread="run/2")
    assert await story(desk) == [FILED]


async def test_where_several_alerts_stand_the_person_is_asked_and_one_press_files_it(desk):
    """The newest first, five at most; and any other has a number."""
    await down(desk, "db", "web", "cart", "mail", "dns", "ntp", "ldap")
    await points(desk)
    asked = (await pins(desk)).reply
    assert (asked.title, await story(desk)) == ("Into which timeline?", [])
    assert "the switch lost power" in desk.words(asked)
    newest = [f"{n} · " for n in (await numbers(desk))[::-1][:5]]
    assert [b.label[: len(n)] for b, n in zip(asked.buttons, newest, strict=False)] == newest
    assert [b.label for b in asked.buttons[5:]] == ["Another number…"]
    await desk.say("ben", "acme-team", asked.buttons[1].line(), **ON_SLACK)
    assert await story(desk, int(newest[1].split()[0])) == [FILED]


async def test_another_number_is_asked_for_by_a_form_that_carries_the_message(desk):
    """No alert is open: what is filed then belongs to one that has ended, or to a ticket."""
    await down(desk, "db")
    await up(desk, "db", step=5)
    await points(desk)
    asked = (await pins(desk)).reply
    assert "No alert stands open here." in desk.words(asked)
    [button] = asked.buttons
    form = (await desk.say("ben", "acme-team", button.line(), **ON_SLACK)).form
    values = {field.name: field.value for field in form.fields} | {"number": "1"}
    await desk.submit("ben", "acme-team", form.id, **values)
    assert await story(desk) == [FILED]


async def test_a_ticket_takes_messages_too_and_its_requester_reads_none_of_it(desk):
    await desk.say("ann", "dm-ann", "/open VPN drops")
    await points(desk)
    await pins(desk, thread="ticket/1")
    assert await story(desk) == [FILED]
    assert "Ben filed a message of Mia" in "".join(p.words for p in await desk.posts("acme-team"))
    assert "switch" not in "".join(p.words for p in await desk.posts("dm-ann"))
    assert "switch" not in await said(desk, "ann", "/show 1", "dm-ann")
    assert "switch" in await said(desk, "ben", "/show 1")


async def test_a_merged_ticket_has_the_timeline_of_the_one_that_goes_on(desk):
    for _ in range(2):
        await desk.say("ann", "dm-ann", "/open VPN drops")
    await desk.say("ben", "acme-team", "/merge 2 into 1 sure=yes")
    await points(desk)
    await pins(desk, number="2")
    assert (await story(desk, 1), await story(desk, 2)) == ([FILED], [])


async def test_words_of_ones_own_are_filed_where_they_are_said_or_by_number(desk):
    await down(desk, "db", "web")
    await desk.say("ben", "acme-team", "/pin 2 The cable was loose")
    await desk.say("ben", "acme-team", "/pin 2 cables were swapped", thread="alert/1")
    assert await story(desk, 2) == [("ben", "The cable was loose\n")]
    assert await story(desk, 1) == [("ben", "2 cables were swapped\n")]
    assert "Ben filed: 2 cables were swapped" in await thread(desk, 1)
    assert r"Ben: The cable was loose (filed)" in await said(desk, "ben", "/timeline 2")


async def test_filing_is_a_sign_of_whoever_has_the_alert(desk):
    """Twenty minutes later the acknowledgement runs as long again as it did at first."""
    await down(desk, "db")
    await desk.say("ben", "acme-team", "/ack 1")
    [before] = await alerts(desk)
    desk.clock.step(1200)
    await desk.say("ben", "acme-team", "/pin 1 The cable was loose")
    [after] = await alerts(desk)
    assert after.lapses_at - before.lapses_at == timedelta(seconds=1200)


async def test_nothing_to_file_and_no_number_are_asked_for_beside_their_field(desk):
    """The words stay in the form."""
    await down(desk, "db", "web")
    for line, field, value in (("/pin 1", "words", ""), ("/pin It was the cable", "number", "It was the cable")):
        answer = await desk.say("ben", "acme-team", line)
        assert answer.form is not None, line
        found = {f.name: f for f in answer.form.fields}
        assert found[field].error
        assert found["words"].value == value


CLAIMS = [("somebody else pointed", "mia"), ("nobody pointed", None)]


@pytest.mark.parametrize(("_why", "who"), CLAIMS, ids=[row[0] for row in CLAIMS])
@pytest.mark.parametrize("typed", [True, False], ids=["a line", "a form"])
async def test_nobody_is_believed_to_have_pointed_at_a_message_because_they_say_so(desk, typed, _why, who):
    await down(desk, "db")
    if who:
        await points(desk, who)
    line = await desk.say("ben", "acme-team", f"/pin 1 about='{ABOUT}'") if typed else await pins(desk)
    assert (line.status, line.reply) == (403, None)
    assert "reaction" in line.error
    assert await story(desk) == []


async def test_what_somebody_calls_themselves_makes_them_nobody_whom_we_know(desk):
    """The name on the platform is shown as the name there: an id is of somebody in people.yaml."""
    await down(desk, "db")
    await points(desk, about=f"{TEAM}|1|", author="mia")
    await pins(desk, about=f"{TEAM}|1|")
    await points(desk, about=f"{TEAM}|2|", author="  ")
    await pins(desk, about=f"{TEAM}|2|")
    assert [who for who, _ in await story(desk)] == ["mia on slack", "somebody on slack"]
    assert "mia on slack: the switch" in await said(desk, "ben", "/timeline 1")


async def test_what_people_wrote_is_text_in_markdown_and_so_are_their_names_and_links(desk):
    """Nothing of it ends a line, begins a heading or opens an address of somebody else's."""
    await down(desk, "db")
    words = "# fixed\n- **2026-01-01** Mia: done\n[x](javascript:alert(1)) <b>`</b>"
    await points(desk, about=f"{TEAM}|1|", author="*Eve*\n# [x](y)", words=words, link="https://x.example/> <b>(x)")
    await pins(desk, about=f"{TEAM}|1|")
    lines = (await said(desk, "ben", "/timeline 1")).splitlines()
    [line] = [each for each in lines if "fixed" in each]
    assert line.split(" ", 3)[3] == (
        r"\*Eve\* \# \[x\]\(y\) on slack: \# fixed \- \*\*2026\-01\-01\*\* Mia: done"
        r" \[x\]\(javascript:alert\(1\)\) \<b\>\`\</b\> (filed)"
    )
    assert [each for each in lines if each.startswith("#")] == [lines[1]]


async def test_what_stands_in_one_clients_channel_is_nothing_for_anothers_timeline(desk):
    """Nor is it by a number; a channel of all clients is everybody's."""
    watch(desk, "theirs", client="globex")
    await down(desk, "theirs")
    await points(desk)
    answer = await pins(desk, number="1")
    assert (answer.status, await story(desk)) == (400 + 22, [])
    assert "Globex" in answer.error
    await points(desk, about="noc|5|mia", link="")
    await pins(desk, about="noc|5|mia", channel="noc", number="1", place="", platform="webchat")
    assert await story(desk) == [("mia", "the switch lost power\n")]


async def test_the_desks_own_message_is_not_filed_again(desk):
    await down(desk, "db")
    await desk.say("ben", "acme-team", "/note 1 it is the switch")
    for key in ("alert/1", next(p.key for p in await desk.posts("acme-team") if "it is the switch" in p.words)):
        await _stands(desk, key, TEAM, "1712.5")
        await points(desk)
        answer = await pins(desk)
        assert answer.status == 409
        assert answer.error == "That is the desk's own message, and the timeline of 1 has what it says."
    assert await story(desk) == []


async def test_of_a_copy_it_is_the_original_that_is_filed(desk):
    """Mia writes in the web chat, Ben reads and points on Slack: in 1 it is a note already, into 2 go her own words."""
    await down(desk, "db", "web")
    await desk.say("mia", "acme-team", "the switch lost power", thread="alert/1", message="77")
    await _stands(desk, "said/acme-team/77", TEAM, "1712.5")
    about = f"{TEAM}|1712.5|"
    await points(desk, about=about, author="Deskbell", words="Mia: the switch lost power")
    assert (await pins(desk, about=about, number="1")).reply.title == "In the timeline of 1 already"
    await pins(desk, about=about, number="2")
    assert await story(desk, 2) == [FILED]


async def _stands(desk, key, place, message):
    """The outbox has posted it there, as this message; nothing else is it."""

    def work(tx):
        tx.execute("UPDATE posts SET message_id = NULL WHERE message_id = ?", (message,))
        sql = "UPDATE posts SET message_id = ? WHERE key = ? AND destination = ?"
        assert tx.execute(sql, (message, key, place)) == 1

    await desk.store.write(work)


@pytest.mark.parametrize("person", ["ann", "rosa", "ivo"])
async def test_only_staff_file_messages(desk, person):
    await down(desk, "db")
    await points(desk, person)
    assert (await pins(desk, person)).status == 403
    assert await story(desk) == []


async def test_the_buttons_of_the_question_stand_for_the_message_however_little_a_client_shares(desk):
    """They carry ids and nothing that anybody wrote."""
    await down(desk, "db", "web")
    await points(desk)
    [button, *_] = (await pins(desk)).reply.buttons
    assert dict(parse_line(button.line()).args) == {"number": "2", "about": ABOUT}
