"""A component as a small picture: its title, how it is, and its uptime. Pure."""

from html import escape

from bot.web.standings import uptime, writable
from desk.status import WORDS, Light, Standing

COLOURS = {
    Light.UP: "#1a6b3a",
    Light.PARTLY: "#855300",
    Light.DOWN: "#b3261e",
    Light.MAINTENANCE: "#2f5fd0",
    Light.UNKNOWN: "#59636e",
}
LONGEST = 40  # characters of a title
LETTER, EDGE, HEIGHT = 6.3, 8, 20  # units; a letter is about so wide, and `textLength` makes it so


def badge(standing: Standing) -> str:
    symbol, word = WORDS[standing.light]
    title = writable(standing.component.title)
    left = title if len(title) <= LONGEST else title[: LONGEST - 1] + "…"
    right = f"{symbol} {word.lower()} · {uptime(standing.share)}"
    wide, wider = (round(len(words) * LETTER + 2 * EDGE) for words in (left, right))
    named = escape(f"{title}: {word.lower()}, {uptime(standing.share)} up in {len(standing.days)} days", quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide + wider}" height="{HEIGHT}" role="img"'
        f' aria-label="{named}"><title>{named}</title>'
        f'<rect width="{wide + wider}" height="{HEIGHT}" rx="4" fill="#2b323a"/>'
        f'<path d="M{wide} 0h{wider - 4}a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4H{wide}z" fill="{COLOURS[standing.light]}"/>'
        f'<g fill="#ffffff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">'
        f"{_words(left, EDGE, wide)}{_words(right, wide + EDGE, wider)}</g></svg>"
    )


def _words(words: str, x: float, wide: int) -> str:
    fits = f'textLength="{wide - 2 * EDGE}" lengthAdjust="spacingAndGlyphs"'
    return f'<text x="{x:g}" y="14" {fits}>{escape(words)}</text>'
