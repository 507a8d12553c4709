"""Slack's blocks as a person reads them, and everything in them that would do something by itself."""

import json
import re
from typing import Any

from tests.slack.standin.blocks import check_message_blocks, check_view

# What Slack makes of a text: entities, bold and its like, emoji, links, and names where they are looked up.
ACTIVE = re.compile(
    r"<(?!!date\^-?\d+\^[^<>|]*\|[^<>|]*>)[^<>]*>|(?<![^\W_])([*_~])\S(.*\S)?\1(?!\w)|`|:[\w+'-]+:|\w+://|(?<![^\W_])[@#]\w"
)
DATE = re.compile(r"<!date\^-?\d+\^[^<>|]*\|([^<>|]*)>")


def actives(text: str) -> list[str]:
    """Whatever Slack would not show as it is written, but for dates."""
    return [found[0] for found in ACTIVE.finditer(DATE.sub("", text))]


def said(text: str) -> str:
    """The plain words of a message's `text`, a date as its fallback, without the hairs that keep it still."""
    plain = DATE.sub(r"\1", text).replace("\u200a", "").replace("\u02cb", "`")
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def read(blocks: Any) -> str:
    """What a person sees, line by line: `# ` a heading, `- ` a point, `( )` small print, `[ ]` a button."""
    return "\n".join(line for block in blocks for line in _lines(block))


def _lines(block: dict[str, Any]) -> list[str]:
    match block["type"]:
        case "header":
            return ["# " + block["text"]["text"]]
        case "context":
            return [f"({e['text']})" for e in block["elements"]]
        case "image":
            return [f"<{block['alt_text']}>"]
        case "divider":
            return ["---"]
        case "rich_text":
            return [line for part in block["elements"] for line in _part(part)]
        case "actions":
            return ["  ".join(_pressed(e) for e in block["elements"])]
        case "input":
            return [f"{block['label']['text']}: {block['element']['type']}"]
    raise AssertionError(block)


def _part(part: dict[str, Any]) -> list[str]:
    if part["type"] == "rich_text_list":
        return ["- " + line for row in part["elements"] for line in _part(row)]
    assert part["type"] == "rich_text_section"
    return ["".join(_piece(e) for e in part["elements"])]


def _piece(element: dict[str, Any]) -> str:
    """Only words and dates: every other element of rich text is active."""
    assert element["type"] in {"text", "date"}, element
    return str(element["fallback"] if element["type"] == "date" else element["text"])


def _pressed(element: dict[str, Any]) -> str:
    if element["type"] == "overflow":
        return "[" + " | ".join(o["text"]["text"] for o in element["options"]) + "]"
    return f"[{element['text']['text']}]" + ("?" if "confirm" in element else "")


def plain_texts(value: Any) -> list[dict[str, Any]]:
    """Every text object, however deep."""
    if isinstance(value, list | tuple):
        return [found for each in value for found in plain_texts(each)]
    if not isinstance(value, dict):
        return []
    own = [value] if value.get("type") in {"plain_text", "mrkdwn"} else []
    return own + [found for each in value.values() for found in plain_texts(each)]


def assert_message_fits(message: Any) -> None:
    """Within Slack's documented limits, the text too, and nothing in it is active."""
    blocks = json.loads(json.dumps(message.blocks))
    check_message_blocks(blocks)
    assert len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) <= 12_000
    assert 0 < len(message.text.encode("utf-16-le")) // 2 <= 4000
    assert blocks
    assert actives(message.text) == []
    assert_inert(blocks)


def assert_view_fits(view: Any) -> None:
    drawn = json.loads(json.dumps(view))
    check_view(drawn, drawn["type"])
    assert_inert(drawn["blocks"])


def assert_inert(blocks: Any) -> None:
    """No element but words and dates, no text that is read as markup, no emoji's name that becomes a picture."""
    read([block for block in blocks if block["type"] != "input"])
    assert {(t["type"], t.get("emoji")) for t in plain_texts(blocks)} <= {("plain_text", False)}
