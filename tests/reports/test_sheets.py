"""Sheets: all numbers, each with what it is of, and nothing that a spreadsheet would run."""

import csv
import io

import pytest

from bot.reports import sheets
from desk.behind import parse
from desk.figures import figures
from tests.reports import sample


def read(data):
    assert data.startswith(b"\xef\xbb\xbf"), "Excel takes what has no mark for another encoding"
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def told(cell):
    """The inverse of making a cell inert."""
    return cell.removeprefix("'")


@pytest.mark.parametrize("name", ["busy", "empty", "hostile", "many"])
def test_every_number_is_a_row_that_reads_back_as_it_was(name):
    report = getattr(sample, name)()
    head, *rows = read(sheets.numbers(report))
    assert tuple(head) == sheets.NUMBERS
    for row, figure in zip(rows, figures(report), strict=True):
        cell = dict(zip(head, map(told, row), strict=True))
        assert (cell["client"], cell["period"], cell["metric"]) == ("acme", figure.period, figure.metric)
        assert (cell["of"], cell["priority"], cell["unit"]) == (figure.of, figure.priority, figure.unit)
        columns = ("value", "numerator", "denominator", "target")
        values = (figure.value, figure.part, figure.whole, figure.target)
        for column, value in zip(columns, values, strict=True):
            assert (cell[column] == "") if value is None else float(cell[column]) == pytest.approx(value, abs=1e-6)


def test_a_share_is_its_numerator_of_its_denominator():
    for figure in figures(sample.busy()):
        if figure.unit == "share" and figure.whole:
            assert figure.value == pytest.approx(figure.part / figure.whole)
        if figure.unit == "share" and not figure.whole:
            assert figure.value is None, "no denominator is neither 0 % nor 100 %"


@pytest.mark.parametrize("name", ["busy", "hostile"])
def test_every_number_says_how_to_ask_for_the_tickets_behind_it(name):
    """In words that the desk understands; only what is of all services together has no tickets."""
    for figure in figures(getattr(sample, name)()):
        if figure.behind:
            parse(figure.behind)
        else:
            assert (figure.metric, figure.of) == ("uptime", "")


FORMULAS = ("=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1", "＝1+1", "'=1", "O'Neill")


@pytest.mark.parametrize("text", [*sample.HOSTILE, *FORMULAS])
def test_a_text_that_begins_a_formula_is_made_a_text_and_reads_back(text):
    """None of the cells begins with what makes a spreadsheet compute; what was put in comes out again."""
    _, row = read(sheets.sheet(("a",), [(text,)]))
    assert not row[0].startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))
    assert told(row[0]) == text


def test_numbers_stay_numbers():
    """A negative one too: it is no formula but a number."""
    assert sheets.sheet(("a", "b", "c"), [(-1, 0.1 + 0.2, None)]).endswith(b"\r\n-1,0.3,\r\n")
