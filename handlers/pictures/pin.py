"""What whoever files a message is told: where it went, or the question which timeline is meant."""

from collections.abc import Sequence

from desk.alerts import Alert
from desk.cards import Button, Card, text
from desk.detail import Own, ours
from handlers.pictures import short
from handlers.pictures.alert import called


def filed(number: int, *, new: bool) -> Card:
    said = Own(f"Filed into the timeline of {number}" if new else f"In the timeline of {number} already")
    return Card(f"pinned/{number}", said, buttons=(Button(Own("Timeline"), "timeline", (("number", str(number)),)),))


def which(about: str, words: str, said: str, alerts: Sequence[Alert]) -> Card:
    """One press for each of the alerts; any other has a number. `words` of one's own go with what was `said`."""
    what = (("about", Own(about)), *((("words", words),) if words else ()))  # ids: nothing that anybody wrote
    buttons = [
        Button(f"{alert.number} · {short(called(alert), 40)}", "pin", (("number", str(alert.number)), *what))
        for alert in alerts
    ]
    other = Button(Own("Another number…"), "pin", (*what, ("ask", "yes")))
    lines = [text(f"“{short(said)}”"), *([] if alerts else [ours("No alert stands open here.")])]
    return Card("pin", Own("Into which timeline?"), lines=tuple(lines), buttons=(*buttons, other))
