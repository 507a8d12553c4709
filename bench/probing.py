"""G1, G3 and G12: what a check over HTTP costs from the heap to the store, beside other people's checkers in one run.

`python -m bench.probing` takes about two and a half minutes. All figures are checks for a second of processor, user and
system, of whoever checks; everybody asks the same targets on loopback, who are on another processor. Each has several
rounds in turn and its best one counts: the machine may have other things to do.
"""

from collections.abc import Callable, Iterator

from bench import peers
from bench.answering import Targets, on_our_processor, targets
from bench.figures import Figure
from bench.saturated import Asked, Round, saturated

ROUNDS = 3
Measured = Callable[[], float | None]
PACKAGES = {"wrk": "wrk", "monit": "monit", "blackbox": "prometheus-blackbox-exporter", "nagios": "nagios4"}


def best(contenders: dict[str, Measured], rounds: int) -> dict[str, float | None]:
    """The best of each, who take turns."""
    found: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, measure in contenders.items():
            one = measure()
            if one is not None:
                found[name].append(one)
    return {name: max(each, default=None) for name, each in found.items()}


def beside(ours: float, peer: float | None, what: str, aim: float, missing: str) -> Iterator[Figure | str]:
    if peer is None:
        yield f"{missing} is not installed: {what} ≥ {aim:g} is not judged"
    else:
        yield Figure(what, ours / peer, "times", aim, at_least=True)


def plain(to: Targets) -> Iterator[Figure | str]:
    """G1."""
    urls = [to.url(n) for n in range(len(to.plain))]
    found = best(
        {
            "ours": lambda: saturated(Asked(urls)).per_core,
            "wrk": lambda: peers.wrk(to),
            "monit": lambda: peers.monit(to),
            "blackbox": lambda: peers.blackbox(to),
            "kuma": lambda: peers.kuma(to)[0],
            "httpx": lambda: peers.httpx_alone(to),
            "check_http": lambda: peers.check_http(to),
        },
        ROUNDS,
    )
    ours, nagios = found["ours"] or 0.0, peers.nagios(to)
    yield Figure("G1 http, from the heap to the store", ours, "/s/core", 10_000, at_least=True)
    words_of = {
        "wrk": "wrk, which judges nothing", "monit": "monit", "blackbox": "blackbox-exporter", "httpx": "plain httpx",
        "check_http": "check_http, a process each",
    }  # fmt: skip
    for name, words in words_of.items():
        if (peer := found[name]) is not None:
            yield Figure(f"   peer: {words}", peer, "/s/core")
    yield from beside(ours, found["blackbox"], "G1 to blackbox-exporter", 6, "prometheus-blackbox-exporter")
    yield from beside(ours, found["monit"], "G1 to monit, which checks one after the other", 0.6, "monit")
    yield from kumas(to, ours, found["kuma"])
    if nagios is not None:
        yield Figure("   peer: nagios with check_http", nagios, "/s/core")
    yield from beside(ours, nagios, "G1 to nagios with check_http", 20, "nagios4 with monitoring-plugins-basic")


def kumas(to: Targets, ours: float, peer: float | None) -> Iterator[Figure | str]:
    axios = peers.kuma(to)[1]
    if peer is not None:
        words = "Uptime Kuma's request path" if axios else "node with its own http"
        yield Figure(f"   peer: {words}", peer, "/s/core")
    missing = "node" if peer is None else "axios, which Uptime Kuma asks with,"
    yield from beside(ours, peer if axios else None, "G1 to Uptime Kuma's request path", 8, missing)


def tls(to: Targets) -> Iterator[Figure | str]:
    """G3: nearly all of it is the handshake. Ours checks the certificate and its name; they do not."""
    named, numbered = f"https://shop.example:{to.tls}/", f"https://127.0.0.1:{to.tls}/"
    found = best(
        {
            "ours": lambda: saturated(Asked([named], monitors=300)).per_core,
            "wrk": lambda: peers.wrk(to, numbered),
            "blackbox": lambda: peers.blackbox(to, numbered),
        },
        ROUNDS,
    )
    ours = found["ours"] or 0.0
    yield Figure("G3 https, from the heap to the store", ours, "/s/core")
    for name, words, aim in (("wrk", "wrk", 0.85), ("blackbox", "blackbox-exporter", 1)):
        if (peer := found[name]) is not None:
            yield Figure(f"   peer: {words}", peer, "/s/core")
        yield from beside(ours, peer, f"G3 to {words}", aim, PACKAGES[name])


def twice(to: Targets) -> Iterator[Figure | str]:
    """G12: what it can carry, and then twice as much; by processor time, since the machine has others to serve."""
    urls = [to.url(n) for n in range(len(to.plain))]
    most = saturated(Asked(urls))
    carried = most.checks / most.wall
    peak: list[Round] = []
    over: list[Round] = []
    for _ in range(ROUNDS - 1):
        peak.append(saturated(Asked(urls, carried)))
        over.append(saturated(Asked(urls, 2 * carried)))
    top = max(each.per_core for each in peak)
    yield Figure(f"G12 asked for {carried:,.0f}/s, which is what it can carry", top, "/s/core")
    share = max(each.per_core for each in over) / top
    yield Figure("G12 asked for twice as much, to that", share, "times", 0.9, at_least=True)
    yield Figure("G12 memory that grew meanwhile", max(each.grown for each in over), "MB", 20)
    yield Figure("G12 results lost", sum(each.lost for each in over), "", 0)
    yield Figure("G12 targets that were well and not seen so", sum(each.bad for each in over), "", 0)


def figures() -> Iterator[Figure | str]:
    with targets() as to, on_our_processor():
        for part in (plain, tls, twice):
            yield from part(to)


if __name__ == "__main__":
    for figure in figures():
        print(figure, flush=True)
