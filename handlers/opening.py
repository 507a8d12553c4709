"""Opening a ticket: by the command, and by a reply to one that is closed."""

from dataclasses import replace

from desk.priorities import raised
from desk.tickets import Item, Priority, State, Ticket, because
from handlers import promises, routing, saving
from handlers.context import Context, Tx
from handlers.homes import PRIVATE, Standing
from handlers.paging import given
from handlers.pictures import name
from handlers.pictures import ticket as picture


def open_ticket(
    tx: Tx,
    ctx: Context,
    client: str,
    subject: str,
    details: str,
    priority: Priority | None,
    stands: Standing,
    *,
    alert: int | None = None,
    follows: int | None = None,
    category: str = "",
    answers: tuple[tuple[str, str], ...] = (),
) -> Ticket:
    """Open a ticket for whom it stands: its clocks, its audit entry, its two cards."""
    contract, number = ctx.config.clients[client], tx.number()
    new = Ticket(
        number, client, stands.requester, subject, priority or Priority(contract.default_priority), State.NEW,
        ctx.at, ctx.person.id, details, team=contract.team, alert=alert, follows=follows,
        home=stands.home, root=f"{PRIVATE}{number}" if stands.root == PRIVATE else stands.root, source=stands.source,
        category=category, answers=answers,
    )  # fmt: skip
    if priority:
        new = because(new, priority=f"chosen by {name(ctx.config, ctx.person.id)}")
    if priority is None and stands.requester in contract.vips and contract.vip_raises:
        new = replace(new, priority=raised(new.priority))
    rule = None if follows else routing.found(ctx, new).rule
    if rule:
        new = routing.routed(tx, ctx, new, rule, said_priority=priority is not None)
        new = because(new, priority=f"by the rule “{rule.name}”") if rule.priority and not priority else new
    opened = saving.ticket(tx, ctx, promises.opened(new, ctx.config))
    saving.tell(tx, ctx, opened, Item.OPENED, f"{subject}\n{details}".strip(), public=True)
    if rule:
        saving.tell(tx, ctx, opened, Item.CHANGE, f"the rule “{rule.name}” takes it")
    if rule and opened.assignee:
        given(tx, ctx, opened, opened.assignee, f"The rule “{rule.name}”")
    saving.note_audit(tx, ctx, "ticket.opened", picture.key(opened.number), client, priority=str(opened.priority))
    return opened
