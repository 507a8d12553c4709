"""How charts look: colours by name, as in the pages' stylesheet, and sizes."""

from dataclasses import dataclass, replace
from functools import lru_cache

from bot.platforms.graphemes import cut, shown

LONGEST = 24  # letters of a label
NARROW = (4.2, 3.4)


@dataclass(frozen=True, slots=True)
class Look:
    """`size` is width and height in inches, `dpi` of a PNG."""

    ink: str
    soft: str
    rule: str
    ground: str
    tones: tuple[tuple[str, str], ...]
    size: tuple[float, float] = (7.2, 3.3)
    dpi: int = 150

    def tone(self, name: str) -> str:
        tones = dict(self.tones)
        return tones.get(name, tones["calm"])


_DAY = (("accent", "#2f5fd0"), ("bad", "#b3261e"), ("warn", "#a86a00"), ("good", "#1a6b3a"), ("calm", "#6b7682"))
_NIGHT = (("accent", "#8fb1ff"), ("bad", "#ff9088"), ("warn", "#f0bb58"), ("good", "#74d398"), ("calm", "#98a4b0"))
_LIGHT = Look("#1b2026", "#59636e", "#dfe3e8", "#ffffff", _DAY)
_DARK = Look("#e7eaed", "#a0abb6", "#39414a", "#181c20", _NIGHT)
LOOKS = {
    "light": _LIGHT, "dark": _DARK,
    "light-narrow": replace(_LIGHT, size=NARROW), "dark-narrow": replace(_DARK, size=NARROW),
}  # fmt: skip


def fit(words: str, longest: int = LONGEST) -> str:
    """One line of somebody's words, in letters that the chart's font has."""
    line = cut(" ".join(shown(words).split()), longest)[0]
    known = _letters()
    return "".join(letter if ord(letter) in known else "\ufffd" for letter in line)


@lru_cache(1)
def _letters() -> frozenset[int]:
    from matplotlib.font_manager import FontProperties, findfont, get_font  # noqa: PLC0415 - for those who draw

    return frozenset(get_font(findfont(FontProperties(family="DejaVu Sans"))).get_charmap())
