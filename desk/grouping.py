"""Which signals are one alert, where it is shown, and whom it calls: a tree of routes, as Alertmanager has one."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from desk.matchers import Labels, Matcher, all_match, first_miss

ALONE = "..."  # as a `group_by`: every signal is an alert of its own


@dataclass(frozen=True, slots=True)
class Route:
    """What is not said here was taken over from the route above when the configuration was loaded. `id` stays the same
    wherever in the file it stands (`route_id`); `place` is where that is, such as `1.2`, for people.

    `group_wait` seconds pass before the first message, so that what belongs together comes together; at most once in
    `group_interval` the thread says what joined; unanswered, it is said again every `repeat_interval`. Without a
    `channel` it is the client's team channel, without a `path` the client's. `goes_on`: the next routes are asked, too.
    """

    id: str
    matchers: tuple[Matcher, ...] = ()
    group_by: tuple[str, ...] = (ALONE,)
    group_wait: float = 0
    group_interval: float = 300
    repeat_interval: float = 4 * 3600
    channel: str | None = None
    path: str | None = None
    goes_on: bool = False
    routes: tuple["Route", ...] = ()
    place: str = ""


ROOT = Route("default")


def route_id(trail: Iterable[Iterable[Matcher]], group_by: Iterable[str]) -> str:
    """What makes a route the same after the files have changed: the matchers of each route on the way to it, in any
    order, and what it groups by. A group so never goes on in another route that has come to stand in its place.
    """
    said = (*("\0".join(sorted(map(str, matchers))) for matchers in trail), "\0".join(group_by))
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def routes_of(route: Route, labels: Labels) -> tuple[Route, ...]:
    """The routes that a signal takes, the deepest of each branch; the root where none below it fits.

    The first says with what it is grouped, how long it waits and whom it calls; the others show it as well.
    """
    if not all_match(route.matchers, labels):
        return ()
    found: list[Route] = []
    for below in route.routes:
        taken = routes_of(below, labels)
        found += taken
        if taken and not below.goes_on:
            break
    return tuple(found) or (route,)


def paths_of(route: Route, client: str) -> frozenset[str | None]:
    """Every path that something of this client's may call, whatever its other labels; None is the client's own."""
    labels = {"client": client}
    found: set[str | None] = set()
    for below in route.routes:
        about = [matcher for matcher in below.matchers if matcher.name == "client"]
        if all_match(about, labels):
            found |= paths_of(below, client)
            if len(about) == len(below.matchers):  # it takes all of the client's
                return frozenset(found)
    return frozenset({*found, route.path})


def clients_of(route: Route, own: Mapping[str, str], path: str) -> list[str]:
    """The clients about whom this path may be called: their own path, or by a route. `own` has each client's own."""
    return sorted(client for client, theirs in own.items() if theirs == path or path in paths_of(route, client))


def trail(route: Route, labels: Labels, depth: int = 0) -> Iterator[tuple[int, Route, str]]:
    """Each route that was asked, in order: how deep it is, and why it does not fit; empty where it does."""
    miss = first_miss(route.matchers, labels)
    yield depth, route, miss
    if miss:
        return
    for below in route.routes:
        yield from trail(below, labels, depth + 1)
        if not below.goes_on and all_match(below.matchers, labels):
            break


def group_of(route: Route, client: str, fingerprint: str, labels: Labels) -> str:
    """What all signals of one alert share. A client's are never one with another's."""
    if ALONE in route.group_by:
        return f"{client}\x1f{fingerprint}"
    return "\x1f".join([client, route.id, *(labels.get(name, "") for name in route.group_by)])


def common_labels(route: Route, labels: Labels) -> dict[str, str]:
    """The labels that name the group; empty for what is alone."""
    return {} if ALONE in route.group_by else {name: labels[name] for name in route.group_by if labels.get(name)}
