"""The `categories:` and `routing:` of `deskbell.yaml`: what tickets are about, and who gets them."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from config.values import CalendarName, CategoryName, ClientName, Line, Settings, Slug, TeamName, name_of
from config.yaml_lines import Document
from desk.categories import Asked, Kind
from desk.routing import ON_CALL, Rule
from desk.tickets import Priority

WORD = re.compile(r"[a-z][a-z_]{0,39}")
CATEGORIES, RULES = "categories", "routing"


def _assign(value: str, info: ValidationInfo) -> str:
    if value.startswith(ON_CALL):
        name_of("schedule", value.removeprefix(ON_CALL), info)
    elif value not in {"round_robin", "least_open"}:
        raise ValueError(f"expected `round_robin`, `least_open` or `oncall:SCHEDULE`, got `{value[:40]}`")
    return value


def _word(value: str) -> str:
    if not WORD.fullmatch(value):
        raise ValueError("a field has small letters and underscores, such as `asset_tag`")
    return value


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class FieldSettings(Settings):
    label: Line
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: tuple[Line, ...] = ()


class CategorySettings(Settings):
    name: Line
    fields: dict[Annotated[str, AfterValidator(_word)], FieldSettings] = Field(default_factory=dict, max_length=10)


class WhenSettings(Settings):
    client: Annotated[tuple[ClientName, ...], BeforeValidator(_one_or_more)] = ()
    category: Annotated[tuple[CategoryName, ...], BeforeValidator(_one_or_more)] = ()
    words: tuple[Line, ...] = ()
    calendar: CalendarName = ""
    during: Literal["open", "closed"] = "open"


class ThenSettings(Settings):
    team: TeamName = ""
    priority: Priority | None = None
    assign: Annotated[str, AfterValidator(_assign)] = ""


class RuleSettings(Settings):
    name: Line
    when: WhenSettings = WhenSettings()
    then: ThenSettings


def check(rules: tuple[RuleSettings, ...], teams: Mapping[str, tuple[str, ...]], document: Document) -> None:
    """A rule does something, has a name of its own, and a turn is somebody's."""
    names: set[str] = set()
    for index, rule in enumerate(rules):
        loc = (RULES, index)
        if rule.name in names:
            document.complain((*loc, "name"), f"there are two rules called `{rule.name}`; `test ticket` names them.")
        names.add(rule.name)
        if not (rule.then.team or rule.then.priority or rule.then.assign):
            document.complain((*loc, "then"), f"`{rule.name}` does nothing; give it a team, a priority or `assign`.")
        if rule.then.assign in {"round_robin", "least_open"} and not teams.get(rule.then.team):
            document.complain((*loc, "then"), f"`{rule.name}`: `{rule.then.assign}` needs a `team` with people in it.")
        if rule.when.during == "closed" and not rule.when.calendar:
            document.complain((*loc, "when"), f"`{rule.name}`: closed by which `calendar`?")
        _check_reached(rules, index, document)


def check_categories(categories: Mapping[str, CategorySettings], document: Document) -> None:
    """A choice is between at least two things, and nothing else is one."""
    for id_, category in categories.items():
        for name, field in category.fields.items():
            loc = (CATEGORIES, id_, "fields", name)
            if field.kind is Kind.CHOICE and len(set(field.choices)) < 2:
                document.complain(loc, f"`{name}` is a choice; give it at least two different `choices`.")
            if field.kind is not Kind.CHOICE and field.choices:
                document.complain(loc, f"`{name}` has `choices`; a field with choices is of `kind: choice`.")


def asked(settings: Mapping[str, CategorySettings]) -> dict[str, tuple[Asked, ...]]:
    """What is asked for each category, by its id."""
    return {
        id_: tuple(
            Asked(name, field.label, field.kind, field.required, tuple((choice, choice) for choice in field.choices))
            for name, field in category.fields.items()
        )
        for id_, category in settings.items()
    }


def _check_reached(rules: tuple[RuleSettings, ...], index: int, document: Document) -> None:
    takes_all = next((rule for rule in rules[:index] if rule.when == WhenSettings()), None)
    if takes_all:
        sentence = f"`{rules[index].name}` is never reached: `{takes_all.name}` above it takes everything."
        document.complain((RULES, index), sentence)


def rules(settings: tuple[RuleSettings, ...]) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            rule.name, rule.when.client, rule.when.category, rule.when.words, rule.when.calendar,
            rule.when.during == "closed", rule.then.team, str(rule.then.priority or ""), rule.then.assign,
        )
        for rule in settings
    )  # fmt: skip


def categories(settings: Mapping[str, CategorySettings]) -> dict[str, str]:
    """Each category's name by its id."""
    return {id_: category.name for id_, category in settings.items()}


Categories = dict[Slug, CategorySettings]
Rules = Annotated[tuple[RuleSettings, ...], Field(max_length=500)]
