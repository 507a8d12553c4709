"""Saving a value together with everything that must be said about it: its rows, its cards, its deadlines."""

import hashlib
from dataclasses import replace

from config.loaded import dm
from desk.alerts import Alert
from desk.approvals import Approval, ApprovalState
from desk.audit import Entry
from desk.cards import Post, Text, text
from desk.people import Person, Role
from desk.runs import Run
from desk.tickets import Attachment, Item, Ticket, TimelineEntry
from desk.ways import CHAT
from handlers import following, homes, measuring, promises, surroundings, ways, webhooks
from handlers.closing import closes_at
from handlers.context import Context, Tx
from handlers.pictures import alert as alert_picture
from handlers.pictures import name, pressable
from handlers.pictures import run as run_picture
from handlers.pictures import ticket as ticket_picture

# Whatever may be due for an alert.
ALARMS = ("announce", "page", "redraw", "joined", "repeat", "ask", "lapse", "snooze", "resolve")
DESK = Person("deskbell", "Deskbell", roles={"*": frozenset({Role.ADMIN})})


def note_audit(tx: Tx, ctx: Context, action: str, subject: str, client: str | None, **detail: str) -> None:
    """On the record, after what it is about was saved; and to the webhooks that want to hear of it."""
    if ctx.acting_as:
        detail["acting_as"] = "yes"
    entry = Entry(ctx.now, ctx.person.id, ctx.where.platform, action, subject, client, detail)
    tx.audit(entry)
    webhooks.tell(tx, ctx, entry)


def tell(
    tx: Tx,
    ctx: Context,
    value: Ticket | Alert | Run,
    item: Item,
    words: str,
    *,
    public: bool = False,
    message: str = "",
) -> None:
    tx.tell(TimelineEntry(value.number, value.client, ctx.at, ctx.person.id, item, words, public, message))


def keep_files(tx: Tx, ctx: Context, of: Ticket | Alert | Run, files: tuple[Attachment, ...]) -> None:
    """Ask for a copy of each, where the operator turned that on for the platform they came by."""
    platform = ctx.config.platforms.get(ctx.where.platform)
    for file in files if platform and platform.copy_files else ():
        if file.source:
            tx.keep_file(of.number, of.client, ctx.where.platform, file)


def _team(ctx: Context, client: str) -> str | None:
    """The channel where the client's work is shown; none for one that has left the configuration."""
    known = ctx.config.clients.get(client)
    return known.team_channel if known else None


def ticket(tx: Tx, ctx: Context, changed: Ticket) -> Ticket:
    """Save a ticket, move its deadlines, and ask for both its cards to show it as it is."""
    changed, rows = promises.armed(measuring.settled(tx, ctx, changed), ctx.config, ctx.now)
    saved = tx.save_ticket(changed)
    subject = ticket_picture.key(saved.number)
    for reminder in rows:
        tx.deadline(subject, reminder.kind, reminder.due, saved.client)
    tx.deadline(subject, "close", closes_at(ctx.config, saved), saved.client)
    tx.deadline(subject, "wake", saved.wake_at, saved.client)
    team = ctx.config.clients[saved.client].team_channel
    for_team = ticket_picture.for_team(saved, ctx.config, ctx.now)
    for_requester = ticket_picture.for_requester(saved, ctx.config, ctx.now)
    tx.post(Post(subject, team, saved.client, for_team, live=True))
    on_requesters_side(tx, ctx, saved, Post(subject, "", saved.client, for_requester, live=True))
    if saved.alert and (of := tx.alert(saved.alert)) and of.is_open and of.ticket == saved.number:
        show_alert(tx, ctx, of)
    return saved


def on_requesters_side(tx: Tx, ctx: Context, of: Ticket, post: Post) -> None:
    """Post it where the requester reads about a ticket, whatever destination it had: in their own channel wherever they
    have one; for a ticket with a home there and on their own page of the web chat, and nowhere else. Those who watch it
    read it in their own channels.
    """
    following.tell(tx, ctx, of, post)
    own = replace(post, destination=dm(of.requester))
    if homes.home_of(ctx.config, of) is None:
        tx.post(own)
        return
    tx.post(replace(own, alone=True))
    tx.post(replace(own, destination=of.home, root="" if post.under else of.root, alone=True))


def line(of: Ticket | Alert | Run, key: str, destination: str, words: Text, author: str | None = None) -> Post:
    """Words said once in the thread of a card. Version and words make the key: each change says its own thing."""
    digest = hashlib.sha256(repr((author, words)).encode()).hexdigest()[:8]
    return Post(f"{key}/v{of.version}/{digest}", destination, of.client, words=words, under=key, author=author)


