"""Words that are no command: a request for help. Nothing is opened before the person sends the form."""

from desk.cards import Button, Card, Form, text
from handlers import finding, knowledge
from handlers.context import Command, Context, Tx
from handlers.forms import form_of
from handlers.heading import headed
from handlers.pictures import article as picture


def request(tx: Tx, ctx: Context, command: Command, words: str) -> tuple[Card | None, Form]:
    """The best articles, if there are any, and the form for a ticket with the words filled in. Both know the question:
    an article may be said to have answered it before or after the form is sent.
    """
    subject, details = headed(words)
    client = finding.client_here(ctx)
    found = knowledge.answers(tx, ctx, words, [client] if client else finding.clients_of(ctx))
    asked = knowledge.question(ctx, words) if found else ""
    form = form_of(command, tx, ctx, {"subject": subject, "details": details, "asked": asked})
    if not found:
        return None, form
    buttons = picture.offer(found, ("asked", asked), counts=ctx.person.client is not None)
    return picture.may_help(found, buttons), form


def did_you_mean(word: str, near: list[tuple[Command, Button]]) -> Card:
    """A slip of the fingers: nothing runs, and the right line is one press away."""
    names = " or ".join(f"/{command.word}" for command, _ in near)
    lines = (text(f"There is no /{word}."),)
    return Card("did-you-mean", f"Did you mean {names}?", lines=lines, buttons=tuple(button for _, button in near))
