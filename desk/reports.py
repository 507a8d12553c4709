"""From verdicts to numbers, each with its denominator. What is not judged yet is in neither."""

from collections.abc import Iterable
from dataclasses import dataclass

from desk.sla import Verdict


@dataclass(frozen=True, slots=True)
class Attainment:
    """How many promises were kept, of how many that have been judged; `open` are still running or paused."""

    met: int
    judged: int
    open: int
    goal: float | None = None

    @property
    def share(self) -> float | None:
        """None without a denominator: no data is neither 0 % nor 100 %."""
        return self.met / self.judged if self.judged else None

    def words(self) -> str:
        if self.share is None:
            return f"nothing judged yet ({self.open} running)" if self.open else "no data"
        parts = [f"{self.met} of {self.judged}"]
        if self.goal is not None:
            parts.append(f"target {self.goal * 100:.0f} %")
        if self.open:
            parts.append(f"{self.open} not judged yet")
        return f"{self.share * 100:.1f} % ({'; '.join(parts)}){self.mark}"

    @property
    def mark(self) -> str:
        if self.share is None or self.goal is None:
            return ""
        return " ✓" if self.share >= self.goal else " ▲"


def attainment(verdicts: Iterable[Verdict], goal: float | None = None) -> Attainment:
    """A promise counts as judged when it was kept or when its time has passed."""
    seen = list(verdicts)
    met = seen.count(Verdict.MET)
    judged = met + seen.count(Verdict.MISSED)
    return Attainment(met, judged, len(seen) - judged, goal)
