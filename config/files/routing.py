"""The `categories:` and `routing:` of `deskbell.yaml`: what tickets are about, and who gets them."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from config.values import CalendarName, CategoryName, ClientName, Line, Settings, Slug, TeamName, name_of
from config.yaml_lines import Document
from desk.routing import ON_CALL, Rule
from desk.tickets import Priority

CATEGORIES, RULES = "categories", "routing"


def _assign(value: str, info: ValidationInfo) -> str:
    if value.startswith(ON_CALL):
        name_of("rotation", value.removeprefix(ON_CALL), info)
    elif value not in {"round_robin", "least_open"}:
        raise ValueError(f"expected `round_robin`, `least_open` or `oncall:ROTATION`, got `{value[:40]}`")
    return value


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class CategorySettings(Settings):
    name: Line


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
