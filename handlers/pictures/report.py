"""A report as a card, and the tickets behind one of its numbers: the number, the target, the trend, the exceptions."""

from collections.abc import Iterator, Sequence

from desk.behind import BACKLOG, CATEGORY, LENGTHS, OUTCOMES, TICKETS, Behind, spelled
from desk.cards import Button, Card, Field, Paper, Text, When, span_of, text
from desk.reports import Duration, Lengths, Period, Promise, Report, Satisfaction, Share, Trend, Uptime, Volume
from desk.tallies import Kept
from desk.tickets import Ticket
from desk.uptime import Outage, percent
from handlers.pictures import short
from handlers.pictures.charts import attainment
from handlers.pictures.numbers import LABELS, about
from handlers.pictures.ticket import SYMBOLS

SEEN = 25  # rows behind a number on one card
MOST_FIELDS = 5
FORMS = {"pdf": "the business review (PDF)", "csv": "all numbers as a sheet (CSV)"}  # what `Paper.form` may be
DURATIONS = {"acknowledge": "Until somebody acted", "answer": "Until the first answer", "resolve": "Until solved"}
NOUNS = {
    "first_response": "First answer", "next_response": "Next answer", "periodic_update": "Update",
    "resolution": "Solution",
}  # fmt: skip
WORDS = {
    "opened": "Opened", "open": "Still open", "resolved": "Solved", "merged": "Merged", "reopened": "Reopened",
    "first-contact": "Solved by the first answer", "asked": "Closed, and could be rated", "rated": "Rated",
    "time": "Time was spent on them", "met": "In time", "missed": "Too late", "judged": "Judged",
    "running": "Not judged yet", "excluded": "Owed nothing in the end",
}  # fmt: skip


def report_card(report: Report, late: str = "") -> Card:
    """`late` is said beside the title of one that goes out by itself."""
    so_far = late or ("so far" if report.at < report.period.end else "")
    overall = [p for p in report.promises if not p.priority]
    fields = [Field(LABELS[p.metric], text(p.attainment.words(), _trend(p, report.earlier))) for p in overall]
    fields += [Field(DURATIONS[d.what], text(_open(d))) for d in report.durations if d.what == "resolve"]
    bad = any(p.attainment.mark.endswith("▲") for p in overall) or any(falls_short(u) for u in report.uptime)
    address = (("client", report.client), ("period", report.period.label))
    buttons = [Button("Breaches", "behind", (("what", "missed"), *address))] if report.breaches else []
    buttons += [Button("Tickets…", "behind", address)]
    kept = attainment(report)
    return Card(
        f"report/{report.client}/{report.period.label}", f"{report.name}: {report.period.title}", so_far,
        lines=(text(_in_words(report.volume)),), fields=tuple(fields[:MOST_FIELDS]), buttons=tuple(buttons),
        table=tuple(_rows(report)), tone="bad" if bad else "good" if overall else "calm",
        picture=None if kept.empty else kept,
    )  # fmt: skip


def review_card(report: Report, form: str, late: str = "") -> Card:
    """The file, with what it says in short."""
    where = f"On the desk's page /reports/{report.client}/{report.period.label}, with {FORMS[form]}."
    overall = [p for p in report.promises if not p.priority]
    address = (("client", report.client), ("period", report.period.label))
    return Card(
        f"report/{report.client}/{report.period.label}", f"{report.name}: {report.period.title}", late,
        lines=(text(_in_words(report.volume)), text(where)), buttons=(Button("Show", "report", address),),
        fields=tuple(Field(LABELS[p.metric], text(p.attainment.words())) for p in overall[:MOST_FIELDS]),
        paper=Paper(form, report.client, report.period.label),
    )  # fmt: skip


def _in_words(volume: Volume) -> str:
    if not volume.opened:
        return "Nothing was opened"
    merged = f", {volume.merged} merged" if volume.merged else ""
    return f"{about(volume.opened, 'ticket')} opened: {volume.resolved} solved{merged}, {volume.still_open} still open"


def _trend(promise: Promise, earlier: Sequence[Trend]) -> str:
    """What it was before, the latest first."""
    shares = (
        p.attainment.share for trend in reversed(earlier) for p in trend.promises if p.metric == promise.metric
    )
    before = ", ".join("no data" if share is None else f"{share * 100:.1f} %" for share in shares)
    return f" · before: {before}" if before else ""


def _rows(report: Report) -> Iterator[tuple[Text, ...]]:
    """All the other numbers, each on a line of its own."""
    for p in report.promises:
        if p.priority and (p.attainment.judged or p.attainment.open):
            yield text(f"{LABELS[p.metric]}, {p.priority}"), text(p.attainment.words())
    for duration in report.durations:
        yield text(DURATIONS[duration.what]), text(_both(duration))
    yield text("Solved by the first answer"), text(share(report.first_contact))
    yield text("Reopened"), text(share(report.reopened))
    yield text("Time spent"), text(span_of(report.spent) if report.spent else "none on record")
    yield text("Satisfaction"), text(stars(report.satisfaction))
    for service in report.uptime:
        yield text(f"Up: {service.name}"), text(uptime(service))
    if any(category for category, _ in report.volume.by_category):
        named = ", ".join(f"{category or 'without one'} {count}" for category, count in report.volume.by_category)
        yield text("Categories"), text(named)
    backlog = [(words, count) for words, count in report.volume.backlog if count]
    yield text("Open now, by age"), text(", ".join(f"{count} {words}" for words, count in backlog) or "none")


