"""The business review, page by page: all of it is there, on the page, and what people wrote is letters."""

import io
import json

import pytest
import typst
from matplotlib.image import imread

from bot.reports import review
from bot.reports.review import Review, pages, pdf
from tests.reports import sample

PROVIDER = "Deskbell Managed Services"
CHAPTERS = [
    "Summary",
    "Promises",
    "Volume",
    "How long it took",
    "Services",
    "Broken promises",
    "Actions",
    "How each number is made",
]
PPI = 50


def asked(made, selector):
    """What the document has of these elements, as typst itself tells it."""
    found = typst.query(review.source(), selector, sys_inputs=review.inputs(made), font_paths=review._fonts())
    return json.loads(found)


def words(node):
    """All text below a node; what was written as markup would be nodes of its own kinds."""
    if isinstance(node, list):
        return "".join(map(words, node))
    if isinstance(node, dict):
        return node.get("text", "") if node.get("func") == "text" else "".join(map(words, node.values()))
    return ""


def cells(made):
    return [words(child).replace("\u200b", "") for table in asked(made, "table") for child in table["children"]]


@pytest.mark.parametrize("name", ["busy", "empty", "hostile", "many"])
def test_every_chapter_is_there_and_nothing_leaves_the_page(name):
    """A4; at the sides 14 mm of each page stay white and 8 above and below, whatever the names; no page is blank."""
    made = Review(getattr(sample, name)(), PROVIDER)
    assert [words(h["body"]) for h in asked(made, "heading") if h["level"] == 1] == CHAPTERS
    side, end = (round(length / 25.4 * PPI) for length in (14, 8))
    for number, page in enumerate(pages(made, PPI), 1):
        ink = imread(io.BytesIO(page))[:, :, :3].min(axis=2) < 0.85
        assert abs(ink.shape[0] / ink.shape[1] - 297 / 210) < 0.01
        outside = ink[:end].any() or ink[-end:].any() or ink[:, :side].any() or ink[:, -side:].any()
        assert not outside, f"page {number}"
        assert ink.sum() > 100, f"page {number} is blank"


@pytest.mark.parametrize(("name", "count"), [("busy", 5), ("empty", 3), ("many", 6)])
def test_it_has_as_many_pages_as_it_needs(name, count):
    """400 broken promises are not 25 pages: the latest are listed, and how many there are is said."""
    made = Review(getattr(sample, name)(), PROVIDER)
    assert len(pages(made, 20)) == count
    assert pdf(made).startswith(b"%PDF-")


def test_the_same_review_is_the_same_bytes():
    made = Review(sample.busy(), PROVIDER)
    assert pdf(made) == pdf(made)


def test_planted_markup_is_shown_as_letters():
    """Names, subjects, reasons and actions: each stands in its cell as it was written."""
    made = Review(sample.hostile(), sample.HOSTILE[0], sample.HOSTILE)
    shown = cells(made)
    for planted in (
        '#panic("no") *bold* $x^2$ `raw` @ref <label> \\ //c',
        "<script>alert(1)</script>",
        "#sys.inputs.data",
        "</svg>",
    ):
        assert planted in shown
    numbered = words(asked(made, "enum")).replace("\u200b", "")
    assert '=HYPERLINK("http://x","y")' in numbered
    assert "*bold* $x^2$" in numbered
    assert asked(made, "strong") == asked(Review(sample.busy(), PROVIDER), "strong"), "nothing of it became bold"
    assert asked(made, "link") == asked(made, "raw") == asked(made, "ref") == []


def test_the_numbers_stand_beside_what_they_are_of():
    shown = cells(Review(sample.busy(), PROVIDER))
    for cell in (
        "86.0 % ▲",
        "86 of 100",
        "95.5 % ✓",
        "107 of 112",
        "99.555 % ▲",
        "9 h 36 min",
        "4 h 12 min",
        "40.6 % (41 of 101)",
    ):
        assert cell in shown
    assert "Too much at once: Three outages at once" in shown
    assert "none on record" in shown, "a broken promise without a reason says so"


def test_of_many_broken_promises_the_latest_are_listed():
    made = Review(sample.many(), PROVIDER)
    shown = cells(made)
    assert {"400", "361"} <= set(shown)
    assert "360" not in shown
    assert "of 400" in review.document(made)["notes"]["breaches"]


def test_actions_are_the_authors_or_suggested_or_said_to_be_none():
    """The document says which."""
    theirs = review.document(Review(sample.busy(), PROVIDER, ("Add a second technician",)))
    assert (theirs["notes"]["actions"], theirs["actions"]) == ("Agreed:", ["Add a second technician"])
    suggested = review.document(Review(sample.busy(), PROVIDER))
    assert suggested["notes"]["actions"].startswith("Suggested by the numbers")
    assert any("second" not in each and "checkout page" in each for each in suggested["actions"])
    none = review.document(Review(sample.empty(), PROVIDER))
    assert (none["actions"], none["notes"]["actions"]) == ([], "No action is agreed, and the numbers suggest none.")


def test_the_cover_says_who_what_and_when():
    """The time is the client's."""
    cover = review.document(Review(sample.busy(), PROVIDER))
    assert (cover["provider"], cover["name"], cover["kind"], cover["period"]) == (
        PROVIDER,
        "Acme Web Shops",
        "Business review",
        "Q4 2026",
    )
    assert cover["generated"] == "Numbers as known on 4 January 2027 at 09:00 (Europe/Berlin)"
    assert [tile["value"] for tile in cover["tiles"]] == ["95.5 %", "86.0 %", "117", "99.77 %"]
