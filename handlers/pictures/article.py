"""What an article looks like: whole, and as one of a few that may answer what somebody asks."""

from collections.abc import Sequence
from dataclasses import replace

from config.loaded import Config
from desk.articles import Article
from desk.cards import Button, Card, Field, Text, When, text
from desk.detail import Own, ours
from handlers.pictures import name, short

SHOWN = 700  # characters of an answer among others
BUTTONS = 5


def offer(found: Sequence[Article], about: tuple[str, str], *, counts: bool) -> tuple[Button, ...]:
    """One button for each that says that it was the answer; `about` says to which question. Then the way to read on."""
    solved = [Button(_solved(article, found), "kb", (*args("solved", article), about)) for article in found]
    longer = [article for article in found if len(article.answer) > SHOWN]
    more = [Button(f"Read {short(article.title, 40)}", "kb", args("show", article)) for article in longer]
    return (*(solved if counts else ()), *more)[:BUTTONS]


def _solved(article: Article, found: Sequence[Article]) -> str:
    return "This solved it" if len(found) == 1 else f"This solved it: {short(article.title, 50)}"


def args(what: str, article: Article) -> tuple[tuple[str, str], ...]:
    return ("what", what), ("which", article.ref)


def rows(found: Sequence[Article]) -> tuple[tuple[Text, ...], ...]:
    return tuple((_said(article, article.title), _said(article, _cut(article.answer))) for article in found)


def _said(article: Article, words: str) -> Text:
    """What the operator wrote for everybody may leave for any platform."""
    return ours(words) if article.number is None and article.client is None else text(words)


def _cut(words: str) -> str:
    return words if len(words) <= SHOWN else words[: SHOWN - 1].rstrip() + "…"


def may_help(found: Sequence[Article], buttons: tuple[Button, ...]) -> Card:
    lines = (ours("If it does not, send the form and the team gets it."),)
    return Card("articles", Own("This may help"), lines=lines, table=rows(found), buttons=buttons)


def beside(card: Card, found: Sequence[Article], number: int) -> Card:
    """The answer to whoever has just opened this ticket, and what may help until somebody answers."""
    if not found:
        return card
    lines = (*card.lines, ours("Until then, this may help."))
    buttons = (*offer(found, ("number", str(number)), counts=True), *card.buttons)
    return replace(card, lines=lines, table=rows(found), buttons=buttons[:BUTTONS])


def whole(article: Article, config: Config, *, staff: bool, buttons: tuple[Button, ...]) -> Card:
    lines = tuple(_said(article, part) for part in article.answer.split("\n\n"))
    about = (Field("For", text(whose(article, config))), *_made(article, config)) if staff else ()
    title = Own(article.title) if article.number is None and article.client is None else article.title
    return Card(f"article:{article.ref}", title, lines=lines, fields=about, buttons=buttons)


def whose(article: Article, config: Config) -> str:
    known = config.clients.get(article.client or "")
    return known.name if known else article.client or "all clients"


def _made(article: Article, config: Config) -> tuple[Field, ...]:
    words = (Field("Brought up by", text(", ".join(article.words))),) if article.words else ()
    if article.at is None:
        return words
    source = f", from {article.ticket}" if article.ticket else ""
    return (*words, Field("Added", text(f"by {name(config, article.by)}, ", When(article.at), source)))
