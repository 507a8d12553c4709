"""Who would be on call at some time, and why: every override and every layer says what it has."""

from datetime import datetime

from desk.cards import Card, Text
from desk.detail import Own, ours
from desk.oncall import Override, Schedule, Voice, on_call, voices
from desk.refusal import DeskError
from handlers import duty
from handlers.context import Context, Tx
from handlers.dates import EXAMPLES, instant, spoken
from handlers.pictures import duty as picture
from handlers.pictures import name


def meant(ctx: Context, words: str) -> tuple[Schedule, datetime]:
    """Of `noc 2026-12-25 03:00`; the time is in the zone of whoever asks. Raises DeskError."""
    which, _, when = words.strip().partition(" ")
    schedule = duty.named(ctx, which)
    if not when.strip():
        raise DeskError(f"When? Write it after the schedule, like {EXAMPLES}.", field="words")
    return schedule, instant(when, ctx.now, ctx.person.zone, "words")


def card(tx: Tx, ctx: Context, words: str) -> Card:
    """Whoever counts, and what stands below it: so it shows who it would be without an override, too."""
    schedule, at = meant(ctx, words)
    changed = duty.overrides(tx, ctx, schedule.id, at)
    turn, found = on_call(schedule, changed, at), voices(schedule, changed, at)
    says = ours(name(ctx.config, turn.person), " is on call then", *picture.span(turn)) if turn else ()
    counts = next((place for place, voice in enumerate(found) if voice.person), len(found))
    rows = tuple(_row(ctx, voice, place - counts) for place, voice in enumerate(found))
    title, state = Own(f"{schedule.id} at {spoken(at, ctx.person.zone)}"), "" if turn else "▲ nobody is on call then"
    return Card("test/schedule", title, state, lines=(says,) if turn else (), table=rows)


def _row(ctx: Context, voice: Voice, below: int) -> tuple[Text, ...]:
    """`below` is how far below the one that counts it stands; above it are those that have nobody."""
    has = name(ctx.config, voice.person) if voice.person else "nobody"
    why = "counts" if below == 0 else "does not count: there is somebody above it" if below > 0 else voice.silence
    return ours(picture.source(voice.of)), ours(has), ours(why, _by(ctx, voice.of))


def _by(ctx: Context, of: object) -> str:
    return f" (made by {name(ctx.config, of.by)})" if isinstance(of, Override) else ""