def _open(duration: Duration) -> str:
    return f"{lengths(duration.open)} of open time" if duration.open.count else "no data"


def _both(duration: Duration) -> str:
    if not duration.wall.count:
        return "no data"
    return f"{_open(duration)}; {lengths(duration.wall)} by day and night"


def lengths(of: Lengths) -> str:
    """The median and what nine in ten do not exceed, with how many there are."""
    if of.median is None or of.p90 is None:
        return "no data"
    return f"half within {span_of(of.median)}, 9 in 10 within {span_of(of.p90)} ({of.count})"


def share(of: Share) -> str:
    return "no data" if of.share is None else f"{of.share * 100:.1f} % ({of.part} of {of.whole})"


def stars(of: Satisfaction) -> str:
    if of.mean is None:
        return f"no stars yet, of {of.asked} that could be rated" if of.asked else "no data"
    return f"{of.mean:.1f} of 5 stars ({of.rated} of {of.asked} rated)"


def uptime(of: Uptime) -> str:
    """Time without data is said, and is in neither."""
    if of.share is None:
        return "no data"
    goal = f"; target {of.goal * 100:g} %" if of.goal is not None else ""
    blind = f"; no data for {span_of(of.unknown)}" if of.unknown >= 1 else ""
    mark = "" if of.goal is None else " ▲" if falls_short(of) else " ✓"
    share = f"{percent(of.share):.3f}".rstrip("0").rstrip(".")
    return f"{share} % ({about(of.outages, 'outage')}, {span_of(of.down)} down{blind}{goal}){mark}"


def falls_short(of: Uptime) -> bool:
    return of.share is not None and of.goal is not None and of.share < of.goal


def behind_card(
    behind: Behind, client: str, name: str, period: Period, found: Sequence[tuple[Ticket, Kept | None, Text]], page: int
) -> Card:
    """One line for each ticket, or for each of its promises where the number counts promises."""
    shown = found[(page - 1) * SEEN : page * SEEN]
    rows = tuple(
        (text(str(t.number)), text(short(t.subject, 60)), text(t.priority), text(SYMBOLS.get(t.state, t.state)), said)
        for t, _, said in shown
    )
    what = about(len(found), "promise" if behind.what in OUTCOMES else "ticket")
    most = f", {(page - 1) * SEEN + 1} to {(page - 1) * SEEN + len(shown)} here" if len(found) > SEEN else ""
    place = "open now" if behind.what == BACKLOG else f"opened in {period.title}"
    args = (("what", spelled(behind)), ("client", client), ("period", period.label), ("page", str(page + 1)))
    buttons = [Button(f"Show {t.number}", "show", (("number", str(t.number)),)) for t, _, _ in shown[:4]]
    buttons += [Button("Next page", "behind", args)] if page * SEEN < len(found) else []
    return Card(
        f"behind/{client}/{period.label}", f"{name}: {named(behind)}", period.title, None,
        (text(f"{what} {place}{most}"),), buttons=tuple(dict.fromkeys(buttons)), table=rows,
    )  # fmt: skip


def outages_card(client: str, name: str, service: str, period: Period, outages: Sequence[Outage]) -> Card:
    rows = tuple(
        (text(str(o.alert or "held")), text(When(o.start), " – ", *((When(o.end),) if o.end else ("still down",))),
         text(span_of((o.end - o.start).total_seconds()) if o.end else ""))
        for o in outages[:SEEN]
    )  # fmt: skip
    rung = [o.alert for o in outages if o.alert][:4]
    buttons = tuple(Button(f"Show {alert}", "show", (("number", str(alert)),)) for alert in rung)
    return Card(
        f"behind/{client}/{period.label}", f"{name}: outages of {service}", period.title, None,
        (text(about(len(outages), "outage")),), buttons=buttons, table=rows,
    )  # fmt: skip


def named(behind: Behind) -> str:
    """The number in words."""
    if behind.what == CATEGORY:
        return f"category {behind.of}" if behind.of else "without a category"
    if behind.what == BACKLOG:
        return f"open, {behind.of or 'of any age'}"
    words = DURATIONS[behind.what] if behind.what in LENGTHS else WORDS[behind.what]
    promise = f"{NOUNS[behind.of]}: {words.lower()}" if behind.of else words
    return f"{promise}, {behind.priority}" if behind.priority else promise


def every_number() -> Iterator[Behind]:
    """What may be asked for, for all priorities: the choices of a form."""
    for outcome in ("missed", "running", "met", "excluded"):
        yield from (Behind(outcome, promise) for promise in NOUNS)
    yield from map(Behind, (*TICKETS, *LENGTHS, BACKLOG))
