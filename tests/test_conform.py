"""`deskbell sla conform`: a line for every vector, an exit code for scripts, a sentence for what is malformed."""

import copy
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conform import KINDS, conform

DATA = Path(__file__).parent / "data" / "sla"
FILES = sorted(path for path in DATA.glob("*.json") if path.name not in {"semantics.json", "display.json"})

OFFICE = {"tz": "UTC", "weekly": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}
MORNINGS = {"tz": "Europe/Berlin", "weekly": {day: [["08:00", "14:00"]] for day in ("mon", "tue", "fri")}}
DUE = {
    "id": "d1",
    "kind": "due",
    "calendar": OFFICE,
    "start": "2026-06-05T16:00:00Z",
    "target_seconds": 7200,
    "pauses": [],
    "expected_due": "2026-06-08T10:00:00Z",
}


@pytest.fixture
def run(tmp_path, capsys):
    """Writes vectors (or any text) to a file and gives `(exit code, answers, sentences)`."""

    def answer(*vectors, text=None):
        path = tmp_path / "vectors.json"
        path.write_text(json.dumps({"vectors": vectors}) if text is None else text, encoding="utf-8")
        code = conform([path])
        said = capsys.readouterr()
        return code, [json.loads(line) for line in said.out.splitlines()], said.err

    return answer


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_collected_vector_is_answered_with_our_result(path, capsys):
    assert conform([path]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    ids = [vector["id"] for vector in json.loads(path.read_text(encoding="utf-8"))["vectors"]]
    assert [answer["id"] for answer in answers] == ids
    assert all(answer["ok"] is True for answer in answers)


def test_an_answer_has_exactly_the_four_fields(run):
    code, answers, sentences = run(DUE)
    assert (code, sentences) == (0, "")
    assert answers == [
        {"id": "d1", "expected": "2026-06-08T10:00:00Z", "got": "2026-06-08T10:00:00Z", "ok": True},
    ]


def test_ours_is_expected_where_the_source_follows_another_convention(run):
    walk = {"agrees": False, "result": "2026-06-08T10:00:00Z"}
    _, answers, _ = run(DUE | {"expected_due": "2026-06-05T18:00:00Z", "brute_force": walk})
    assert (answers[0]["expected"], answers[0]["ok"]) == ("2026-06-08T10:00:00Z", True)


def test_a_wrong_expectation_is_not_ok_and_exits_1(run):
    code, answers, _ = run(DUE | {"expected_due": "2026-06-08T10:00:01Z"}, DUE)
    assert code == 1
    assert [answer["ok"] for answer in answers] == [False, True]


def test_an_unknown_kind_is_skipped_and_no_failure(run):
    code, answers, _ = run({"id": "x", "kind": "tea_time"}, DUE)
    assert code == 0
    assert set(answers[0]) == {"id", "skipped"}
    assert "tea_time" in answers[0]["skipped"]


def test_working_days_are_counted_in_the_profile_we_know_and_skipped_in_others(run):
    days = DUE | {"kind": "due_business_days", "target_days": 2, "end_of_day": False, "profile": "biz"}
    code, answers, _ = run(days | {"expected_due": "2026-06-09T16:00:00Z"}, days | {"profile": "other"})
    assert code == 0
    assert answers[0]["ok"] is True
    assert "skipped" in answers[1]


def test_an_instant_is_the_same_however_it_is_written(run):
    code, answers, _ = run(DUE | {"expected_due": "2026-06-08T12:00:00+02:00"})
    assert (code, answers[0]["ok"]) == (0, True)


@pytest.mark.parametrize(
    ("change", "got", "reason"),
    [
        (
            {"target_seconds": 0, "direction": "forward", "start": "2026-06-06T10:00:00Z"},
            "2026-06-08T09:00:00Z",
            "roll",
        ),
        ({"target_seconds": 0, "direction": "backward"}, "2026-06-05T16:00:00Z", "open already"),
        ({"target_seconds": -7200}, "2026-06-05T14:00:00Z", "counted backward"),
        (
            {"target_seconds": -3600, "pauses": [["2026-06-05T15:00:00Z", "2026-06-05T15:30:00Z"]]},
            "2026-06-05T14:30:00Z",
            "backward over a pause",
        ),
        ({"pause_business_seconds": 3600}, "2026-06-08T11:00:00Z", "open seconds on hold come on top"),
        ({"pauses": [["2026-06-05T16:30:00Z", None]]}, None, "held for good"),
        ({"target_seconds": 10**30}, None, "the search gives up"),
        ({"target_seconds": -(10**30)}, None, "backward too"),
        ({"calendar": {"tz": "UTC", "weekly": {}}}, None, "never open"),
        ({"target_seconds": 1.5}, "2026-06-05T16:00:01.500000Z", "stored finer than a second"),
        ({"target_seconds": 0}, "2026-06-05T16:00:00Z", "forward is the default"),
        ({"pauses": None}, "2026-06-08T10:00:00Z", "no pause"),
        ({"calendar": [OFFICE, MORNINGS]}, "2026-06-08T11:00:00Z", "open while both are: nothing on the Friday"),
        ({"calendar": [OFFICE]}, "2026-06-08T10:00:00Z", "a list of one"),
        ({"calendar": [OFFICE, {"tz": "UTC", "weekly": {"sat": [["09:00", "17:00"]]}}]}, None, "never both"),
    ],
)
def test_the_unusual_has_an_answer_too(run, change, got, reason):
    code, answers, sentences = run(DUE | change | {"expected_due": got})
    assert answers == [{"id": "d1", "expected": got, "got": got, "ok": True}], reason
    assert (code, sentences) == (0, "")


def test_true_is_not_one_and_a_number_is_no_truth(run):
    inside = {"id": "h", "kind": "in_hours", "calendar": OFFICE, "at": "2026-06-05T10:00:00Z", "expected": 1}
    spent = {"id": "e", "kind": "elapsed", "calendar": OFFICE, "start": "2026-06-05T09:00:00Z",
             "end": "2026-06-05T09:00:01Z", "expected_seconds": True}  # fmt: skip
    code, answers, _ = run(inside, spent, spent | {"expected_seconds": 1.0})
    assert [answer["ok"] for answer in answers] == [False, False, True]
    assert code == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('{"vectors": [NaN]}', "NaN is no number"),
        ("[]", "has no list of `vectors`"),
        ("{}", "has no list of `vectors`"),
        ('{"vectors": {}}', "has no list of `vectors`"),
        ('{"vectors_semantics": []}', "has no list of `vectors`"),
        ('{"vectors": [7]}', "A vector is a mapping"),
    ],
)
def test_a_malformed_file_exits_2_with_a_sentence(run, text, sentence):
    code, answers, sentences = run(text=text)
    assert (code, answers) == (2, [])
    assert sentence in sentences
    assert sentences.count("\n") == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"id": None}, "`id` is a text"),
        ({"kind": 7}, "`kind` is a text"),
        ({"kind": ["due"]}, "`kind` is a text"),
        ({"calendar": 7}, "A calendar is a mapping"),
        ({"calendar": {"tz": "Mars/Olympus"}}, "IANA zone"),
        ({"calendar": []}, "`calendar` is a list of none"),
        ({"calendar": [OFFICE, [OFFICE]]}, "A calendar is a mapping"),
        ({"calendar": OFFICE | {"holidays": ["2026-02-30"]}}, "There is no date"),
        ({"start": "yesterday"}, "An instant is UTC"),
        ({"start": "2026-06-05T16:00:00"}, "An instant is UTC"),
        ({"start": 1780000000}, "An instant is UTC"),
        ({"start": "0001-01-01T00:00:00Z"}, "An instant is UTC"),
        ({"start": "9999-12-31T23:59:59Z"}, "An instant is UTC"),
        ({"target_seconds": "7200"}, "`target_seconds` is a number"),
        ({"target_seconds": True}, "`target_seconds` is a number"),
        ({"target_seconds": None}, "`target_seconds` is a number"),
        ({"pauses": 7}, "`pauses` is a list"),
        ({"pauses": [["2026-06-05T16:00:00Z"]]}, "`pauses` is a list"),
        ({"pauses": [[1, 2]]}, "An instant is UTC"),
        ({"expected_due": "soon"}, "An instant is UTC"),
        ({"brute_force": {"agrees": False}}, "has no `result`"),
        ({"kind": "windows", "expected_windows": 7}, "`expected_windows` is a list"),
        ({"kind": "due_business_days", "target_days": "2"}, "`target_days` is a number"),
    ],
)
def test_a_malformed_vector_exits_2_with_a_sentence_and_the_others_are_answered(run, change, sentence):
    code, answers, sentences = run(DUE | change, DUE)
    assert code == 2
    assert [answer["ok"] for answer in answers] == [True]
    assert sentence in sentences
    assert "vector 1" in sentences


