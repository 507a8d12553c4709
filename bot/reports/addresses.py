"""Where the pages have what belongs to a report. A chart's address holds the chart itself: drawing it asks nobody."""

import base64
import json
import zlib
from urllib.parse import quote, urlencode

from desk.charts import Chart, chart_from_json, chart_to_json
from desk.refusal import DeskError, Why

PICTURES = "/pictures/chart"
LONGEST = 6000  # characters of a chart's address
MOST = 20_000  # bytes of a chart, once it is unpacked


def page(client: str, label: str, what: str = "", **query: str) -> str:
    """`/reports/acme/2026-Q4`; `what` is `tickets`, `review.pdf` and the like."""
    path = "/".join(quote(part, safe="") for part in ("reports", client, label, what) if part)
    given = {name: value for name, value in query.items() if value}
    return f"/{path}?{urlencode(given)}" if given else f"/{path}"


def picture(chart: Chart, kind: str = "svg") -> str:
    packed = zlib.compress(json.dumps(chart_to_json(chart), separators=(",", ":")).encode(), 9)
    return f"{PICTURES}.{kind}?of={base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


def chart_of(packed: str) -> Chart:
    """The inverse of `picture`. Raises DeskError for what is no chart."""
    try:
        data = base64.b64decode(packed[:LONGEST] + "=" * (-len(packed) % 4), b"-_", validate=True)
        chart = chart_from_json(json.loads(zlib.decompressobj().decompress(data, MOST)))
        if _sound(chart):
            return chart
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, zlib.error) as error:
        raise _no_chart() from error
    raise _no_chart()


def _no_chart() -> DeskError:
    return DeskError("There is no chart at this address.", why=Why.NOT_FOUND)


def _sound(chart: Chart) -> bool:
    """Whether it can be drawn: numbers where numbers belong, one for each label, and not too many."""
    words = (chart.name, chart.title, chart.unit, chart.axis, *chart.labels, *(s.name + s.tone for s in chart.series))
    numbers = [v for s in chart.series for v in (*s.values, s.goal, chart.digits) if v is not None]
    return (
        all(isinstance(each, str) for each in words)
        and all(isinstance(v, int | float) and not isinstance(v, bool) and abs(v) < 1e12 for v in numbers)
        and all(len(s.values) == len(chart.labels) for s in chart.series)
        and 1 <= len(chart.labels) <= 40
        and 1 <= len(chart.series) <= 8
        and chart.digits in {None, 0, 1, 2, 3}
    )
