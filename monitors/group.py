"""group: several monitors as one: all of them, any of them, or so many."""

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from desk.alerts import Phase, Status, Watch
from monitors.offers import Offers, Type, Value
from monitors.probe import Kind, Probe, Seen

Needed = Literal["all", "any"] | Annotated[int, Field(ge=1)]


class Check(Kind):
    """Counts which of the monitors `of` are up, as people are told: after so many failures, not the first one."""

    offers: ClassVar[Offers] = {
        "up": Value(Type.WHOLE, "how many are up"),
        "down": Value(Type.WHOLE, "how many are down"),
        "unknown": Value(Type.WHOLE, "how many cannot be looked at, or were not yet"),
        "up_percent": Value(Type.NUMBER, "the share that is up"),
    }

    of: tuple[str, ...] = Field(description="the monitors that belong to it", min_length=2, max_length=200)
    need: Needed = Field("all", description="how many must be up: all, any, or a number")

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if len(set(self.of)) < len(self.of):
            raise ValueError("of: a monitor is there twice")
        if self.needed > len(self.of):
            raise ValueError(f"need: {self.needed} of {len(self.of)} can never be up")
        return self

    @property
    def needed(self) -> int:
        return self.need if isinstance(self.need, int) else {"all": len(self.of), "any": 1}[self.need]

    def others(self) -> Sequence[str]:
        return self.of

    async def check(self, probe: Probe) -> Seen:
        watches = await probe.watches(self.of)
        down = [name for name in self.of if name in watches and watches[name].phase is Phase.DOWN]
        unknown = [name for name in self.of if name not in down and not _is_known(watches, name)]
        up = len(self.of) - len(down) - len(unknown)
        share = round(100 * up / len(self.of), 1)
        values = {"up": up, "down": len(down), "unknown": len(unknown), "up_percent": share}
        if up >= self.needed:
            return Seen(values=values)
        hopeless = len(self.of) - len(down) < self.needed
        reason = "; ".join(_listed(down, "down") + _listed(unknown, "unknown"))
        sentence = f"{up} of {len(self.of)} up ({reason}), expected {self._expected()}"
        return Seen(Status.FAILED if hopeless else Status.UNKNOWN, sentence, values)

    def _expected(self) -> str:
        return "all" if self.needed == len(self.of) else f"at least {self.needed}"


def _is_known(watches: Mapping[str, Watch], name: str) -> bool:
    watch = watches.get(name)
    return watch is not None and watch.seen in (Status.OK, Status.FAILED)


def _listed(names: Sequence[str], what: str) -> list[str]:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return [f"{what}: {', '.join(names[:5])}{more}"] if names else []