def happened(
    tx: Tx, ctx: Context, of: Ticket, words: str, *, public: bool = False, message: str = "", what: str = "changed"
) -> None:  # fmt: skip
    """A change in words: on the record, in the team's thread, and in the requester's where it is for them too.
    `message` is what it is found by on the record, `what` it is called there.
    """
    tell(tx, ctx, of, Item.CHANGE, words, public=public, message=message)
    note_audit(tx, ctx, f"ticket.{what}", ticket_picture.key(of.number), of.client, change=words[:200])
    said = text(f"{name(ctx.config, ctx.person.id)}: {words}")
    post = line(of, ticket_picture.key(of.number), ctx.config.clients[of.client].team_channel, said)
    tx.post(post)
    if public:
        on_requesters_side(tx, ctx, of, post)


def to_requester(tx: Tx, ctx: Context, of: Ticket, words: str) -> None:
    """A change in words that are meant for the requester: what staff write to each other is not."""
    tell(tx, ctx, of, Item.CHANGE, words, public=True)
    on_requesters_side(tx, ctx, of, line(of, ticket_picture.key(of.number), "", text(words)))


def alert(tx: Tx, ctx: Context, changed: Alert) -> Alert:
    """Save an alert and ask for its card to show it as it is: in its channels, and wherever somebody was told.

    Nobody sees it before it is announced.
    """
    saved = tx.save_alert(changed)
    show_alert(tx, ctx, saved)
    ways.follow(tx, ctx, saved)
    return saved


def show_alert(tx: Tx, ctx: Context, of: Alert) -> None:
    """Ask for its card to show it, and what is known besides, as it is now."""
    if of.announced_at is None or of.client not in ctx.config.clients:
        return
    card = surroundings.card(tx, ctx, of)
    for channel in alert_picture.channels(of, ctx.config):
        tx.post(Post(card.key, channel, of.client, card, live=True, urgent=of.severity == "critical"))
    for person in sorted({page.person for page in of.pages if CHAT in page.ways} & set(ctx.config.people)):
        own = replace(card, buttons=pressable(card.buttons, ctx.config.people[person], of.client))
        tx.post(Post(card.key, dm(person), of.client, own, live=True, urgent=True))


def no_more(tx: Tx, of: Alert, kinds: tuple[str, ...] = ALARMS) -> None:
    """Take back the alarms of these kinds."""
    for kind in kinds:
        tx.deadline(alert_picture.key(of.number), kind, None, of.client)


def run(tx: Tx, ctx: Context, changed: Run) -> Run:
    """Save a run and ask for its card: in the alert's thread where it belongs to one, else in the team's channel."""
    saved = tx.save_run(changed)
    if team := _team(ctx, saved.client):
        card = run_picture.for_team(saved, ctx.config)
        under = alert_picture.key(saved.alert) if saved.alert else None
        tx.post(Post(card.key, team, saved.client, card, live=True, under=under))
    return saved


def approval(tx: Tx, ctx: Context, changed: Approval) -> Approval:
    """Save an approval and ask for its card, and for what its approvers were told, to show it as it is."""
    saved = tx.save_approval(changed)
    if team := _team(ctx, saved.client):
        card = run_picture.for_approvers(saved, ctx.config)
        tx.post(Post(card.key, team, saved.client, card, live=True))
    for destination in tx.destinations(run_picture.told_key(saved.number)):
        tell_approver(tx, ctx, saved, destination)
    return saved


def tell_approver(tx: Tx, ctx: Context, asked: Approval, destination: str) -> None:
    """Asks for an answer, and once there is one says so instead: a button that does nothing must not stay."""
    waits = asked.state is ApprovalState.ASKED
    buttons = run_picture.for_approvers(asked, ctx.config).buttons if waits else ()
    words, key = run_picture.told(asked, ctx.config), run_picture.told_key(asked.number)
    tx.post(Post(key, destination, asked.client, words=words, live=True, buttons=buttons, urgent=waits))


def on_alert(tx: Tx, ctx: Context, of: Alert, item: Item, words: str) -> None:
    """A change of an alert in words: on its record and in its threads."""
    tell(tx, ctx, of, item, words)
    if of.announced_at is None or of.client not in ctx.config.clients:
        return
    said = text(f"{name(ctx.config, ctx.person.id)}: {words}")
    for channel in alert_picture.channels(of, ctx.config):
        tx.post(line(of, alert_picture.key(of.number), channel, said))
