"""From how Slack writes a message down to the words a person saw, and from those words to the line they mean.

Source: https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Collection, Mapping

_LINK = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
# Slack's clients curl the quotes that somebody types; in `subject="two words"` they are meant straight.
_CURLED = re.compile(r"=[“”]([^“”\"]*)[“”]")
_NUMBER = re.compile(r"#?\d{1,12}")
HOME = "/home"


def words(text: str, names: Mapping[str, str]) -> str:
    """What a person saw. `names` maps the ids of accounts to what they are called; an unknown one stays an id."""
    plain = _LINK.sub(lambda found: _seen(found[1], found[2] or "", names), text)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mentioned(text: str) -> set[str]:
    """The ids of the accounts that a message names."""
    return {found[1][1:] for found in _LINK.finditer(text) if found[1].startswith("@")}


def without(text: str, user: str) -> str:
    """The text without the mentions of this account."""
    return re.sub(rf"\s*<@{re.escape(user)}(?:\|[^<>]*)?>[:,]?", "", text).strip()


def _seen(what: str, label: str, names: Mapping[str, str]) -> str:
    if what.startswith("@"):
        return f"@{names.get(what[1:]) or label or what[1:]}"
    if what.startswith("#"):
        return f"#{label or what[1:]}"
    if what.startswith("!"):
        name = label or what[1:].partition("^")[0]
        return name if name.startswith("@") or what.startswith("!date^") else f"@{name}"
    address = what.removeprefix("mailto:").removeprefix("tel:")
    # A bare `x.example` is shown as it was typed; any other label hides its address, which is said.
    same = not label or what.partition(":")[2].strip("/") == label.strip("/") or label in {what, address}
    return (label or address) if same else f"{label} ({address})"


def commanded(said: str, alias: bool) -> str:  # noqa: FBT001 - which of the two commands it was is all there is to say
    """The line of a slash command: `/desk ack 17` is `/ack 17`, and an alias (`/ticket`) opens a ticket.

    What begins with no command's word is for the router to understand, as a slip or as a request.
    """
    rest = _CURLED.sub(r'="\1"', said.strip()).removeprefix("/")
    if alias:
        return f"/open {rest}".strip()
    return f"/{rest}" if rest else HOME


def line(said: str, commands: Collection[str], *, mention: bool, direct: bool, ours: bool) -> str:
    """The line that a message means; empty for one that is not for us.

    `mention`: it named us, and `said` is the rest. `direct`: it stands in a direct message. `ours`: it stands in the
    thread of a post of ours. `!ack` is a command there, as Slack allows no slash command in a thread.
    """
    said = _CURLED.sub(r'="\1"', said.strip())
    first, _, rest = said.partition(" ")
    if (ours or direct) and said.startswith("!") and first[1:].lower() in commands:
        return f"/{said[1:]}"
    if mention and not direct:
        known = first.lower() in commands
        words = said if ours else f"/ {said}"  # which are a request, whatever they begin with
        return (f"/{said}" if known else words) if said else HOME
    if direct and not ours and first.lower() in commands and _is_short(first.lower(), rest.strip()):
        return f"/{said}"
    return said if ours or direct else ""


def _is_short(word: str, rest: str) -> bool:
    """`help` and `show 17` in a direct message are commands; `open the door please` is a request for help."""
    return not rest or bool(_NUMBER.fullmatch(rest)) or (word == "link" and " " not in rest)
