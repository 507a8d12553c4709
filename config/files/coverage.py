"""The `coverage:` of `people.yaml`: teams that take turns at owning the clients' minutes."""

from collections.abc import Mapping

from config.values import CalendarName, Settings, TeamName
from config.yaml_lines import Document
from desk.coverage import Cover

SECTION = "coverage"


class CoverSettings(Settings):
    team: TeamName
    calendar: CalendarName = ""


def check(coverage: Mapping[str, tuple[CoverSettings, ...]], document: Document) -> None:
    """Each minute is somebody's, and no team stands below one that is always on."""
    for id_, covers in coverage.items():
        always = [index for index, cover in enumerate(covers) if not cover.calendar]
        if not always:
            sentence = f"`{id_}` leaves minutes that are nobody's; end it with a team without a calendar."
            document.complain((SECTION, id_), sentence)
        elif always[0] != len(covers) - 1:
            on = covers[always[0]].team
            sentence = f"`{id_}`: `{covers[-1].team}` never has a turn, because `{on}` above it is always on."
            document.complain((SECTION, id_, len(covers) - 1), sentence)


def coverage(settings: Mapping[str, tuple[CoverSettings, ...]]) -> dict[str, tuple[Cover, ...]]:
    return {id_: tuple(Cover(cover.team, cover.calendar) for cover in covers) for id_, covers in settings.items()}
