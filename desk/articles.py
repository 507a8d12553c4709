"""Articles of the knowledge base, and which of them answer what somebody asks. What is compared are words, never how
often one occurs anywhere: that would tell of articles that one cannot see.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from desk.snippets import folded

MOST = 3  # articles that are shown while somebody asks
ASKED = 12  # words of a question that are looked for
LONGEST = 4000  # characters of an answer: what a chat can show
TITLE = 200
PHRASE, HEADING = 4, 3  # what a hit is worth beside one in the answer: a phrase that brings it up, a word of a heading
BELOW = 3  # words that are enough where all of them are in the answer alone
ENDING = 3  # letters by which two forms of a word may differ
STEM = 4  # letters that they must share

_WORD = re.compile(r"[^\W_]+")
# Words that are in every question and in every answer, as `folded` has them.
EMPTY = frozenset(_WORD.findall(
    "a aber about after all als also am an and any are as at auch auf aus be because been bei bin bitte but by can "
    "cannot could das dass dem den der des did die do doch does doing done ein eine einem einen einer er es for from "
    "fur geht get gets got habe had hallo has hat have hello hi how i ich if ihr im in into is ist it its just kann "
    "kein keine like me mein meine mich mir mit my nach nicht no noch not nur oder of on one or our out please seit "
    "should sich sie since sind so some still than thanks that the their them then there they this to too um und uns "
    "up us von vor want war was we wenn were what when where which who why wie will wir wird with wo would yes you "
    "your zu zum zur"
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Article:
    """A short answer to a common question, in plain words. `ref` names it: the number of one that was added in chat, a
    slug of the configuration for any other. `words` are phrases that bring it up, `client` is whose it is; None: it is
    for all.

    Of one that was added in chat: by whom, when (aware UTC), from which ticket, and when it was taken away.
    """

    ref: str
    title: str
    answer: str
    words: tuple[str, ...] = ()
    client: str | None = None
    by: str = ""
    at: datetime | None = None
    ticket: int | None = None
    retired_at: datetime | None = None

    @property
    def number(self) -> int | None:
        return int(self.ref) if self.ref.isdigit() else None


@dataclass(frozen=True, slots=True)
class _Known:
    """The words of a text, and what they may be cut down to."""

    words: frozenset[str]
    beginnings: frozenset[str]

    def has(self, word: str) -> bool:
        """Whether it is there in one of its forms: one form begins with the other, and is a few letters longer."""
        return word in self.words or word in self.beginnings or not self.words.isdisjoint(_beginnings(word))


def asked(words: str) -> tuple[str, ...]:
    """The words of a question that tell what it is about, each once, as they are compared."""
    said = dict.fromkeys(_words(words))
    return tuple(word for word in said if len(word) > 1 and word not in EMPTY)[:ASKED]


def beginning(word: str) -> str:
    """What all forms of the word begin with."""
    return word[: max(STEM, len(word) - ENDING)]


def best(articles: Iterable[Article], words: str, most: int = MOST) -> list[Article]:
    """Those that answer the words, best first; among equals the order in which they came."""
    line, looked_for = _line(words), asked(words)
    worth = [(_worth(article, line, looked_for), article) for article in articles]
    return [article for points, article in sorted(worth, key=lambda each: -each[0]) if points][:most]


def _worth(article: Article, line: str, looked_for: tuple[str, ...]) -> int:
    """0 for what is no answer. Of a long question one word in a title is not enough: many things share a word."""
    brought_up, headings, answer = _read(article)
    phrases = sum(phrase in line for phrase in brought_up)
    named = [word for word in looked_for if headings.has(word)]
    below = sum(word not in named and answer.has(word) for word in looked_for)
    enough = phrases or len(named) >= 2 or (named and len(looked_for) <= 2) or below >= BELOW
    return PHRASE * phrases + HEADING * len(named) + below if enough else 0


@lru_cache(maxsize=2048)
def _read(article: Article) -> tuple[tuple[str, ...], _Known, _Known]:
    """The phrases that bring it up, then what is known of its title and these, and of its answer."""
    phrases = tuple(line for phrase in article.words if (line := _line(phrase)).strip())
    return phrases, _known(" ".join([article.title, *article.words])), _known(article.answer)


def _known(text: str) -> _Known:
    words = frozenset(_words(text))
    return _Known(words, frozenset(short for word in words for short in _beginnings(word)))


def _line(words: str) -> str:
    """Its words as they are compared, with one blank before, between and after them."""
    return " ".join(["", *_words(words), ""])


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower() if text.isascii() else folded(text))


def _beginnings(word: str) -> list[str]:
    return [word[:end] for end in range(max(STEM, len(word) - ENDING), len(word))]


def unnamed(words: str, name: str) -> str:
    """The words without somebody's name, whole or in part: an article is about a thing."""
    parts = sorted({name, *name.split()}, key=len, reverse=True)
    wanted = "|".join(re.escape(part) for part in parts if len(part) > 1)
    return re.sub(rf"(?<!\w)(?:{wanted})(?!\w)", "…", words) if wanted else words
