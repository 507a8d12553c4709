"""Who would be on call at some time, and why: every override and every layer says what it has."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from desk.cards import Card, Text, span_of
from desk.detail import Own, ours
from desk.grouping import routes_of
from desk.matchers import Labels
from desk.oncall import Override, Schedule, Voice, on_call, voices
from desk.paths import condition
from desk.refusal import DeskError
from handlers import duty
from handlers.context import Context, Tx
from handlers.dates import EXAMPLES, instants, spoken
from handlers.paging import people_at
from handlers.pictures import duty as picture
from handlers.pictures import name
from handlers.pictures.alert import target_words


def meant(ctx: Context, words: str) -> tuple[Schedule, tuple[datetime, ...]]:
    """Of `noc 2026-12-25 03:00`; the time is in the zone of whoever asks: two times, where the clocks go back.

    Raises DeskError.
    """
    which, _, when = words.strip().partition(" ")
    schedule = duty.named(ctx, which)
    if not when.strip():
        raise DeskError(f"When? Write it after the schedule, like {EXAMPLES}.", field="words")
    return schedule, instants(when, ctx.now, ctx.person.zone, "words")


def card(tx: Tx, ctx: Context, words: str) -> Card:
    """Whoever counts, and what stands below it: so it shows who it would be without an override, too."""
    schedule, times = meant(ctx, words)
    lines: list[Text] = []
    rows: list[tuple[Text, ...]] = []
    nobody = 0
    for at in times:
        which = f"{at.astimezone(ZoneInfo(ctx.person.zone)).isoformat()[-6:]}: " if len(times) > 1 else ""
        changed = duty.overrides(tx, ctx, schedule.id, at)
        turn, found = on_call(schedule, changed, at), voices(schedule, changed, at)
        counts = next((place for place, voice in enumerate(found) if voice.person), len(found))
        rows += [_row(ctx, voice, place - counts, which) for place, voice in enumerate(found)]
        if turn:
            lines.append(ours(which, name(ctx.config, turn.person), " is on call then", *picture.span(turn)))
        elif which:
            lines.append(ours(which, "nobody is on call then"))
        nobody += turn is None
    twice = ", which comes twice" if len(times) > 1 else ""
    title = Own(f"{schedule.id} at {spoken(times[0], ctx.person.zone)}{twice}")
    state = "▲ nobody is on call then" if nobody == len(times) else ""
    return Card("test/schedule", title, state, lines=tuple(lines), table=tuple(rows))


def calls(tx: Tx, ctx: Context, client: str, labels: Labels) -> Iterator[tuple[Text, ...]]:
    """Whom what has these labels would call: a row for each step of its path, with who that is now."""
    first = routes_of(ctx.config.alerting.route, labels)[0]
    path = ctx.config.paths[first.path or ctx.config.clients[client].path]
    for place, step in enumerate(path.steps, 1):
        given = f", {condition(step)}" if condition(step) else ""
        after = f"{span_of(step.after)} after the first call" if step.after else "at once"
        whom = target_words(step.target, ctx.config)
        if not step.target.startswith(("channel:", "person:")):
            people = people_at(tx, ctx, step.target, client, ctx.now)
            whom += f" (now {', '.join(name(ctx.config, person) for person in people) or 'nobody'})"
        yield ours(f"step {place} of {path.id}"), ours(f"{whom}, {after}{given}")
    if path.times > 1:
        yield ours("then"), ours(f"all of it again every {span_of(path.again)}, {path.times} times in all")


def _row(ctx: Context, voice: Voice, below: int, which: str) -> tuple[Text, ...]:
    """`below` is how far below the one that counts it stands; above it are those that have nobody."""
    has = name(ctx.config, voice.person) if voice.person else "nobody"
    why = "counts" if below == 0 else "does not count: there is somebody above it" if below > 0 else voice.silence
    return ours(which, picture.source(voice.of)), ours(has), ours(why, _by(ctx, voice.of))


def _by(ctx: Context, of: object) -> str:
    return f" (made by {name(ctx.config, of.by)})" if isinstance(of, Override) else ""
