"""`articles/*.md` beside the YAML files, and the `articles:` of `deskbell.yaml`: answers to common questions."""

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from config.markdown import plain
from config.problems import Problem
from config.reading import read
from config.values import SLUG, ClientName, Line, Settings, Words
from config.yaml_lines import CREDENTIALS, Document, parse
from desk.articles import LONGEST, TITLE, Article
from desk.refusal import DeskError
from desk.snippets import folded
from desk.words import clean

FOLDER = "articles"
LARGEST = 64_000  # bytes of a file
MOST = 500  # files

_FRONT = re.compile(r"---[ \t]*\n(.*?\n)?---[ \t]*(?:\n|\Z)", re.DOTALL)
_WORDS_LINE = re.compile(r"^words:[ \t]*(\S.*)$", re.IGNORECASE | re.MULTILINE)
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def _listed(value: Any) -> Any:
    """`vpn, remote access` is a list as well."""
    return [part for part in map(str.strip, value.split(",")) if part] if isinstance(value, str) else value


Phrases = Annotated[tuple[Line, ...], BeforeValidator(_listed), Field(max_length=50)]


class ArticleSettings(Settings):
    title: Line
    words: Annotated[tuple[Line, ...], Field(min_length=1)]
    answer: Words
    client: ClientName | None = None


class FrontMatter(Settings):
    """What a Markdown file may say of itself between two lines of `---`."""

    words: Phrases = ()
    client: ClientName | None = None


def contents(folder: Path, problems: list[Problem]) -> dict[str, bytes]:
    """The files by their names, `articles/vpn.md`; what is not called so is none of ours."""
    try:
        paths = sorted(path for path in (folder / FOLDER).iterdir() if path.suffix == ".md" and path.name[0] != ".")
    except OSError:  # no such folder: there need be none
        return {}
    if len(paths) > MOST:
        problems.append(Problem(FOLDER, 0, f"there are {len(paths)} articles, and at most {MOST} are read."))
    found = {}
    for path in paths[:MOST]:
        name = f"{FOLDER}/{path.name}"
        try:
            found[name] = _bytes(path)
        except OSError as error:
            problems.append(Problem(name, 1, f"the file cannot be read: {error.strerror or error}."))
    return found


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise OSError("it is no ordinary file")
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def inline(settings: Iterable[ArticleSettings]) -> tuple[Article, ...]:
    """Called by their titles; what has the title of another by its place as well."""
    found: dict[str, Article] = {}
    for place, each in enumerate(settings, 1):
        called = _NOT_SLUG.sub("-", folded(each.title)).strip("-")[:50].rstrip("-")
        ref = called if called and not called.isdigit() else f"article-{called or place}"
        ref = f"{ref}-{place}" if ref in found else ref
        found[ref] = Article(ref, each.title, each.answer, each.words, each.client)
    return tuple(found.values())


def written(
    files: Mapping[str, bytes], taken: Collection[str], known: Mapping[str, Collection[str]], problems: list[Problem]
) -> tuple[Article, ...]:
    """The articles of the files. Whatever is wrong is added to `problems`; `taken` are names that others have."""
    found = []
    for name, content in files.items():
        ref = Path(name).stem
        document = Document(name, problems)
        if not SLUG.fullmatch(ref) or ref.isdigit():
            document.complain_at(0, "a name has small letters, digits and dashes, and not digits alone: `vpn.md`.")
        if ref in taken:
            document.complain_at(0, f"there is an article `{ref}` in deskbell.yaml; choose another name.")
        article = _article(ref, document, content, known)
        found += [article] if article else []
    return tuple(found)


def _article(ref: str, document: Document, content: bytes, known: Mapping[str, Collection[str]]) -> Article | None:
    text = _text(document, content)
    if text is None:
        return None
    front, text = _front(document, text, known)
    words = _WORDS_LINE.search(text)
    if words:
        text = text[: words.start()] + text[words.end() :]
    for number, line in enumerate(text.split("\n"), 1):
        if CREDENTIALS.search(line):
            document.complain_at(number, "an address must not carry a user name or password.")
    page = plain(text, document.complain_at)
    try:
        title, answer = clean(page.title, TITLE), clean(page.body, LONGEST)
    except DeskError:
        limits = f"a title has at most {TITLE} characters, an answer {LONGEST:,}: no chat shows more."
        document.complain_at(1, f"{limits} Make two articles of it.")
        return None
    if page.title and not (title and answer):
        document.complain_at(1, "an article has a title, and what to do below it.")
    said = tuple(_listed(words[1])) if words else ()
    return Article(ref, title, answer, (*front.words, *said), front.client)


def _text(document: Document, content: bytes) -> str | None:
    """With every line end a line feed, so that lines count as in an editor."""
    if len(content) > LARGEST:
        document.complain_at(1, f"the file has more than {LARGEST:,} bytes.")
        return None
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        document.complain_at(content[: error.start].count(b"\n") + 1, "this is not UTF-8 text.")
        return None


def _front(document: Document, text: str, known: Mapping[str, Collection[str]]) -> tuple[FrontMatter, str]:
    """What the file says of itself, and the text with as many lines as before."""
    if text.split("\n", 1)[0].rstrip() != "---":
        return FrontMatter(), text
    found = _FRONT.match(text)
    if not found:
        document.complain_at(1, "`---` begins settings, and a second line of `---` must end them.")
        return FrontMatter(), text
    settings = parse(document.file, f"#\n{found[1] or ''}".encode(), document.problems)
    return read(FrontMatter, settings, known), "\n" * found[0].count("\n") + text[found.end() :]