@pytest.mark.parametrize("missing", ["id", "kind", "calendar", "start", "target_seconds", "expected_due"])
def test_a_missing_field_is_named(run, missing):
    code, answers, sentences = run({key: value for key, value in DUE.items() if key != missing})
    assert (code, answers) == (2, [])
    assert f"There is no `{missing}`" in sentences


def test_a_file_that_cannot_be_read_exits_2_and_the_next_one_is_answered(tmp_path, capsys):
    folder, garbage, good = tmp_path / "folder.json", tmp_path / "garbage.json", tmp_path / "good.json"
    folder.mkdir()
    garbage.write_bytes(b"\xff\xfe\x00")
    good.write_text(json.dumps({"vectors": [DUE]}), encoding="utf-8")
    assert conform([tmp_path / "absent.json", folder, garbage, good]) == 2
    said = capsys.readouterr()
    assert len(said.err.splitlines()) == 3
    assert json.loads(said.out)["ok"] is True


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12)
    | st.sampled_from(["24:00", "2026-06-05", "2026-06-05T09:00:00Z", "UTC", "02-29", "", "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
PLACES = [(key,) for key in DUE] + [
    ("calendar", key) for key in ("tz", "weekly", "holidays", "breaks", "date_overrides")
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(place=st.sampled_from(PLACES), value=ODD, kind=st.sampled_from(sorted(KINDS)))
def test_nothing_that_stands_in_a_vector_ends_in_a_traceback(place, value, kind, tmp_path_factory, capsys):
    vector = copy.deepcopy(DUE) | {
        "kind": kind, "end": "2026-06-09T09:00:00Z", "at": "2026-06-09T09:00:00Z", "expected": True,
        "expected_seconds": 0, "expected_windows": [], "target_days": 1, "profile": "biz",
    }  # fmt: skip
    within = vector
    for key in place[:-1]:
        within = within[key]
    within[place[-1]] = value
    path = tmp_path_factory.getbasetemp() / "odd.json"
    path.write_text(json.dumps({"vectors": [vector]}), encoding="utf-8")
    assert conform([path]) in {0, 1, 2}
    assert "Traceback" not in capsys.readouterr().err
