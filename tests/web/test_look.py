"""The stylesheet's promise: whoever reads can read it, by day and by night."""

import re
from pathlib import Path

import pytest

import bot.web.pages

STATIC = Path(bot.web.pages.__file__).parent / "static"
MARKUP = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|\|\s*safe"
PAIRS = [
    *(("ink", ground) for ground in ("ground", "paper", "raised", "hover")),
    *(("soft", ground) for ground in ("ground", "paper", "raised", "hover")),
    *(("accent", ground) for ground in ("ground", "paper", "raised", "accent-tint")),
    ("on-accent", "accent"), ("ground", "ink"),
    *((tone, f"{tone}-tint") for tone in ("bad", "warn", "good", "calm")),
    ("bad", "paper"),
]  # fmt: skip


def themes():
    day, night = re.findall(r":root \{(.*?)\}", (STATIC / "look.css").read_text(), re.DOTALL)
    return {name: dict(re.findall(r"--([\w-]+): (#\w{6})", css)) for name, css in (("day", day), ("night", night))}


def luminance(colour):
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["day", "night"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(theme, text, ground):
    """WCAG 2.2 AA: a contrast of at least 4.5 to 1, state colours included."""
    colours = themes()[theme]
    dark, light = sorted((luminance(colours[text]), luminance(colours[ground])))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_nothing_comes_from_elsewhere_and_no_markup_is_parsed():
    """No address of another host in what the pages load, and none of the ways in which a text becomes markup."""
    for file in (*STATIC.iterdir(), *(STATIC.parent / "templates").iterdir()):
        source = file.read_text().replace("http://www.w3.org/2000/svg", "").replace("https?:", "")
        assert not re.search(r"https?://|//cdn", source), file.name
        assert not re.search(MARKUP, source), file.name
        assert not re.search(r"\sstyle=|\son[a-z]+=\"", source), f"{file.name}: the content policy forbids it"
