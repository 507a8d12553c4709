"""The `canned:` of `deskbell.yaml`: replies written beforehand."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from config.problems import nearest
from config.values import ClientName, Line, Settings, Slug, Words
from desk.canned import FIELDS, Canned, places


def _with_known_places(words: str) -> str:
    unknown = next((place for place in places(words) if place not in FIELDS), None)
    if unknown is not None:
        raise ValueError(f"there is no field `{{{unknown[:40]}}}` to fill in{nearest(unknown, FIELDS)}")
    return words


class CannedSettings(Settings):
    title: Line
    words: Annotated[Words, AfterValidator(_with_known_places)]
    clients: Annotated[tuple[ClientName, ...], Field(min_length=1)] | None = None


CannedReplies = dict[Slug, CannedSettings]


def canned(settings: Mapping[str, CannedSettings]) -> dict[str, Canned]:
    return {id_: Canned(id_, reply.title, reply.words, reply.clients or ()) for id_, reply in settings.items()}
