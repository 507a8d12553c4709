"""Charts: what they show is what the report says, and how they are drawn hurts nobody."""

import io
from dataclasses import replace

import pytest
from matplotlib.image import imread

from bot.reports import drawing
from bot.reports.drawing import draw
from bot.reports.looks import LOOKS
from desk import detail
from desk.charts import Chart, Series, Shape, chart_from_json, chart_to_json
from desk.detail import Detail
from desk.refusal import DeskError
from handlers.pictures.charts import SERVICES, charts
from handlers.pictures.report import report_card
from tests.reports import sample
from tests.web.test_look import luminance

REPORTS = {name: getattr(sample, name)() for name in ("busy", "empty", "hostile")}
ALL = [pytest.param(chart, id=f"{name}-{chart.name}") for name, report in REPORTS.items() for chart in charts(report)]


def by_name(report):
    return {chart.name: chart for chart in charts(report)}


def test_a_chart_has_the_numbers_of_the_report_and_of_the_periods_before():
    """Each promise as a share with its target, volumes by priority, lengths in hours, services never rounded up."""
    made = by_name(REPORTS["busy"])
    assert set(made) == {"attainment", "volume", "resolving", "availability", "backlog"}
    answer, solution = made["attainment"].series
    assert made["attainment"].labels == ("Q1 2026", "Q2 2026", "Q3 2026", "Q4 2026")
    assert answer.values == (90.9, 94.7, 96.2, 95.5)
    assert (answer.goal, solution.goal) == (95.0, 90.0)
    assert [series.values[-1] for series in made["volume"].series] == [6, 20, 65, 26]
    assert [series.values[-1] for series in made["resolving"].series] == [4.2, 17.0]
    assert made["resolving"].unit == "hours of open time"
    assert made["availability"].series[0].values == (99.555, 99.989, None)
    assert made["backlog"].series[0].values == (5, 4, 3, 2, 1)


def test_a_period_that_has_not_ended_says_so():
    report = replace(REPORTS["busy"], at=sample.Q4.start)
    assert by_name(report)["attainment"].labels[-1] == "Q4 2026 so far"


def test_of_many_services_those_that_were_up_the_least_are_shown_and_the_title_says_so():
    services = tuple(replace(REPORTS["busy"].uptime[0], name=str(n), down=float(n)) for n in range(SERVICES + 5))
    chart = by_name(replace(REPORTS["busy"], uptime=services))["availability"]
    assert f"the lowest {SERVICES} of {SERVICES + 5}" in chart.title
    assert chart.labels[0] == str(SERVICES + 4)
    assert len(chart.labels) == SERVICES


@pytest.mark.parametrize("chart", ALL)
def test_a_chart_is_the_same_after_it_was_stored(chart):
    assert chart_from_json(chart_to_json(chart)) == chart


def test_the_alternative_text_has_every_number_with_its_unit_and_target():
    words = by_name(REPORTS["busy"])["attainment"].words()
    assert words.startswith("Promises kept, in % of those judged. First answer: Q1 2026 90.9,")
    assert "Q4 2026 86.0 (target 90)" in words
    assert by_name(REPORTS["empty"])["attainment"].words() == "Promises kept: no data."


@pytest.mark.parametrize("kind", ["png", "svg"])
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("chart", ALL)
def test_the_same_chart_is_the_same_bytes(chart, look, kind):
    """In every look, whatever the names; what is missing in the font raises no warning. Nothing tells when it was."""
    draw.cache_clear()
    first = draw(chart, look, kind)
    draw.cache_clear()
    assert draw(chart, look, kind) == first
    assert b"matplotlib" not in first.lower().split(b"<!doctype", 1)[0]
    assert b"dc:date" not in first


def test_two_looks_of_a_chart_differ():
    chart = by_name(REPORTS["busy"])["volume"]
    assert len({draw(chart, look, "svg") for look in LOOKS}) == len(LOOKS)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_what_is_drawn_stands_out_from_its_ground(name):
    """WCAG 2.2: words 4.5 to 1, and 3 to 1 for what has no words, such as bars, lines and points."""
    look = LOOKS[name]

    def contrast(colour):
        dark, light = sorted((luminance(colour), luminance(look.ground)))
        return (light + 0.05) / (dark + 0.05)

    assert min(contrast(look.ink), contrast(look.soft)) >= 4.5
    assert min(contrast(colour) for _, colour in look.tones) >= 3


def test_a_formula_in_a_name_is_shown_as_its_letters():
    """What begins with an underscore is in the key too, and dollars are no mathematics."""
    names = ("$x^2$", r"$\frac{", "_hidden")
    series = tuple(Series(name, (1.0, 2.0), goal=None) for name in names)
    chart = Chart("c", "$$", "$", "$", ("$a_b$", "_"), series, Shape.BARS)
    with_letters = draw(chart, "light", "svg").decode()
    assert all(f"<!--  {name} -->" in with_letters for name in names)


def test_a_name_that_would_end_the_picture_does_not():
    svg = draw(by_name(REPORTS["hostile"])["availability"], "light", "svg").decode()
    assert "<script" not in svg.replace("<!--", "\0").partition("\0")[0]
    assert svg.count("</svg>") == 1


def test_a_chart_without_data_says_so_and_is_not_blank():
    picture = imread(io.BytesIO(draw(by_name(REPORTS["empty"])["attainment"], "light", "png")))
    assert picture.min() < 0.6


def test_without_the_library_a_sentence_says_what_to_install(monkeypatch):
    """Where it is not installed, importing it fails: so does a name that is None among the modules."""
    draw.cache_clear()
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(DeskError, match=r"deskbell\[reports\]"):
        draw(by_name(REPORTS["busy"])["backlog"], "light", "png")
    assert "reports" in drawing.MISSING


def test_a_picture_leaves_for_no_platform_that_may_not_have_everything():
    """A chart names services and numbers; the card says that there is more to read at home."""
    card = report_card(REPORTS["busy"])
    assert detail.card(card, Detail.FULL).picture == card.picture is not None
    for level in (Detail.SUBJECT, Detail.NUMBER):
        left = detail.card(replace(card, lines=(), fields=(), table=()), level)
        assert left.picture is None
        assert detail.READ_ON in str(left.lines)


def test_a_promise_that_was_never_kept_is_seen_and_an_empty_backlog_is_not():
    never = tuple(replace(p, attainment=replace(p.attainment, met=0)) for p in sample.promises())
    made = by_name(sample.busy(promises=never, earlier=()))
    assert not made["attainment"].blank
    assert made["attainment"].series[0].values == (0.0,)
    assert {name for name, chart in by_name(REPORTS["empty"]).items() if chart.blank} == set(by_name(REPORTS["empty"]))
