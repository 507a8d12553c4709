"""What an answer may say on a chat platform about clients that share little: see `desk.detail`."""

from dataclasses import replace

from bot.arrivals import Answer, Arrival
from bot.store.store import StoreTx
from config.files.sharing import WEB
from config.loaded import Config
from desk import detail
from desk.cards import Card
from desk.clients import Client
from desk.detail import Detail
from desk.people import Person, visible_clients, within
from handlers.context import Context


def allowed(client: Client, platform: str) -> bool:
    """Whether anything of the client may leave for this chat platform."""
    return client.platforms is None or platform in {*client.platforms, WEB}


def here(person: Person, config: Config, platform: str) -> Person:
    """The person as they are on this platform: a client that keeps off it is as absent there as a stranger's."""
    kept = frozenset(id_ for id_, client in config.clients.items() if allowed(client, platform))
    return person if platform == WEB or len(kept) == len(config.clients) else within(person, kept)


def reduced(tx: StoreTx, ctx: Context, arrival: Arrival, answer: Answer) -> Answer:
    """An answer as it may leave for where it was asked. One that names no ticket, alert or run may be about any client
    the asker sees: the strictest of them counts.
    """
    platform = ctx.where.platform
    mine = [ctx.config.clients[client] for client in visible_clients(ctx.person, ctx.config.clients)]
    level = detail.strictest(client.detail for client in mine)
    if platform in {WEB, ""} or level is Detail.FULL:
        return answer
    reply, form = answer.reply, answer.form
    if reply:
        reply = _reply(tx, ctx.config, reply, level)
    if form:
        number = next((f.value for f in form.fields if f.name == "number"), "")
        about = _client(tx, ctx.config, number)
        typed = [*arrival.values.values(), *(f.value for f in form.fields if f.value and f.value in arrival.text)]
        form = detail.form(form, about.detail if about else level, typed)
    return replace(answer, reply=reply, form=form)


def _reply(tx: StoreTx, config: Config, reply: Card, level: Detail) -> Card:
    named = reply.key.split("/")[1] if "/" in reply.key else ""
    about = _client(tx, config, named or str(reply.number or ""))
    return detail.card(reply, about.detail if about else level)


def _client(tx: StoreTx, config: Config, number: str) -> Client | None:
    """Whose the ticket, alert, run or approval with this number is."""
    if not number.isdigit() or len(number) > 12:
        return config.clients.get(number)
    found = tx.ticket(int(number)) or tx.alert(int(number)) or tx.run(int(number)) or tx.approval(int(number))
    return config.clients.get(found.client) if found else None
