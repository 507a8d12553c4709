"""Our commands on Discord: a list that it takes, and what is chosen there is the line one could have typed."""

import re
from collections import Counter
from enum import Enum
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, create_model

from bot.platforms.discord import limits, options
from desk.cards import parse_line
from handlers.arguments import Arg, Number, Pick, Place, parse
from handlers.commands import commands
from handlers.context import Command

NAME = re.compile(r"[-_'a-z0-9]{1,32}")
STRING, INTEGER = 3, 4


class Few(Enum):
    ONE = "one"
    TWO = "two"


def _command(**fields: Any) -> Command:
    model = create_model("Args", **fields)
    return Command(word="x", summary="X", group="Get help", example="/x", action="help.see", writes=False, args=model,
                   run=lambda _tx, _ctx, _args: None)  # fmt: skip


def _options(**fields: Any) -> list[dict[str, Any]]:
    return options.command_payloads({"x": _command(**fields)})[0]["options"]


def _within_the_rules(payload: dict[str, Any]) -> None:
    assert NAME.fullmatch(payload["name"])
    assert 1 <= len(payload["description"]) <= limits.COMMAND_DESCRIPTION
    said = [payload["name"], payload["description"]]
    assert len(payload["options"]) <= limits.COMMAND_OPTIONS
    assert len({option["name"] for option in payload["options"]}) == len(payload["options"])
    for option in payload["options"]:
        assert NAME.fullmatch(option["name"])
        assert 1 <= len(option["description"]) <= limits.COMMAND_DESCRIPTION
        assert not option.get("required")
        assert not ("choices" in option and option.get("autocomplete"))
        assert 1 <= option.get("max_length", 1) <= limits.STRING_OPTION
        assert max(abs(option.get("min_value", 0)), abs(option.get("max_value", 0))) <= limits.INTEGER_OPTION
        assert len(option.get("choices", ())) <= limits.COMMAND_CHOICES
        said += [option["name"], option["description"]]
        for choice in option.get("choices", ()):
            assert 1 <= len(choice["name"]) <= 100
            assert 1 <= len(choice["value"]) <= 100
            said += [choice["name"], choice["value"]]
    assert sum(map(len, said)) <= limits.COMMAND_TOTAL


def test_all_our_commands_keep_discords_rules():
    """Names, numbers and lengths as documented; one command for each word, in guilds and in direct messages."""
    payloads = options.command_payloads(commands())
    chat = [payload for payload in payloads if payload["type"] == 1]
    assert [payload["name"] for payload in chat] == list(commands())
    assert len(chat) <= limits.COMMANDS
    for payload in chat:
        _within_the_rules(payload)
        assert (payload["contexts"], payload["integration_types"]) == ([0, 1], [0])


def test_a_message_has_one_entry_in_its_menu():
    assert options.command_payloads(commands())[-1] == {
        "type": 3, "name": "Open a ticket", "contexts": [0, 1], "integration_types": [0],
    }  # fmt: skip


def test_an_option_is_as_typed_as_its_field():
    made = _options(
        number=(Number, ...),
        kind=(Few, Few.ONE),
        client=(Annotated[str | None, Pick(lambda _tx, _ctx, _typed: [])], None),
        alert=(Annotated[int | None, Field(ge=1, description="The alert it is about")], None),
        words=(Annotated[str, Arg(Place.TEXT, "Your words"), Field(max_length=9000)], ""),
    )
    assert made == [
        {"type": INTEGER, "name": "number", "description": "Number", "min_value": 1, "max_value": 10**12,
         "autocomplete": True},
        {"type": STRING, "name": "kind", "description": "Kind",
         "choices": [{"name": "one", "value": "one"}, {"name": "two", "value": "two"}]},
        {"type": STRING, "name": "client", "description": "Client", "max_length": 6000, "autocomplete": True},
        {"type": INTEGER, "name": "alert", "description": "Alert. The alert it is about", "min_value": 1,
         "max_value": limits.INTEGER_OPTION},
        {"type": STRING, "name": "words", "description": "Your words", "max_length": 6000},
    ]  # fmt: skip


def test_what_is_needed_comes_first_and_nothing_is_required():
    """Without it our form opens; Discord's own demand would hide the form."""
    made = _options(late=(str, ""), early=(str, ...), number=(Number, ...))
    assert [option["name"] for option in made] == ["early", "number", "late"]


@pytest.mark.parametrize(("count", "typed"), [(25, False), (26, True)])
def test_choices_that_do_not_fit_are_offered_while_one_types(count, typed):
    many = Enum("Many", {f"N{n}": f"n{n}" for n in range(count)})
    [option] = _options(which=(many, ...))
    assert ("choices" in option, option.get("autocomplete", False)) == (not typed, typed)


def test_a_long_description_is_cut():
    [option] = _options(x=(Annotated[str, Field(description="word " * 50)], ""))
    assert option["description"].endswith("word…")
    assert len(option["description"]) <= limits.COMMAND_DESCRIPTION


def _chosen(model: type[BaseModel]):
    """Some of a command's options with values, in the order in which somebody might fill them in."""
    words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(str.strip)
    pairs = [
        st.tuples(st.just(name), st.integers(1, 10**9) if info.annotation is int else words)
        for name, info in model.model_fields.items()
    ]
    return st.lists(st.one_of(pairs), unique_by=lambda pair: pair[0])


@given(st.sampled_from(sorted(commands())).flatmap(lambda w: st.tuples(st.just(w), _chosen(commands()[w].args))))
def test_what_is_chosen_is_the_line_one_could_have_typed(chosen):
    """Whatever the values say, quotes and dashes and other options' names included, they arrive as they were."""
    word, given_values = chosen
    data = {"name": word, "options": [{"name": n, "type": STRING, "value": v} for n, v in given_values]}
    line = options.line(word, data)
    assert parse_line(line).word == word
    rest = line.removeprefix(f"/{word}")
    assert parse(commands()[word].args, rest) == {name: str(value) for name, value in given_values}


def test_a_command_without_options_is_its_word():
    assert options.line("list", {"name": "list"}) == "/list"


def test_no_two_commands_share_a_name():
    names = Counter((payload["type"], payload["name"]) for payload in options.command_payloads(commands()))
    assert max(names.values()) == 1
