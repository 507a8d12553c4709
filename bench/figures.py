"""One measured number, and whether it meets its aim."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`aim` is None for a baseline. `at_least` says that more is better; else less is."""

    name: str
    value: float
    unit: str
    aim: float | None = None
    at_least: bool = False

    def __str__(self) -> str:
        return f"{self.name:<66} {self.value:10.2f} {self.unit:<8}{self._verdict()}"

    def _verdict(self) -> str:
        if self.aim is None:
            return ""
        met = self.value >= self.aim if self.at_least else self.value <= self.aim
        return f"  aim {'≥' if self.at_least else '≤'} {self.aim:g}: {'ok' if met else 'missed'}"
