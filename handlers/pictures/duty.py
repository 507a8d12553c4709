"""Who is on call, and what people change about it, as those see it who take turns."""

from collections.abc import Iterable, Sequence

from config.loaded import Config
from desk.cards import Button, Card, Span, Text, When
from desk.detail import Own, ours
from desk.intervals import FOREVER
from desk.intervals import Span as Stretch
from desk.oncall import Layer, Override, Schedule, voices
from desk.rotations import Turn
from desk.swaps import Swap, SwapState
from handlers.pictures import name

STATES = {
    SwapState.ASKED: "◌ waiting for an answer",
    SwapState.ACCEPTED: "✓ accepted",
    SwapState.DECLINED: "⊘ declined",
    SwapState.LAPSED: "⊘ lapsed",
    SwapState.CANCELLED: "⊘ cancelled",
}


def button(label: str, what: str, number: int | None = None, *, primary: bool = False, confirm: str = "") -> Button:
    """All that it says is ours, so that it may be pressed wherever it is seen."""
    numbered = (("number", str(number)),) if number is not None else ()
    return Button(Own(label), "oncall", (("what", Own(what)), *numbered), Own(confirm) if confirm else "", primary)


def show(number: int) -> Button:
    return Button(Own(f"Show {number}"), "show", (("number", str(number)),))


def span(turn: Turn | Override) -> tuple[Span, ...]:
    """` from Mon 9:00 until Tue 9:00`."""
    ends = (Own(" until "), When(turn.end)) if turn.end < FOREVER else ()
    return (Own(" from "), When(turn.start), *ends)


def until(turn: Turn) -> tuple[Span, ...]:
    return (Own(" until "), When(turn.end)) if turn.end < FOREVER else ()


def now(config: Config, turn: Turn | None, following: Turn | None) -> tuple[Text, Text]:
    """Who has it, and who is next."""
    has = ours(name(config, turn.person), *until(turn)) if turn else ours("▲ nobody")
    if following is None:
        return has, ours("nobody is next") if turn is None or turn.end < FOREVER else ()
    return has, ours(f"then {name(config, following.person)} from ", When(following.start))


def board(rows: Sequence[tuple[Text, ...]], standing: Sequence[Text], *, changes: bool) -> Card:
    """Of all schedules that somebody sees. `changes`: they may change who it is."""
    lines = () if rows else (ours("There is no schedule yet: people.yaml names them."),)
    buttons = (button("Who is next?", "next"),) if rows else ()
    if changes and rows:
        buttons = (*buttons, button("Change it for a while…", "override"), button("Swap…", "swap"))
    return Card("oncall", Own("On call"), lines=(*lines, *standing), table=tuple(rows), buttons=buttons)


def standing(config: Config, override: Override) -> Text:
    """An override that counts or will count, on the board and in its own words."""
    who = f"{override.number} · {override.schedule}: {name(config, override.person)}"
    by = f" (by {name(config, override.by)})" if override.by != override.person else ""
    return ours(who, *span(override), by)


def upcoming(
    config: Config, schedule: Schedule, turns: Iterable[Turn], overrides: Sequence[Override]
) -> list[tuple[Text, ...]]:
    """A row a turn: who, from when until when, by what."""
    return [
        (ours(schedule.id), ours(name(config, turn.person)), ours(When(turn.start), *until(turn)),
         ours(by(schedule, overrides, turn)))
        for turn in turns
    ]  # fmt: skip


def by(schedule: Schedule, overrides: Sequence[Override], turn: Turn) -> str:
    """What the turn begins by: `nights`, `override 12`."""
    for voice in voices(schedule, overrides, turn.start):
        if voice.person:
            return source(voice.of)
    return ""


def source(of: Layer | Override) -> str:
    return of.name if isinstance(of, Layer) else f"override {of.number}"


def of_override(config: Config, override: Override, displaced: Sequence[Turn], *, changes: bool) -> Card:
    """One override: what it does, whom it stands instead of, and how it is taken back."""
    gone = override.cancelled_at is not None
    lines = [ours(name(config, override.person), " is on call", *span(override))]
    lines += [ours("instead of ", name(config, turn.person), *span(turn)) for turn in displaced]
    lines += [ours(f"by {name(config, override.by)} ", When(override.made_at))]
    if override.swap:
        lines.append(ours(f"by swap {override.swap}"))
    if override.cancelled_at:
        lines.append(ours(f"cancelled by {name(config, override.cancelled_by)} ", When(override.cancelled_at)))
    buttons = (button("Cancel it", "cancel", override.number),) if changes and not gone else ()
    return Card(
        f"override/{override.number}", Own(f"On call in {override.schedule}"), "⊘ cancelled" if gone else "",
        override.number, tuple(lines), buttons=buttons,
    )  # fmt: skip


def ask_override(config: Config, schedule: str, wanted: Turn, instead: Turn, *, at_once: bool) -> Card:
    """Who is called changes with the press of a button: it is asked first. `at_once`: the beginning was not said."""
    line = ours(f"{name(config, instead.person)} is on call now. {name(config, wanted.person)} would be", *span(wanted))
    start = () if at_once else (("start", Own(wanted.start.isoformat())),)
    args = (
        ("what", Own("override")), ("schedule", Own(schedule)), ("person", Own(wanted.person)), *start,
        ("until", Own(wanted.end.isoformat())), ("sure", "yes"),
    )  # fmt: skip
    buttons = (Button(Own(f"Call {name(config, wanted.person)}"), "oncall", args, primary=True),)
    return Card("oncall", Own(f"Take over in {schedule} at once?"), lines=(line,), buttons=buttons)


def ask_cancel(schedule: str, number: int, gaps: Sequence[Stretch]) -> Card:
    lines = tuple(ours("Nobody would be on call from ", When(start), " until ", When(end), ".") for start, end in gaps)
    args = (("what", Own("cancel")), ("number", str(number)), ("sure", "yes"))
    buttons = (Button(Own("Cancel it anyway"), "oncall", args),)
    return Card("oncall", Own(f"Cancel {number} in {schedule}?"), lines=lines[:5], buttons=buttons)


def of_swap(config: Config, swap: Swap, person: str) -> Card:
    """As one of the two sees it: what would change, and what they can do about it."""
    asks, asked = name(config, swap.asked_by), name(config, swap.asked_of)
    takes = "takes over" if swap.state is SwapState.ACCEPTED else "would take over"
    lines = [ours(f"{asked} {takes} from {asks}:", *span(turn)) for turn in swap.given]
    lines += [ours(f"{asks} {takes} from {asked}:", *span(turn)) for turn in swap.back]
    buttons: tuple[Button, ...] = ()
    if swap.state is SwapState.ASKED:
        lines.append(ours("It lapses ", When(swap.lapses_at()), "; until then nothing changes."))
        accept = button("Accept", "accept", swap.number, primary=True)
        own = person == swap.asked_by
        buttons = (button("Take it back", "cancel", swap.number),) if own else (
            accept, button("Decline", "decline", swap.number)
        )  # fmt: skip
    elif swap.state is SwapState.ACCEPTED:
        buttons = (button("Cancel it", "cancel", swap.number, confirm="Cancel what is left of this swap?"),)
    title = Own(f"{asks} asks {asked} to swap turns in {swap.schedule}")
    return Card(f"swap/{swap.number}", title, STATES[swap.state], swap.number, tuple(lines), buttons=buttons)

