"""A ticket, as the requester sees it and as the team does."""

from datetime import datetime

from config.loaded import Config
from desk import sla
from desk.cards import Button, Card, Field, Style, Text, When, span_of, text
from desk.clocks import each_latest
from desk.detail import Own, ours
from desk.sla import Metric, Pause, Verdict
from desk.tickets import UNRESOLVED, State, Ticket, TimelineEntry, opened_for, reason
from desk.words import LIMIT
from handlers import homes, promises
from handlers.closing import closes_at
from handlers.pictures import doing, name, promised, short, ties

SYMBOLS = {
    State.NEW: "● new", State.OPEN: "◐ open", State.PENDING: "◌ pending", State.RESOLVED: "✓ resolved",
    State.CLOSED: "■ closed", State.MERGED: "→ merged",
}  # fmt: skip
LABELS = {
    Metric.FIRST_RESPONSE: "First answer", Metric.NEXT_RESPONSE: "Next answer", Metric.PERIODIC_UPDATE: "Next update",
    Metric.RESOLUTION: "Solution",
}  # fmt: skip


def key(number: int) -> str:
    return f"ticket/{number}"


def for_requester(ticket: Ticket, config: Config, now: datetime) -> Card:
    """What we promise, who has it, what one can do. No word of it is ours alone."""
    lines = [promised.promise(ticket, config, now)] if ticket.state in UNRESOLVED else []
    lines += [_who(ticket, config)]
    if opened_for(ticket) and ticket.state in UNRESOLVED:
        lines += [text(f"{name(config, ticket.opened_by)} opened this for you.")]
    if ticket.state is State.RESOLVED:
        lines += [_closes(ticket, config)]
    if (home := homes.read_by_all(config, ticket)) and ticket.state in UNRESOLVED:
        lines += [text(f"We answer where you asked, in {home.name}, where others can read it.")]
    return Card(
        key(ticket.number), ticket.subject, plain_state(ticket), ticket.number, tuple(line for line in lines if line),
        buttons=doing.of_requester(ticket), tone=_tone(ticket, missed=False),
    )  # fmt: skip


def for_team(ticket: Ticket, config: Config, now: datetime) -> Card:
    """Whose it is and how urgent, both promises with what is left, the last words, what one can do."""
    client = config.clients[ticket.client].name
    hours = promises.calendar(config, ticket)
    missed = any(sla.verdict(clock, hours, now) is Verdict.MISSED for clock in ticket.clocks)
    lines = [
        text(f"{client} · {_whose(ticket, config)} · ", Own(ticket.priority), f" ({_why(ticket)})", _level(ticket)),
        _owner(ticket, config),
        _wait(ticket),
        _last_words(ticket),
        _answers(ticket, config),
        ours(f"For alert {ticket.alert}") if ticket.alert else (),
        ours(f"Continues {ticket.follows}, which is closed") if ticket.follows else (),
        *ties.for_team(ticket, config),
        _solution(ticket, config),
        ours(f"{span_of(ticket.spent)} of work") if ticket.spent else (),
        text(f"Replies are read by all in {home.name}") if (home := homes.read_by_all(config, ticket)) else (),
    ]
    fields = tuple(
        Field(LABELS[c.metric], promised.clock_words(c, ticket, config, now)) for c in each_latest(ticket.clocks)
    )
    return Card(
        key(ticket.number), ticket.subject, SYMBOLS[ticket.state], ticket.number, tuple(line for line in lines if line),
        fields, doing.of_team(ticket), tone=_tone(ticket, missed=missed),
    )  # fmt: skip


def of_note(ticket: Ticket, words: str, note: str, config: Config) -> Card:
    """What whoever wrote a note alone sees below it. The button names the note, whose words may change until it is
    pressed; one that is no message of a platform is said again, and asked for where its words are too long for a line.
    What was meant for the team alone is not sent by a slip of the finger.
    """
    number = ("number", str(ticket.number))
    whose = name(config, ticket.requester)
    label, sure = f"Send to {whose}…", f"{whose} reads this note then. Send it?"
    send = Button(label, "reply", (number, ("words", words)), confirm=sure)
    if note:
        send = Button(label, "send", (number, ("note", note)), confirm=sure)
    elif len(send.line()) > LIMIT:
        send = Button(label, "reply", (number,))
    return Card(note_key(ticket.number, note), "Only the team reads this note", buttons=(send,))


def note_sent(ticket: Ticket, note: str, config: Config) -> Card:
    """Stands where the offer to send it stood."""
    return Card(note_key(ticket.number, note), f"{name(config, ticket.requester)} reads this now", tone="good")


