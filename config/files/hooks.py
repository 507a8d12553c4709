"""`hooks:` of `monitors.yaml`: by what other systems tell us of theirs, for which client, and how it is read."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from config.values import ClientName, LabelValue, Length, Settings, Slug
from config.yaml_lines import Document
from desk.alerts import Severity
from desk.hooks import GENERIC, hook, mapping
from desk.hooks.hook import Hook
from desk.matchers import NAME

SECTION = "hooks"
Word = Annotated[str, Field(min_length=1, max_length=200)]
LabelName = Annotated[str, Field(pattern=rf"^{NAME}$")]


Path = Annotated[tuple[str, ...], BeforeValidator(mapping.path)]
Value = Annotated[Any, BeforeValidator(mapping.value)]
Test = Annotated[Any, BeforeValidator(mapping.test)]


class MappingSettings(Settings):
    title: Value
    fingerprint: Value
    firing: Test = mapping.Test()
    resolved: Test = None
    each: Path | None = None
    sentence: Value = ()
    about: Value = ()
    severity: Value = ()
    link: Value = ()
    started_at: Path = ()
    ended_at: Path = ()
    labels: dict[LabelName, Value] = Field(default_factory=dict, max_length=20)


class HookSettings(Settings):
    kind: Literal["alertmanager", "grafana", "pagerduty", "uptime-kuma", "zabbix", "generic"]
    client: ClientName
    client_label: LabelName | None = None
    clients: dict[Word, ClientName] = Field(default_factory=dict, max_length=1000)
    severity: Severity = Severity.HIGH
    severities: dict[Word, Severity] = Field(default_factory=dict, max_length=100)
    labels: dict[LabelName, LabelValue] = Field(default_factory=dict, max_length=20)
    lapses_after: Length | None = None
    mapping: MappingSettings | None = None


Hooks = dict[Slug, HookSettings]


def check(hooks: Mapping[str, HookSettings], document: Document) -> None:
    """What no single value shows. What is wrong with a value itself was said already."""
    for id_, settings in hooks.items():
        for key, sentence in _troubles(settings, frozenset(document.entries(SECTION)[id_])):
            document.complain((SECTION, id_, key), f"`{SECTION}.{id_}`: {sentence}.")


def _troubles(settings: HookSettings, written: frozenset[str]) -> Iterator[tuple[str, str]]:
    if (settings.kind == GENERIC) != ("mapping" in written):
        yield "mapping", f"a `mapping` is what a hook of kind {GENERIC} has, and no other"
    if ("client_label" in written) != ("clients" in written):
        key = "clients" if "clients" in written else "client_label"
        yield key, "`client_label` names the label that says whose it is, and `clients` whose: both or none"
    if settings.client_label in hook.OWN:
        yield "client_label", f"`{settings.client_label}` is a label that no message has a say in"
    if settings.lapses_after is not None and settings.lapses_after < 60:
        yield "lapses_after", "expected a minute at least"
    own = settings.mapping
    if own and own.ended_at and not own.started_at:
        yield "mapping", "`ended_at` without `started_at` says nothing of which of several it is that ended"
    yield from _taken(settings.labels, "labels")


def _taken(labels: Mapping[str, Any], key: str) -> Iterator[tuple[str, str]]:
    for name in labels:
        if name in hook.OWN:
            yield key, f"the label `{name}` is given by the hook itself"


def hooks(settings: Mapping[str, HookSettings]) -> dict[str, Hook]:
    return {id_: _hook(id_, own) for id_, own in settings.items()}


def _hook(id_: str, own: HookSettings) -> Hook:
    severities = {word.strip().casefold(): severity for word, severity in own.severities.items()}
    read = mapping.Map(**dict(own.mapping)) if own.mapping else None
    return Hook(
        id_, own.kind, own.client, own.severity, severities, own.labels, own.client_label or "", own.clients,
        own.lapses_after, read,
    )  # fmt: skip
