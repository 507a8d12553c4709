"""A line's keys: other names, dashes, and values of several words that need no quotes."""

from typing import Annotated

import pytest
from pydantic import BaseModel

from handlers.arguments import Arg, Number, Place, parse


class Args(BaseModel):
    number: Number
    until: Annotated[str, Arg(spans=lambda words: words in {"friday 4pm", "end of day"})] = ""
    requester: Annotated[str, Arg(also="for")] = ""
    words: Annotated[str, Arg(Place.TEXT)] = ""


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("17 until=friday 4pm New switch", {"until": "friday 4pm", "words": "New switch"}),
        ("17 until=friday New switch", {"until": "friday", "words": "New switch"}),
        ('17 until="friday" 4pm New', {"until": "friday", "words": "4pm New"}),  # it ends where the quotes do
        ("17 New switch until=end of day", {"until": "end of day", "words": "New switch"}),
        ("17 size=3 until=end of day", {"until": "end of day", "words": "size=3"}),
        ("17 comes until=friday 4pm or so", {"words": "comes until=friday 4pm or so"}),  # in a sentence it is text
        ("17 until=end of day", {"until": "end of day"}),
        ("17 until=end of day\nthe switch", {"until": "end of day", "words": "the switch"}),
        ("17 for=ann VPN drops", {"requester": "ann", "words": "VPN drops"}),
        ("17 --for @ann VPN drops", {"requester": "@ann", "words": "VPN drops"}),
        ("17 —for @ann VPN drops", {"requester": "@ann", "words": "VPN drops"}),  # phones make one dash of two
        ("17 VPN drops --for ann", {"requester": "ann", "words": "VPN drops"}),
        ("17 VPN drops —for real", {"words": "VPN drops —for real"}),  # at the end a dash is a dash
        ("17 we wait --for us all", {"words": "we wait --for us all"}),
        ("17 --nothing here", {"words": "--nothing here"}),
    ],
)
def test_a_line_is_taken_apart(line, values):
    assert parse(Args, line) == {"number": "17"} | values
