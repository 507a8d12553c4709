"""Contract: a runbook is exactly the bytes that were hashed and the argument list that was bound, and nothing else."""

import os
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.refusal import DeskError
from desk.runs import Parameter, Runbook
from remediation.catalogue import LARGEST_FILE, bind, digest, digest_of, take, troubles

MODE = Parameter("mode", choices=("quick", "hard"), default="quick")
NAME = Parameter("name", pattern=r"[a-z0-9-]+", about="A service name.")
NOTE = Parameter("note", pattern=r".*", default="")
BOOK = Runbook(
    "restart-shop",
    "Restart the shop",
    "restart.sh",
    "",
    command=("--target", "{target}", "{mode}", "{name}", "{note}"),
    parameters=(MODE, NAME, NOTE),
    targets=("shop-1", "shop-2"),
)


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "runbooks"
    (place / "lib").mkdir(parents=True)
    (place / "restart.sh").write_text("#!/bin/sh\necho restart\n")
    (place / "lib" / "settings.ini").write_text("a=1\n")
    return place


def test_the_digest_covers_the_script_and_every_listed_file(folder):
    before = digest_of(folder, "restart.sh", ["lib/settings.ini"])

    (folder / "lib" / "settings.ini").write_text("a=2\n")

    assert digest_of(folder, "restart.sh", ["lib/settings.ini"]) != before
    assert digest_of(folder, "restart.sh", []) != before


def test_an_approver_is_shown_the_text_that_was_hashed(folder):
    (folder / "restart.sh").write_bytes(b"#!/bin/sh\necho \xff\n")

    assert take(folder, "restart.sh", []) == (digest_of(folder, "restart.sh", []), "#!/bin/sh\necho \ufffd\n")


def test_the_order_in_which_files_are_listed_means_nothing(folder):
    (folder / "more.txt").write_text("more")

    one, other = (digest_of(folder, "restart.sh", names) for names in (["lib/settings.ini", "more.txt"],) * 2)

    assert one == other == digest_of(folder, "restart.sh", ["more.txt", "lib/settings.ini", "more.txt"])


@pytest.mark.parametrize(
    "moved",
    [
        {"a": b"1", "b": b"23"},  # bytes moved between files
        {"a": b"123", "b": b""},
        {"a1": b"2", "b": b"3"},  # bytes moved into a name
        {"b": b"3", "a": b"12"},  # another file is the script
    ],
)
def test_nothing_can_move_between_files_without_changing_the_digest(moved):
    assert digest(moved) != digest({"a": b"12", "b": b"3"})


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../secret", "no path inside"),  # climbs out
        ("lib/../../secret", "no path inside"),  # climbs out on a detour
        ("/etc/passwd", "no path inside"),  # absolute
        ("", "no path inside"),  # nothing at all
        ("lib\\..\\x", "no path inside"),  # the other system's separator
        ("a\0b", "no path inside"),  # a NUL ends the name for the system
        ("absent.sh", "No such file"),
        ("lib", "Is a directory"),
        ("pipe", "no ordinary file"),  # would make us wait for a writer
        ("out", "a link out of"),  # a link to elsewhere
        ("way/secret", "a link out of"),  # through a linked folder
        ("huge", "larger than 16 MB"),
    ],
)
def test_a_file_that_cannot_be_part_of_a_runbook_is_refused_with_a_sentence(folder, name, words):
    (folder.parent / "secret").write_text("secret")
    (folder / "out").symlink_to(folder.parent / "secret")
    (folder / "way").symlink_to(folder.parent)
    os.mkfifo(folder / "pipe")
    with (folder / "huge").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)

    for script, files in ((name, []), ("restart.sh", [name])):
        with pytest.raises(DeskError, match=words):
            digest_of(folder, script, files)


def test_a_link_within_the_folder_is_read_as_the_file_it_names(folder):
    (folder / "again.sh").symlink_to("restart.sh")

    assert len(digest_of(folder, "again.sh", [])) == 64


def test_every_place_becomes_one_whole_argument_in_the_order_of_the_command():
    words = bind(BOOK, "shop-1", {"name": "web", "note": "two words {mode}"})

    assert words == ("--target", "shop-1", "quick", "web", "two words {mode}")


@pytest.mark.parametrize(
    ("target", "arguments", "field", "words"),
    [
        ("shop-3", {"name": "web"}, "target", "Targets: shop-1, shop-2"),  # not on the list
        ("shop-1 ", {"name": "web"}, "target", "does not run on"),  # nearly on the list
        ("shop-1", {}, "name", "name is missing. Allowed: what matches [a-z0-9-]+. A service name."),
        ("shop-1", {"name": "web", "colour": "red"}, "colour", "no parameter `colour`"),
        ("shop-1", {"name": "web", "target": "shop-2"}, "target", "no parameter"),  # the target comes in one way only
        ("shop-1", {"name": "web; rm -rf /"}, "name", "cannot be"),  # matches only in part
        ("shop-1", {"name": "web\n"}, "name", "cannot be seen"),  # `$` would let this one through
        ("shop-1", {"name": "-rf"}, "name", "may not begin with `-`"),  # though the pattern allows it
        ("shop-1", {"name": "a" * 201}, "name", "longer than 200"),
        ("shop-1", {"name": "web", "note": "a\0b"}, "note", "cannot be seen"),  # NUL
        ("shop-1", {"name": "web", "note": "a\u202eb"}, "note", "cannot be seen"),  # text that reads backwards
        ("shop-1", {"name": "web", "note": "a\ud800"}, "note", "cannot be seen"),  # half a letter
        ("shop-1", {"name": "web", "mode": "slow"}, "mode", "Allowed: quick, hard."),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_beside_its_field(target, arguments, field, words):
    with pytest.raises(DeskError) as refused:
        bind(BOOK, target, arguments)

    assert refused.value.field == field
    assert words in refused.value.sentence


@given(value=st.text(max_size=250))
def test_whatever_is_typed_either_arrives_unchanged_or_is_refused(value):
    try:
        words = bind(BOOK, "shop-1", {"name": "web", "note": value})
    except DeskError as error:
        refused = error
    else:
        refused = None
        assert words == ("--target", "shop-1", "quick", "web", value)

    may_pass = len(value) <= 200 and not value.startswith("-") and value.isprintable()
    assert refused is None or (refused.field == "note" and refused.sentence.isprintable())
    assert refused is None or not may_pass


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"parameters": (Parameter("name", pattern="("),)}, "no regular expression"),
        ({"parameters": (Parameter("name"),)}, "needs a pattern or choices"),
        ({"parameters": (replace(MODE, default="slow"),)}, "its default is refused"),
        ({"parameters": (MODE, MODE)}, "the name is taken"),
        ({"parameters": (Parameter("target", pattern="x"),)}, "the name is taken"),
        ({"command": ("{nobody}",)}, "there is no parameter nobody"),
        ({"command": ("--to={target}",)}, "a place is a whole argument"),
        ({"targets": ("-rf",)}, "may not begin with"),
    ],
)
def test_a_runbook_that_could_never_run_rightly_is_refused_when_it_loads(changed, words):
    assert list(troubles(BOOK)) == []
    assert any(words in trouble for trouble in troubles(replace(BOOK, **{"command": (), **changed})))
