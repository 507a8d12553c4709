"""Cards, forms and messages as the API's JSON, in the reader's zone. Pure: no store, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.arrivals import Answer
from bot.platforms.webchat.messages import Message
from bot.reports import addresses
from bot.reports.looks import LOOKS
from config.loaded import Channel
from desk.cards import Button, Card, Form, FormField, Text, plain, plain_card, text_to_json
from desk.charts import Chart
from desk.clients import Client
from desk.people import Person

COPY = "A second copy of a message above."


@dataclass(frozen=True, slots=True)
class Thread:
    """A requester's thread: its channel, the id of the message at its head, the name of whoever reads there."""

    channel: str
    head: str
    name: str


def person_json(person: Person, clients: Mapping[str, Client]) -> dict[str, Any]:
    return {
        "id": person.id, "name": person.name, "roles": sorted(person.all_roles()), "client": person.client,
        "client_name": _name(person.client, clients), "zone": person.zone,
    }  # fmt: skip


def channel_json(channel: Channel, last: int | None, clients: Mapping[str, Client]) -> dict[str, Any]:
    return {
        "id": channel.id, "name": channel.name, "client": channel.client, "client_name": _name(channel.client, clients),
        "kind": channel.kind, "last": _id(last),
    }  # fmt: skip


def _name(client: str | None, clients: Mapping[str, Client]) -> str | None:
    return clients[client].name if client is not None and client in clients else None


def button_json(button: Button) -> dict[str, Any]:
    return {
        "label": button.label, "command": button.line(), "confirm": button.confirm, "primary": button.primary,
    }  # fmt: skip


def card_json(card: Card, zone: str, now: datetime) -> dict[str, Any]:
    """`zone` is the reader's IANA zone. `text` and every `value` are whole words; `spans` keep the instants."""
    fields = [
        {"name": f.name, "value": plain(f.value, zone, now), "spans": text_to_json(f.value)} for f in card.fields
    ]  # fmt: skip
    return {
        "key": card.key, "number": card.number, "title": card.title, "state": card.state, "fields": fields,
        "tone": card.tone, "lines": [text_to_json(line) for line in card.lines],
        "table": [[text_to_json(cell) for cell in row] for row in card.table],
        "buttons": [button_json(b) for b in card.buttons], "text": plain_card(card, zone, now),
        "picture": _picture_json(card.picture) if card.picture else None, "pages": _pages(card.key),
    }  # fmt: skip


def _picture_json(chart: Chart) -> dict[str, Any]:
    """Addresses of ours, one for each look; `alt` says all that it shows."""
    source = addresses.picture(chart)
    return {"alt": chart.words(), "looks": {look: f"{source}&look={look}" for look in LOOKS}}


def _pages(key: str) -> list[dict[str, str]]:
    """Where the same is on our pages: of a report's card, `report/acme/2026-Q4`, its page and its files; of
    a timeline's, `timeline/12`, its file.
    """
    kind, _, of = key.partition("/")
    if kind == "timeline":
        return [{"label": "Markdown", "address": f"/timelines/{of}.md"}]
    client, _, label = of.partition("/")
    if kind != "report" or not label or "/" in label:
        return []
    ways = (("Open the page", ""), ("PDF", "review.pdf"), ("CSV", "numbers.csv"))
    return [{"label": said, "address": addresses.page(client, label, what)} for said, what in ways]


def _field_json(field: FormField) -> dict[str, Any]:
    return {
        "name": field.name, "label": field.label, "kind": str(field.kind), "required": field.required,
        "choices": [{"value": value, "label": label} for value, label in field.choices],
        "value": field.value, "error": field.error, "hint": field.hint,
    }  # fmt: skip


def form_json(form: Form) -> dict[str, Any]:
    return {
        "id": form.id, "title": form.title, "fields": [_field_json(f) for f in form.fields],
        "submit": form.submit, "intro": [text_to_json(line) for line in form.intro],
    }  # fmt: skip


def message_json(
    message: Message, names: Mapping[str, str], zone: str, now: datetime, theirs: Thread | None = None
) -> dict[str, Any]:
    """`names` maps a person's id to the name that is shown; `theirs` is the requester's thread, for a ticket's card."""
    body = message.body
    card = card_json(body.card, zone, now) if body.card else None
    buttons = (*(body.card.buttons if body.card else ()), *body.buttons)
    words: Text = (COPY,) if body.copy else body.words
    text = "\n".join(part for part in (plain(words, zone, now), card["text"] if card else "") if part)
    return {
        "id": str(message.id), "version": message.version, "at": message.at.isoformat(), "author": message.author,
        "text": text, "card": card, "thread": _id(message.thread), "buttons": [button_json(b) for b in buttons],
        "channel": message.channel, "author_name": names.get(message.author, message.author),
        "spans": text_to_json(words), "replies": message.replies, "last_reply": _id(message.last_reply),
        "copy_of_another": body.copy,
        "their_thread": _theirs(theirs) if theirs else None,
    }  # fmt: skip


def _theirs(thread: Thread) -> dict[str, Any]:
    return {"channel": thread.channel, "thread": thread.head, "name": thread.name}


def answer_json(answer: Answer, zone: str, now: datetime) -> dict[str, Any]:
    """`{reply, form}`, or `{error}` with the form or the card that explains it."""
    reply = card_json(answer.reply, zone, now) if answer.reply else None
    form = form_json(answer.form) if answer.form else None
    if answer.status < 400:
        return {"reply": reply, "form": form}
    said = {"form": form, "reply": reply}
    return {"error": answer.error, **{name: value for name, value in said.items() if value is not None}}


def _id(number: int | None) -> str | None:
    return None if number is None else str(number)
