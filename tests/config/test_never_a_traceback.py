"""Whatever stands in the files, the answer is a configuration or sentences with a file and a line.

Failure-table row: poison configuration.
"""

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from bot.configuration import load_folder
from config.loader import FILES
from config.problems import ConfigError, Problem
from config.yaml_lines import parse

BASE = Path(__file__).with_name("base")
GOOD = {file: parse(file, (BASE / file).read_bytes(), []).data for file in FILES}
# What the good files leave out, and reads other parts of them.
NUMBERS = {"P1": "1h", "P2": "2h", "P3": "3h", "P4": "4h"}
GOOD["clients.yaml"]["tiers"] = {
    "gold": {
        "targets": {"resolution": NUMBERS, "next_response": NUMBERS, "by_category": {"mail": {"resolution": NUMBERS}}},
        "goals": {"next_response": 0.9},
        "warnings": [0.8],
    }
}
GOOD["clients.yaml"]["clients"]["globex"]["contract"] |= {"tier": "gold", "uptime": {"backup": 99.9}}
GOOD["clients.yaml"]["calendars"] |= {
    "law": {"zone": "UTC", "weekly": "always", "country": "DE", "subdivision": "BE", "ical": "ours.ics"},
    "both": {"both": ["office", "always"]},
}
OWN = {"title": [{"text": "job"}, "name"], "fingerprint": "name", "firing": {"path": "s", "is": ["bad"]}, "each": "all"}
GOOD["monitors.yaml"]["hooks"] = {
    "prom": {"kind": "alertmanager", "client": "acme", "client_label": "tenant", "clients": {"a": "acme"}},
    "own": {"kind": "generic", "client": "acme", "severities": {"page": "critical"}, "mapping": OWN},
}
GOOD["deskbell.yaml"]["categories"] = {"mail": {"name": "Mail"}}

# Values that some setting somewhere could choke on.
ODD = [
    "",
    "*",
    "\x00",
    "\ud800",
    "../x",
    "a/" + "😀" * 150,
    "person:",
    "http://[::1",
    "((a+)+)+",
    "{target}",
    "{",
    "-x",
]
ODD += ["[key]", "99999d", "Europe", "2026-02-29", "09:00-25:00", "127.0.0.1/99", "é" * 300, "mon", "acme", "60s"]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(ODD)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | st.sampled_from(ODD), inner, max_size=3)
    ),
    max_leaves=5,
)
# Text made of what means something in YAML.
YAMLISH = st.text(alphabet=" \n\t:-[]{}&*!|>'\"%@`#?,.~<=ab19é\x07\ud800", max_size=200)


def said(folder: Path) -> tuple[Problem, ...]:
    """What is wrong with a configuration, nothing when it loads. Any other exception is the failure of the test."""
    try:
        load_folder(folder)
    except ConfigError as error:
        return error.problems
    return ()


@st.composite
def spoiled(draw):
    """A good file in which values at up to three places became something else."""
    file = draw(st.sampled_from(FILES))
    data = json.loads(json.dumps(GOOD[file]))
    for _ in range(draw(st.integers(1, 3))):
        at = data
        while isinstance(at, dict | list) and at:
            step = draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
            if draw(st.booleans()) and isinstance(at[step], dict | list):
                at = at[step]
            else:
                at[step] = draw(VALUES)
                break
    return file, json.dumps(data).replace("Infinity", ".inf").replace("NaN", ".nan").encode()


@given(spoiled())
def test_a_spoiled_value_anywhere_is_a_sentence(case):
    file, content = case
    with TemporaryDirectory() as place:
        folder = Path(shutil.copytree(BASE, Path(place) / "desk"))
        (folder / file).write_bytes(content)
        problems = said(folder)
    assert all(problem.file in FILES and problem.line >= 1 and problem.sentence for problem in problems)


@given(YAMLISH.map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=100))
def test_any_text_is_a_document_or_sentences(content):
    """The document that is left when there are problems is plain: names and values, as deep as they are told to be."""
    problems: list[Problem] = []
    document = parse("x.yaml", content, problems)
    assert json.dumps(document.data).encode()
    assert all(problem.line >= 1 and problem.sentence for problem in problems)
