"""The `reports:` of `deskbell.yaml`: what goes out by itself, when, to whom and as what."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo

from config.loaded import Channel, dm
from config.values import ClientName, Line, Settings, Slug, Zone, name_of
from config.yaml_lines import Document
from desk.people import Person, may
from desk.schedules import Scheduled, parse

SECTION = "reports"
TO = {"channel": "channel", "person": "person"}


def _when(value: str) -> str:
    parse(value)
    return value


def _to(value: str, info: ValidationInfo) -> str:
    """`channel:ID` or `person:ID`, and the name must be somebody's."""
    sort, _, name = value.partition(":")
    if sort not in TO or not name:
        raise ValueError(f"expected `channel:ID` or `person:ID`, got `{value[:40]}`")
    name_of(TO[sort], name, info)
    return value


class ReportSettings(Settings):
    client: ClientName
    period: Literal["month", "quarter"] = "month"
    when: Annotated[Line, AfterValidator(_when)]
    to: Annotated[Line, AfterValidator(_to)]
    form: Literal["card", "pdf", "csv"] = "card"
    zone: Zone | None = None
    actions: tuple[Line, ...] = Field(default=(), max_length=20)


Reports = dict[Slug, ReportSettings]


def check(
    reports: Mapping[str, ReportSettings], document: Document, channels: Mapping[str, Channel],
    people: Mapping[str, Person],
) -> None:  # fmt: skip
    """A client's numbers go where only those read who may see them."""
    for id_, report in reports.items():
        sort, _, name = report.to.partition(":")
        sentence = ""
        if sort == "channel" and name in channels:
            channel = channels[name]
            if channel.kind != "team" or channel.client not in (None, report.client):
                sentence = f"`{name}` is no team channel of `{report.client}`'s or of the staff's; choose one."
        elif sort == "person" and name in people and not may(people[name], "numbers.see", report.client):
            sentence = f"`{name}` may not see the numbers of `{report.client}`; name somebody who may."
        if sentence:
            document.complain((SECTION, id_, "to"), sentence)


def reports(settings: Mapping[str, ReportSettings]) -> dict[str, Scheduled]:
    return {
        id_: Scheduled(id_, s.client, s.period, parse(s.when), _place(s.to), s.form, s.zone or "", s.actions)
        for id_, s in settings.items()
    }


def _place(to: str) -> str:
    sort, _, name = to.partition(":")
    return dm(name) if sort == "person" else name
