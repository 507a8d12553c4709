"""Coverage that leaves a minute to nobody, or a team without a turn, is refused with its place."""

import pytest

from bot.configuration import load_folder
from desk.coverage import Cover


@pytest.fixture
def covered(folder):
    def put(text):
        calendar = next(iter(load_folder(folder).calendars))
        path = folder / "people.yaml"
        path.write_text(f"{path.read_text()}\ncoverage:\n  sun:\n{text.replace('CALENDAR', calendar)}")
        return calendar

    return put


def test_what_is_written_is_what_is_loaded(folder, covered, spoil):
    calendar = covered("    - {team: desk, calendar: CALENDAR}\n    - {team: desk}\n")
    spoil("clients.yaml", "    team_channel:", "    coverage: sun\n    team_channel:")
    config = load_folder(folder)
    assert config.coverage == {"sun": (Cover("desk", calendar), Cover("desk"))}
    assert "sun" in {client.coverage for client in config.clients.values()}


BAD = [
    ("    - {team: desk, calendar: CALENDAR}\n", "leaves minutes that are nobody's"),
    ("    - {team: desk}\n    - {team: desk, calendar: CALENDAR}\n", "`desk` never has a turn"),
    ("    - {team: dask}\n", "no team `dask`; did you mean `desk`?"),
    ("    - {team: desk, calendar: nowhere}\n", "no calendar `nowhere`"),
]


@pytest.mark.parametrize(("text", "sentence"), BAD)
def test_coverage_that_cannot_be_meant_is_refused(covered, problems, text, sentence):
    covered(text)
    found = problems()
    assert any(sentence in problem.sentence and problem.file == "people.yaml" for problem in found), found