def note_key(number: int, note: str) -> str:
    return f"note/{number}/{note}".removesuffix("/")


def _answers(ticket: Ticket, config: Config) -> Text:
    """What it is about, and what was answered to what its category asks."""
    labels = {asked.id: asked.label for asked in config.asked.get(ticket.category, ())}
    about = [config.categories.get(ticket.category, ticket.category)] if ticket.category else []
    said = [f"{labels.get(id_, id_)}: {short(value, 60)}" for id_, value in ticket.answers]
    return text(" · ".join(about + said)) if about or said else ()


def _solution(ticket: Ticket, config: Config) -> Text:
    if not ticket.resolution:
        return ()
    code = config.desk.codes.get(ticket.code, ticket.code)
    how = f" ({code})" if code else ""
    return text(f"Solved by {name(config, ticket.resolved_by)}{how}: “{short(ticket.resolution)}”")


def _closes(ticket: Ticket, config: Config) -> Text:
    at = closes_at(config, ticket)
    closes = ("It closes by itself ", When(at), ". ") if at else ()
    return ours(*closes, "Not solved? Write here, and it is open again.")


def _whose(ticket: Ticket, config: Config) -> str:
    by = f" (opened by {name(config, ticket.opened_by)})" if opened_for(ticket) else ""
    vip = " (VIP)" if ticket.requester in config.clients[ticket.client].vips else ""
    return name(config, ticket.requester) + vip + by


def why_priority(ticket: Ticket) -> str:
    """How urgent it is, and why."""
    return f"{ticket.priority} ({_why(ticket)})"


def _why(ticket: Ticket) -> str:
    return short(reason(ticket, "priority") or "usual", 100)


def _last_words(ticket: Ticket) -> Text:
    said = ticket.last_message or ticket.details
    asked = ticket.state is State.PENDING and said == reason(ticket, "pending")  # the line above says so already
    return text(f"“{short(said)}”") if said and not asked else ()


def _wait(ticket: Ticket) -> Text:
    """What it waits for and until when, as it was understood."""
    if ticket.state is not State.PENDING:
        return ()
    why = reason(ticket, "pending")
    what = text(Own(f"Waits for {promised.waits_for(ticket)}"), f": {short(why)}" if why else "")
    if ticket.wake_at is None:
        return what
    return (*what, *ours(f" · until {reason(ticket, 'wake')} (", When(ticket.wake_at, Style.LEFT), ")"))


def with_timeline(card: Card, entries: list[TimelineEntry], config: Config) -> Card:
    """The same card with its story below, oldest first."""
    rows = tuple(
        (text(When(e.at)), text(name(config, e.who)), text(("note: " if not e.public else "") + short(e.words, 400)))
        for e in entries
    )
    return Card(
        card.key, card.title, card.state, card.number, card.lines, card.fields, card.buttons, rows, card.tone
    )  # fmt: skip


def _who(ticket: Ticket, config: Config) -> Text:
    if ticket.state is State.MERGED:
        return ours(ties.goes_on(ticket))
    if ticket.state is State.CLOSED:
        return ours("This is closed. Writing here opens a new ticket that names this one.")
    if ticket.state is State.RESOLVED:
        if ticket.resolved_by == ticket.requester:
            return ours("You said that it is solved.")
        return text(f"{name(config, ticket.resolved_by)}: “{short(ticket.resolution)}”")
    if ticket.assignee:
        return text(f"{name(config, ticket.assignee)} is on it.")
    if ticket.level:
        return ours("It went up to the next people.")
    return ours("The team has it and will look at it next." if ticket.state is State.NEW else "The team is on it.")


def _owner(ticket: Ticket, config: Config) -> Text:
    if ticket.state not in UNRESOLVED:
        return ()
    other = ticket.team if ticket.team != config.clients[ticket.client].team else None
    whose = f"{name(config, ticket.assignee)} has it" if ticket.assignee else Own("Nobody has it yet")
    return text(whose, f" · team {other}") if other else text(whose)


def _level(ticket: Ticket) -> str:
    return Own(f" · escalated {ticket.level}×") if ticket.level else ""


def plain_state(ticket: Ticket) -> str:
    """Its state, as its requester is told."""
    waits = ticket.state is State.PENDING and Pause.WAITING_CUSTOMER in ticket.pending
    return "◌ waiting for you" if waits else SYMBOLS[ticket.state]


def _tone(ticket: Ticket, *, missed: bool) -> str:
    if ticket.state in {State.RESOLVED, State.CLOSED}:
        return "good"
    return "bad" if missed else "warn" if ticket.state is State.NEW else "calm"
