"""Reports that a desk may have to show: a usual quarter, an empty one, one with names that are out to hurt."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from desk.periods import earlier, period
from desk.reports import (
    Attainment,
    Breach,
    Duration,
    Lengths,
    Promise,
    Report,
    Satisfaction,
    Share,
    Trend,
    Uptime,
    Volume,
)

NOW = datetime(2027, 1, 4, 8, 0, 0, 123456, tzinfo=UTC)
Q4 = period("2026-Q4", NOW, "Europe/Berlin")
HOUR, DAY = 3600.0, 86_400.0
AGES = ("under a day", "1 to 3 days", "3 to 7 days", "1 to 4 weeks", "over 4 weeks")
NOTHING = Lengths(0, None, None)
# What a name may hold: markup of typst, TeX, HTML and sheets, the other direction, no blanks, no end.
HOSTILE = (
    '#panic("no") *bold* $x^2$ `raw` @ref <label> \\ //c',
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x","y")',
    "\u202egnp.exe",
    "שלום עולם, الطابعة لا تعمل",
    "😀🔥 printer 日本語",
    "W" * 300,
    "@SUM(A1)",
    "\t-1+1",
    "_leading",
    "a\nb\r\nc",
    "</svg>",
    "#sys.inputs.data",
)


def promises(goal_answer=0.95, goal_solution=0.9):
    rows = [
        (
            "first_response",
            goal_answer,
            (107, 112, 3, 2),
            [(4, 6, 0, 0), (18, 20, 0, 0), (61, 62, 2, 1), (24, 24, 1, 1)],
        ),
        ("resolution", goal_solution, (86, 100, 15, 2), [(3, 6, 0, 0), (14, 18, 2, 0), (48, 54, 8, 1), (21, 22, 5, 1)]),
    ]
    return tuple(
        Promise(metric, priority, Attainment(met, judged, still, goal, excluded))
        for metric, goal, whole, each in rows
        for priority, (met, judged, still, excluded) in zip(("", "P1", "P2", "P3", "P4"), (whole, *each), strict=True)
    )


def trend(of, opened, answer, solution, median):
    judged = (
        (m, g, Attainment(met, opened, 0, g))
        for m, g, met in (("first_response", 0.95, answer), ("resolution", 0.9, solution))
    )
    by = (
        ("P1", opened // 20),
        ("P2", opened // 5),
        ("P3", opened // 2),
        ("P4", opened - opened // 20 - opened // 5 - opened // 2),
    )
    return Trend(
        of,
        opened,
        tuple(Promise(m, "", a) for m, _, a in judged),
        Lengths(opened, median, median * 3),
        Share(995, 1000),
        by,
    )


DUE = datetime(2026, 11, 3, 10, 0, tzinfo=UTC)
PRINTER = "Printer on floor 3 prints blank pages"
BREACHES = (
    Breach(17, "VPN drops every hour", "P2", "resolution", DUE, DUE + timedelta(hours=3), 2.5 * HOUR,
           "Too much at once", "Three outages at once"),
    Breach(23, PRINTER, "P3", "resolution", DUE + timedelta(days=1), None, 5 * HOUR),
    Breach(23, PRINTER, "P3", "first_response", DUE + timedelta(days=1), DUE + timedelta(days=1, minutes=9), 540.0,
           "Overlooked"),
)  # fmt: skip
VOLUME = Volume(
    117, 101, 2, 14, (("P1", 6), ("P2", 20), ("P3", 65), ("P4", 26)),
    (("access", 51), ("hardware", 40), ("", 26)), tuple(zip(AGES, (5, 4, 3, 2, 1), strict=True)),
)  # fmt: skip
DURATIONS = (
    Duration("acknowledge", Lengths(110, 600.0, 2400.0), Lengths(110, 420.0, 1500.0)),
    Duration("answer", Lengths(112, 1500.0, 9000.0), Lengths(112, 1200.0, 5400.0)),
    Duration("resolve", Lengths(101, 9 * HOUR, 3 * DAY), Lengths(101, 4.2 * HOUR, 17 * HOUR)),
)
UPTIME = (
    Uptime("shop", "checkout page", 89.6 * DAY, 0.4 * DAY, 2 * DAY, 7, 0.999),
    Uptime("mail", "mail", 91.99 * DAY, 0.01 * DAY, 0.0, 1, 0.999),
    Uptime("vpn", "VPN", 0.0, 0.0, 92 * DAY, 0, 0.999),
)


def busy(**changes):
    q1, q2, q3 = earlier(Q4, 3)
    made = Report(
        "acme", "Acme Web Shops", Q4, NOW, promises=promises(), volume=VOLUME, first_contact=Share(41, 101),
        reopened=Share(6, 103), durations=DURATIONS, spent=96 * 3600, satisfaction=Satisfaction(34, 88, 148),
        uptime=UPTIME, breaches=BREACHES,
        earlier=(trend(q1, 88, 80, 74, 6 * HOUR), trend(q2, 95, 90, 84, 5 * HOUR), trend(q3, 104, 100, 95, 5.1 * HOUR)),
    )  # fmt: skip
    return replace(made, **changes)


def empty():
    nothing = tuple(
        Promise(m, p, Attainment(0, 0, 0, 0.95))
        for m in ("first_response", "resolution")
        for p in ("", "P1", "P2", "P3", "P4")
    )
    return busy(
        promises=nothing,
        volume=Volume(0, 0, 0, 0, tuple((p, 0) for p in ("P1", "P2", "P3", "P4")), (), tuple((a, 0) for a in AGES)),
        first_contact=Share(0, 0),
        reopened=Share(0, 0),
        durations=tuple(Duration(w, NOTHING, NOTHING) for w in ("acknowledge", "answer", "resolve")),
        spent=0,
        satisfaction=Satisfaction(0, 0, 0),
        uptime=(),
        breaches=(),
        earlier=(),
    )


def hostile():
    return busy(
        name=HOSTILE[0],
        uptime=tuple(Uptime(f"s{n}", name, 90 * DAY, DAY, 0.0, 1, 0.99) for n, name in enumerate(HOSTILE)),
        breaches=tuple(
            Breach(n, name, "P1", "resolution", DUE, None, HOUR, name, name) for n, name in enumerate(HOSTILE)
        ),
        volume=replace(busy().volume, by_category=tuple((name, 9) for name in HOSTILE)),
    )


def many(count=400):
    return busy(
        breaches=tuple(
            Breach(
                n,
                f"Ticket {n} about something that took long",
                "P3",
                "resolution",
                DUE + timedelta(hours=n),
                None,
                n * 60.0,
            )
            for n in range(1, count + 1)
        )
    )
