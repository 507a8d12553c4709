"""Words that are no command: a request for help. Nothing is opened before the person sends the form."""

import re

from config.loaded import Article
from desk.cards import Button, Card, Form, text
from handlers.context import Command, Context, Tx
from handlers.forms import form_of

MOST = 3  # articles shown
SUBJECT = 200  # characters of a ticket's subject


def request(tx: Tx, ctx: Context, command: Command, words: str) -> tuple[Card | None, Form]:
    """The best articles, if there are any, and the form for a ticket with the words filled in."""
    subject, details = _split(words)
    form = form_of(command, tx, ctx, {"subject": subject, "details": details})
    found = articles(ctx.config.desk.articles, words)
    if not found:
        return None, form
    rows = tuple((text(article.title), text(article.answer)) for article in found)
    lines = (text("This may help. If it does not, send the form and the team gets it."),)
    return Card("articles", "This may help", lines=lines, table=rows), form


def articles(known: tuple[Article, ...], words: str) -> list[Article]:
    """Those whose words occur in what was said, best first."""
    said = " ".join(["", *re.findall(r"\w+", words.lower()), ""])
    scored = [(sum(f" {phrase.lower()} " in said for phrase in article.words), article) for article in known]
    best = sorted((s for s in scored if s[0]), key=lambda s: -s[0])
    return [article for _, article in best[:MOST]]


def _split(words: str) -> tuple[str, str]:
    """The first line is the subject; no word is lost, whatever its length."""
    first, _, rest = words.partition("\n")
    if len(first) > SUBJECT:
        return first[: SUBJECT - 1].rstrip() + "…", words
    return first, rest.strip()


def did_you_mean(word: str, near: list[tuple[Command, Button]]) -> Card:
    """A slip of the fingers: nothing runs, and the right line is one press away."""
    names = " or ".join(f"/{command.word}" for command, _ in near)
    lines = (text(f"There is no /{word}."),)
    return Card("did-you-mean", f"Did you mean {names}?", lines=lines, buttons=tuple(button for _, button in near))
