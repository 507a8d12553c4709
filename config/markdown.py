"""Markdown as plain words: what a card can show, on every platform alike."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from markdown_it.token import Token

HTML = "HTML is not shown here. Write it as Markdown, or put it between backticks to show it as it is."
LINK = "a link begins with http:// or https:// and names a host."
HEADINGS = "the first line of an article is its title, written as `# Title`, and there is one."
INDENT = "  "

Complain = Callable[[int, str], None]


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    body: str


def plain(text: str, complain: Complain) -> Page:
    """The heading and the words below it. `complain` is handed the 1-based line and a sentence of what is wrong.

    Links keep their address behind their words, lists their marks, code its lines; the rest of the marks goes.
    """
    from markdown_it import MarkdownIt  # noqa: PLC0415 - a twentieth of a second, and only for whoever has articles

    parser = MarkdownIt("commonmark")
    # Each address is looked at by us: what the parser refuses is no link to it, and would be shown as it is.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005 - its name is theirs
    walk = _Walk(complain)
    for token in parser.parse(text):
        walk.take(token)
    if not walk.title or walk.titles != 1 or not walk.leads:
        complain(1, HEADINGS)
    return Page(walk.title, "".join(walk.parts).strip("\n"))


@dataclass(slots=True)
class _Walk:
    """Goes through the blocks in their order."""

    complain: Complain
    title: str = ""
    titles: int = 0
    leads: bool = False  # whether the title comes before all else
    parts: list[str] = field(default_factory=list)
    lists: list[int | None] = field(default_factory=list)  # the next number of each list that is open; None: points
    mark: str = ""  # of the item whose first words come next
    heading: str = ""

    def take(self, token: "Token") -> None:
        line = token.map[0] + 1 if token.map else 1
        match token.type:
            case "heading_open":
                self.heading = token.tag
            case "bullet_list_open":
                self.lists.append(None)
            case "ordered_list_open":
                self.lists.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                self.lists.pop()
            case "list_item_open":
                self._item()
            case "fence" | "code_block":
                self._say(token.content.rstrip("\n"))
            case "html_block":
                self.complain(line, HTML)
                self._say(token.content)
            case "inline":
                self._inline(token, line)

    def _item(self) -> None:
        number = self.lists[-1]
        self.mark = "• " if number is None else f"{number}. "
        if number is not None:
            self.lists[-1] = number + 1

    def _inline(self, token: "Token", line: int) -> None:
        words = _words(token.children or [], line, self.complain)
        if self.heading == "h1":
            self.titles += 1
            self.leads = self.leads or not self.parts
            self.title = self.title or words
        else:
            self._say(words)
        self.heading = ""

    def _say(self, words: str) -> None:
        """In a list one line after the other, else with an empty line between."""
        depth = len(self.lists)
        between = "\n" if depth and self.parts else "\n\n"
        lead = INDENT * (depth - 1) + (self.mark or INDENT) if depth else ""
        behind = "\n" + " " * len(lead)
        self.parts.append(between + lead + words.replace("\n", behind))
        self.mark = ""


def _words(children: list["Token"], line: int, complain: Complain) -> str:
    said: list[str] = []
    opened: list[tuple[int, str]] = []  # where the words of a link begin, and its address
    for token in children:
        if token.type in {"softbreak", "hardbreak"}:
            line += 1
            said.append(" " if token.type == "softbreak" else "\n")
        elif token.type == "html_inline":
            complain(line, HTML)
        elif token.type == "link_open":
            opened.append((len(said), _address(token, "href", line, complain)))
        elif token.type == "link_close":
            start, address = opened.pop()
            said[start:] = [_link("".join(said[start:]), address)]
        elif token.type == "image":
            said.append(_link(token.content, _address(token, "src", line, complain)))
        else:
            said.append(token.content)
    return "".join(said).strip()


def _address(token: "Token", name: str, line: int, complain: Complain) -> str:
    address = str(token.attrGet(name) or "")
    try:
        parts = urlsplit(address)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        good = False
    if not good:
        complain(line, f"`{address[:40]}`: {LINK}")
    return address


def _link(words: str, address: str) -> str:
    return address if words.strip() in {"", address} else f"{words.strip()} ({address})"
