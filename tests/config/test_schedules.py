"""Who is on call, as an operator writes it: layers with people, lengths, hours and days, and what is refused."""

from datetime import date, time

import pytest

from bot.configuration import load_folder
from desk.calendars import parse_calendar
from desk.oncall import Layer, Schedule
from desk.rotations import Rotation, Unit

FULL = """  noc:
    zone: Europe/Berlin
    layers:
      - name: nights
        people: [mia]
        start: 2026-01-05
        every: 12 hours
        hours: ["18:00-08:00"]
        weekdays: [mon, tue]
        zone: America/St_Johns
      - {people: [ben, mia], start: 2026-01-07, every: 2 weeks, handover: mon 08:00}
      - {people: [ben], start: 2026-01-31, every: 1 month, weekdays: [sun]}
"""


@pytest.fixture
def write(folder):
    """Puts schedules before the one that is there."""

    def put(lines):
        path = folder / "people.yaml"
        path.write_text(path.read_text().replace("schedules:\n", f"schedules:\n{lines}", 1))

    return put


def test_layers_are_loaded_in_their_order_with_all_that_they_say(folder, write):
    write(FULL)
    windows = {day: [["18:00", "08:00"]] for day in ("mon", "tue")}
    nights = parse_calendar({"tz": "America/St_Johns", "weekly": windows})
    sundays = parse_calendar({"tz": "Europe/Berlin", "weekly": {"sun": [["00:00", "24:00"]]}})
    first, berlin = date(2026, 1, 5), "Europe/Berlin"
    assert load_folder(folder).schedules["noc"] == Schedule("noc", berlin, (
        Layer("nights", Rotation(("mia",), "America/St_Johns", first, Unit.HOUR, 12), nights),
        Layer("layer-2", Rotation(("ben", "mia"), berlin, date(2026, 1, 7), Unit.WEEK, 2, time(8), 0)),
        Layer("layer-3", Rotation(("ben",), berlin, date(2026, 1, 31), Unit.MONTH), sundays),
    ))  # fmt: skip


LAYER = "  noc: {{zone: UTC, layers: [{{people: [ben], start: 2026-01-05, {}}}]}}\n"
BAD = [
    (LAYER.format("every: 1 fortnight"), "expected `12 hours`, `1 day`, `2 weeks` or `1 month`, got '1 fortnight'"),
    (LAYER.format("every: 0 weeks"), "expected `12 hours`"),
    (LAYER.format("every: 7"), "expected `12 hours`"),
    (LAYER.format("handover: son 08:00"), "expected a time of day like 09:00 or `mon 09:00`, got 'son 08:00'"),
    (LAYER.format("every: 1 day, handover: mon 08:00"), "only weeks change hands on a weekday"),
    (LAYER.format('hours: ["8-18"]'), "expected hours like `09:00-17:00`"),
    (LAYER.format("weekdays: [monday]"), "there is no day `monday`; did you mean `mon`?"),
    (LAYER.format("zone: Europe/Berlni"), "did you mean `Europe/Berlin`?"),
    ("  noc: {zone: UTC, layers: []}\n", "nobody is ever on call; give it a layer"),
    ("  noc: {zone: UTC}\n", "`schedules.noc.layers` is missing"),
    ("  noc: {zone: UTC, layers: [{people: [ben]}]}\n", "`schedules.noc.layers.0.start` is missing"),
    ("  noc: {zone: UTC, layers: [&one {people: [ben], start: 2026-01-05, name: a}, *one]}\n", "two layers called `a`"),
]


@pytest.mark.parametrize(("lines", "part"), BAD)
def test_a_mistake_is_one_sentence_on_its_line(write, problems, lines, part):
    write(lines)
    (problem,) = problems()
    assert (problem.file, problem.line) == ("people.yaml", 13)
    assert part in problem.sentence
