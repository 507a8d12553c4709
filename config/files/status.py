"""`status:` of `deskbell.yaml`: the pages that everybody may read, and what stands on them. Nothing else is public."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field

from config.values import AMatcher, ClientName, Line, MonitorName, Settings, Slug, Zone
from config.yaml_lines import Document
from desk.alerts import Monitor
from desk.matchers import all_match
from desk.signals import labels_of
from desk.status import Component, Page

SECTION = "status"
MOST = 60  # monitors of one page: each costs a read


class ComponentSettings(Settings):
    title: Line
    monitors: tuple[MonitorName, ...] = ()
    match: tuple[AMatcher, ...] = ()


class PageSettings(Settings):
    client: ClientName
    title: Line
    zone: Zone | None = None
    components: Annotated[dict[Slug, ComponentSettings], Field(min_length=1, max_length=30)]


Pages = dict[Slug, PageSettings]


def check(pages: Mapping[str, PageSettings], monitors: Mapping[str, Monitor], document: Document) -> None:
    """Each component shows something, and a page one client's things alone."""
    for name, page in pages.items():
        for id_, own in page.components.items():
            for sentence in _troubles(page, own, monitors):
                where = (SECTION, name, "components", id_)
                document.complain(where, f"`{SECTION}.{name}.components.{id_}`: {sentence}.")
        if sum(len(each.monitors) for each in components(page, monitors)) > MOST:
            sentence = f"`{SECTION}.{name}` shows more than {MOST} monitors; make it two pages."
            document.complain((SECTION, name), sentence)


def _troubles(page: PageSettings, own: ComponentSettings, monitors: Mapping[str, Monitor]) -> Iterator[str]:
    foreign = [id_ for id_ in own.monitors if id_ in monitors and monitors[id_].client != page.client]
    if foreign:
        yield f"`{foreign[0]}` is not {page.client}'s, and a page shows the things of one client"
    if not own.monitors and not own.match:
        yield "it needs `monitors`, or a `match` of their labels"
    elif not foreign and not _of(page, own, monitors) and own.match:
        yield f"nothing of {page.client}'s matches"


def _of(page: PageSettings, own: ComponentSettings, monitors: Mapping[str, Monitor]) -> tuple[str, ...]:
    matched = [
        monitor.id for monitor in monitors.values()
        if own.match and monitor.client == page.client and all_match(own.match, labels_of(monitor))
    ]  # fmt: skip
    return tuple(dict.fromkeys((*own.monitors, *matched)))


def components(page: PageSettings, monitors: Mapping[str, Monitor]) -> tuple[Component, ...]:
    return tuple(Component(id_, own.title, _of(page, own, monitors)) for id_, own in page.components.items())


def pages(
    settings: Mapping[str, PageSettings], monitors: Mapping[str, Monitor], zones: Mapping[str, str]
) -> dict[str, Page]:
    """`zones` are those of the clients' calendars."""
    return {
        name: Page(name, own.title, own.client, own.zone or zones.get(own.client, "UTC"), components(own, monitors))
        for name, own in settings.items()
    }
