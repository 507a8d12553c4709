"""A button on the wire: the key of its post, the version, the tag of its line. It fits a hundred characters."""

from dataclasses import dataclass

from desk.cards import Button

LONG_TAG = 32  # digits of a tag that must stand for a line for as long as people keep old answers
LONGEST_KEY = 76  # with version and tag inside Discord's hundred characters


@dataclass(frozen=True, slots=True)
class OnPost:
    """A button of a post that others see. `key` is empty where it was too long: the message's id finds the post."""

    key: str
    version: int
    tag: str


@dataclass(frozen=True, slots=True)
class OnAnswer:
    """A button of a private answer: its line, or the tag under which the line is kept."""

    line: str
    tag: str = ""


def on_post(key: str, version: int, button: Button) -> str:
    return f"p|{version}|{button.tag()}|{key if len(key) <= LONGEST_KEY else ''}"


def on_answer(button: Button, limit: int) -> str:
    """The line where it fits `limit` characters, else a tag of it, whose line `Door.keep_lines` must keep."""
    line = f"l|{button.line()}"
    return line if len(line) <= limit else f"k|{button.tag(LONG_TAG)}"


def read(value: str) -> OnPost | OnAnswer | None:
    """The inverse of both; None for what is no button of ours."""
    kind, _, rest = value.partition("|")
    if kind == "l" and rest.startswith("/"):
        return OnAnswer(rest)
    if kind == "k" and rest.isalnum():
        return OnAnswer("", rest)
    version, _, rest = rest.partition("|")
    tag, _, key = rest.partition("|")
    if kind != "p" or not (version.isascii() and version.isdigit() and len(version) <= 12) or not tag.isalnum():
        return None
    return OnPost(key, int(version), tag)
