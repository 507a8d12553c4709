"""What staff published on a status page as an Atom feed (RFC 4287). Pure."""

from xml.etree.ElementTree import Element, SubElement, tostring

from bot.web.standings import writable
from desk.status import Board, Incident, Update

ATOM = "http://www.w3.org/2005/Atom"
MOST = 50


def atom(board: Board, address: str) -> bytes:
    """`address` is the page's own. Each update is an entry with an id that stays."""
    feed = Element("feed", xmlns=ATOM)
    entries = [(incident, update) for incident in board.incidents for update in incident.updates]
    entries.sort(key=lambda each: each[1].at, reverse=True)
    newest = entries[0][1].at if entries else board.at
    _text(feed, "id", address)
    _text(feed, "title", board.page.title)
    _text(feed, "updated", newest.isoformat())
    SubElement(feed, "link", rel="self", href=f"{address}.atom")
    SubElement(feed, "link", rel="alternate", type="text/html", href=address)
    _text(SubElement(feed, "author"), "name", board.page.title)
    for incident, update in entries[:MOST]:
        _entry(feed, incident, update, address)
    written: bytes = tostring(feed, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + written


def _entry(feed: Element, incident: Incident, update: Update, address: str) -> None:
    entry = SubElement(feed, "entry")
    about = ", ".join(incident.titles) or "Incident"
    _text(entry, "id", f"{address}#{incident.alert}-{update.at:%Y%m%dT%H%M%S%f}")
    _text(entry, "title", f"{about}: {update.stage}")
    _text(entry, "updated", update.at.isoformat())
    SubElement(entry, "link", rel="alternate", type="text/html", href=f"{address}#incident-{incident.alert}")
    _text(entry, "content", update.words)


def _text(parent: Element, name: str, words: str) -> None:
    SubElement(parent, name).text = writable(words)
