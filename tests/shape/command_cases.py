"""For every command the states it is run in. What has no row here fails the test."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.store.store import StoreTx
from config.loaded import Config
from desk.people import Person
from handlers import arguments
from handlers.commands import commands
from handlers.context import Context, Where
from tests.shape import stories

Work = Callable[[StoreTx, Config], Any]


@dataclass(frozen=True)
class Case:
    """`wait` is how many seconds pass after the story. `writes`: although its command else reads."""

    story: Any
    work: Work
    why: str
    wait: float = 0
    writes: bool = False


def say(person: str, channel: str, line: str) -> Work:
    """The line's command: its check, then its run, as the router calls them."""

    def work(tx: StoreTx, config: Config) -> Any:
        word, _, rest = line[1:].partition(" ")
        command = commands()[word]
        ctx = context(tx, config, config.people[person], channel)
        args = arguments.read(command.args, arguments.parse(command.args, rest)).args
        assert args is not None, f"{line} lacks something"
        if command.check:
            command.check(tx, ctx, args)
        return command.run(tx, ctx, args)

    return work


def context(tx: StoreTx, config: Config, person: Person, channel: str) -> Context:
    return Context(tx.now, tx.now, person, Where("webchat", channel), config, commands=commands())


TEAM, ANN = "acme-team", "dm-ann"
COMMANDS: dict[str, list[Case]] = {
    "article": [
        Case(stories.resolved, say("ben", TEAM, "/article 1 title=VPN client=acme Update it"), "of a solution"),
    ],
    "ack": [
        Case(stories.ringing, say("ben", TEAM, "/ack 1"), "taken"),
        Case(stories.broken, say("ben", TEAM, "/ack 1"), "a broken promise"),
    ],
    "unack": [Case(stories.acknowledged, say("ben", TEAM, "/unack 1"), "given back")],
    "snooze": [Case(stories.ringing, say("ben", TEAM, "/snooze 1 2h"), "for two hours")],
    "handover": [Case(stories.acknowledged, say("ben", TEAM, "/handover 1 mia"), "to a colleague")],
    "page": [Case(stories.ringing, say("ben", TEAM, "/page 1 mia"), "one more")],
    "silence": [
        Case(stories.ringing, say("ben", TEAM, "/silence 1 2h Disk is swapped"), "what rings"),
        Case(stories.nothing, say("ben", TEAM, "/silence matching=host=db lasts=2h Disk is swapped"), "what may come"),
    ],
    "publish": [
        Case(stories.ringing, say("ben", TEAM, "/publish 1 The shop is slow"), "the first words"),
        Case(stories.ringing, say("ben", TEAM, "/publish 1 withdrawn"), "taken back"),
    ],
    "unsilence": [Case(stories.silenced, say("ben", TEAM, "/unsilence 2"), "it rings again")],
    "silences": [Case(stories.silenced, say("ben", TEAM, "/silences"), "what is quiet")],
    "timeline": [
        Case(stories.acknowledged, say("ben", TEAM, "/timeline 1"), "of an alert"),
        Case(stories.opened, say("ben", TEAM, "/timeline 1"), "of a ticket"),
    ],
    "approve": [Case(stories.asked, say("mia", TEAM, "/approve 3"), "allowed")],
    "assign": [
        Case(stories.opened, say("ben", TEAM, "/assign 1 mia"), "given away"),
        Case(stories.opened, say("ben", TEAM, "/assign 1 me"), "taken"),
    ],
    "claim": [Case(stories.opened, say("ben", TEAM, "/claim 1"), "taken")],
    "confirm": [Case(stories.resolved, say("ann", ANN, "/confirm 1"), "closed at once")],
    "behind": [
        Case(stories.broken, say("rosa", TEAM, "/behind missed/first_response acme"), "broken promises"),
        Case(stories.ringing, say("rosa", TEAM, "/behind uptime/shop acme"), "outages"),
    ],
    "deny": [
        Case(stories.asked, say("mia", TEAM, "/deny 3"), "refused"),
        Case(stories.queued, say("mia", TEAM, "/deny 3"), "taken back"),
    ],
    "escalate": [Case(stories.opened, say("ann", ANN, "/escalate 1 Nobody can work"), "by the requester")],
    "canned": [Case(stories.opened, say("ben", TEAM, "/canned 1 need-more"), "filled in")],
    "find": [
        Case(stories.noted, say("ben", TEAM, '/find vpn "the firewall" is:open'), "of staff"),
        Case(stories.followed, say("ann", ANN, "/find vpn"), "one's own"),
        Case(stories.broken, say("ben", TEAM, "/find is:overdue"), "what is late"),
    ],
    "help": [
        Case(stories.nothing, say("ann", ANN, "/help"), "all"),
        Case(stories.nothing, say("ann", ANN, "/help open"), "one"),
    ],
    "home": [
        Case(stories.opened, say("ann", ANN, "/home"), "a requester's"),
        Case(stories.asked, say("mia", TEAM, "/home"), "an approver's"),
        Case(stories.opened, say("rosa", TEAM, "/home"), "a manager's"),
    ],
    "kb": [
        Case(stories.written, say("ben", TEAM, "/kb retire 2"), "taken away"),
        Case(stories.written, say("ann", ANN, "/kb solved 2"), "a question that became no ticket"),
        Case(stories.opened, say("ann", ANN, "/kb solved number=1 the-vpn-drops-or-does-not-connect"), "one that did"),
    ],
    "link": [Case(stories.linked, say("ben", TEAM, "/link"), "one more account")],
    "list": [
        Case(stories.asked, say("ben", TEAM, "/list"), "of staff"),
        Case(stories.opened, say("ann", ANN, "/list"), "one's own"),
    ],
    "merge": [Case(stories.followed, say("ben", TEAM, "/merge 2 into 1 sure=yes"), "for good")],
    "note": [
        Case(stories.opened, say("ben", TEAM, "/note 1 Looks like the firewall"), "on a ticket"),
        Case(stories.ringing, say("ben", TEAM, "/note 1 Looks like the firewall"), "on an alert"),
    ],
    "oncall": [
        Case(stories.rostered, say("ben", TEAM, "/oncall override person=ben until=9pm"), "taken for a while"),
        Case(stories.overridden, say("mia", TEAM, "/oncall cancel 2"), "taken back"),
        Case(stories.rostered, say("mia", TEAM, "/oncall swap with=ben"), "asked of somebody"),
        Case(stories.swapping, say("ben", TEAM, "/oncall accept 2"), "accepted"),
        Case(stories.swapping, say("ben", TEAM, "/oncall decline 2"), "declined"),
        Case(stories.swapped, say("mia", TEAM, "/oncall cancel 2"), "a swap, taken back"),
    ],
    "open": [
        Case(stories.nothing, say("ann", ANN, "/open VPN drops"), "plain"),
        Case(stories.ringing, say("ben", TEAM, "/open alert=1 client=acme Shop is down"), "for an alert"),
        Case(stories.nothing, say("ben", TEAM, "/open --for ann VPN drops"), "for somebody"),
    ],
    "pending": [
        Case(stories.opened, say("ben", TEAM, "/pending 1 vendor until=2h New switch"), "begins to wait"),
        Case(stories.pending, say("ben", TEAM, "/pending 1 nobody"), "goes on"),
    ],
    "pin": [
        Case(stories.acknowledged, say("ben", TEAM, "/pin 1 The cable was loose"), "one's own words"),
        Case(stories.pointed, say("ben", TEAM, f"/pin 1 about='{stories.POINTED}'"), "a message"),
    ],
    "priority": [
        Case(stories.opened, say("ben", TEAM, "/priority 1 impact=high urgency=high"), "from both"),
        Case(stories.opened, say("ann", ANN, "/priority 1 impact=high urgency=high"), "asked for by the requester"),
    ],
    "report": [
        Case(stories.resolved, say("rosa", TEAM, "/report acme"), "a month"),
        Case(stories.broken, say("rosa", TEAM, "/report acme this quarter"), "with a broken promise"),
    ],
    "reopen": [Case(stories.resolved, say("ann", ANN, "/reopen 1 It drops again"), "by the requester")],
    "relate": [
        Case(stories.followed, say("ben", TEAM, "/relate 1 caused by 2"), "two tickets"),
        Case(stories.alerted, say("ben", TEAM, "/relate 2 alert 1"), "a ticket and an alert"),
        Case(stories.merged, say("ben", TEAM, "/relate 1 related 2"), "with one that was merged"),
    ],
    "reply": [
        Case(stories.merged, say("carl", "dm-carl", "/reply 2 It drops for me, too"), "goes on elsewhere"),
        Case(stories.opened, say("ben", TEAM, "/reply 1 Restart it"), "the first answer"),
        Case(stories.pending, say("ann", ANN, "/reply 1 It is better"), "ends the wait"),
        Case(stories.closed, say("ann", ANN, "/reply 1 It drops again"), "opens a new ticket"),
    ],
    "resolve": [Case(stories.pending, say("ben", TEAM, "/resolve 1 New client"), "while it waits")],
    "run": [
        Case(stories.ringing, say("ben", TEAM, "/run restart-shop shop-1 alert=1"), "needs approval"),
        Case(stories.nothing, say("ben", TEAM, "/run slow-hello shop-1"), "needs none"),
    ],
    "send": [Case(stories.noted, say("ben", TEAM, "/send 1 note=acme-team/m1"), "a note")],
    "show": [
        Case(stories.pending, say("ann", ANN, "/show 1"), "a ticket"),
        Case(stories.almost_proven, say("ben", TEAM, "/show 1"), "an alert"),
        Case(stories.almost_proven, say("ben", TEAM, "/show 2"), "a run"),
        Case(stories.asked, say("ben", TEAM, "/show 3"), "an approval"),
    ],
    "sla": [
        Case(stories.resolved, say("rosa", TEAM, "/sla acme"), "one client"),
        Case(stories.opened, say("rosa", TEAM, "/sla"), "all"),
        Case(stories.broken, say("ben", TEAM, "/sla risk"), "at risk"),
        Case(stories.opened, say("ben", TEAM, "/sla mine"), "one's own"),
        Case(stories.broken, say("ben", TEAM, "/sla team"), "a team's"),
    ],
    "status": [Case(stories.ringing, say("ben", TEAM, "/status"), "something is down")],
    "rate": [Case(stories.resolved, say("ann", ANN, "/rate 1 5"), "by who asked")],
    "reason": [Case(stories.broken, say("ben", TEAM, "/reason 1 workload Three at once"), "of a broken promise")],
    "simulate": [Case(stories.resolved, say("rosa", TEAM, "/simulate acme target=4h period=2026-11"), "a target")],
    "tag": [Case(stories.opened, say("ben", TEAM, "/tag 1 vpn home-office"), "two of them")],
    "test": [
        Case(stories.nothing, say("ben", TEAM, "/test ticket VPN drops"), "a rule, tried out"),
        Case(stories.nothing, say("ben", TEAM, "/test route severity=critical"), "a route"),
        Case(stories.overridden, say("ben", TEAM, "/test schedule desk-week 8pm"), "who would be on call"),
        Case(stories.nothing, say("mia", TEAM, "/test page me"), "every way of theirs", writes=True),
    ],
    "time": [Case(stories.opened, say("ben", TEAM, "/time 1 25m New cable"), "spent")],
    "unassign": [Case(stories.taken, say("ben", TEAM, "/unassign 1"), "given back")],
    "unlink": [Case(stories.linked, say("ben", TEAM, "/unlink slack"), "an account")],
    "untag": [Case(stories.followed, say("ben", TEAM, "/untag 1 vpn"), "the one it has")],
    "unwatch": [Case(stories.followed, say("mia", TEAM, "/unwatch 1"), "oneself")],
    "watch": [
        Case(stories.opened, say("ben", TEAM, "/watch 1"), "oneself"),
        Case(stories.opened, say("ben", TEAM, "/watch 1 @carl"), "for somebody"),
    ],
    "why": [
        Case(stories.pending, say("ben", TEAM, "/why 1"), "a promise"),
        Case(stories.ringing, say("ben", TEAM, "/why 1"), "an alert"),
        Case(stories.ringing, say("mia", TEAM, "/why not me 1"), "why it did not call"),
    ],
}  # fmt: skip
