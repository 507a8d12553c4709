"""Whatever sends JSON, read by the mapping that its hook has in the configuration."""

from typing import Any

from desk.hooks.mapping import Map, Path, Words, at, said
from desk.hooks.told import Says, Told, UnknownShapeError, a_list, instant, words


def parts(body: Any, mapping: Map) -> list[Any]:
    if mapping.each is None:
        return [body]
    return a_list(at(body, mapping.each), f"`{'.'.join(mapping.each)}`")


def told(part: Any, mapping: Map) -> Told | None:
    """None for what neither fires nor is over."""
    identity = {str(place): said(part, (each,)) for place, each in enumerate(mapping.fingerprint)}
    if not any(identity.values()):
        raise UnknownShapeError(f"nothing stands at {_named(mapping.fingerprint)}")
    over = mapping.resolved is not None and mapping.resolved.holds(part)
    firing = not over and mapping.firing.holds(part)
    if not firing and not over and mapping.resolved is not None:
        return None
    return Told(
        Says.FIRING if firing else Says.RESOLVED, identity,
        said(part, mapping.title) or " ".join(identity.values()), said(part, mapping.sentence),
        said(part, mapping.about), said(part, mapping.severity),
        {name: found for name, value in mapping.labels.items() if (found := said(part, value))},
        instant(at(part, mapping.started_at)) if mapping.started_at else None,
        instant(at(part, mapping.ended_at)) if mapping.ended_at and not firing else None, said(part, mapping.link),
    )  # fmt: skip


def _named(value: tuple[Path | Words, ...]) -> str:
    return ", ".join(words(".".join(each)) for each in value if not isinstance(each, Words))
