"""The `priorities:` and `resolution_codes:` of `deskbell.yaml`: how urgent a ticket is, and how one can have ended."""

from typing import Annotated

from pydantic import Field, StringConstraints

from config.values import Line, Settings
from desk.priorities import MATRIX, Matrix
from desk.tickets import Priority


class UrgencySettings(Settings):
    high: Priority
    medium: Priority
    low: Priority


class MatrixSettings(Settings):
    """By impact, then by urgency."""

    high: UrgencySettings
    medium: UrgencySettings
    low: UrgencySettings


Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Codes = Annotated[dict[Code, Line], Field(min_length=1, max_length=25)]


def matrix(settings: MatrixSettings | None) -> Matrix:
    if settings is None:
        return MATRIX
    by_impact = settings.model_dump()
    return {(impact, urgency): Priority(p) for impact, row in by_impact.items() for urgency, p in row.items()}
