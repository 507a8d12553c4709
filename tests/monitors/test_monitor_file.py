"""file: is it there, how old, how large, what does it say; and where a check may look at all."""

import os
import time
from dataclasses import replace

import pytest
from pydantic import ValidationError

from desk.alerts import Status
from monitors.file import READ, Check
from monitors.probe import Here

HOUR = 3600.0


@pytest.fixture
def folder(tmp_path):
    """Three backups of ten bytes, one an hour old, one two, one three; and a file that is no backup."""
    place = tmp_path / "backups"
    place.mkdir()
    for hours in (1, 2, 3):
        put(place / f"db-{hours}.gz", b"0123456789", hours)
    put(place / "notes.txt", b"nothing", 0)
    return place


def put(path, content, hours=0.0):
    path.write_bytes(content)
    os.utime(path, (time.time() - hours * HOUR,) * 2)


@pytest.fixture
def allowed(probe, tmp_path):
    """A probe that may look into the folder `backups`, now."""
    return replace(probe, here=Here(folders=(str(tmp_path / "backups"),)), now=_now)


def _now():
    from datetime import UTC, datetime

    return datetime.now(UTC)


@pytest.mark.parametrize(
    ("name", "settings", "conditions", "sentence"),
    [
        ("db-1.gz", {}, ("size_bytes == 10", "count == 1"), ""),
        ("db-9.gz", {}, (), "count 0, expected >= 1"),
        ("db-9.gz", {"at_least": 0}, ("count == 0",), ""),  # what must not be there
        ("db-*.gz", {"max_age": 1.5 * HOUR}, ("count == 3", "total_bytes == 30"), ""),  # the newest is an hour old
        ("db-*.gz", {"at_least": 4}, (), "count 3, expected >= 4"),
        ("db-[23].gz", {"max_age": 1.5 * HOUR}, (), "age_s 7200"),  # of these the newest is two
        ("db-1.gz", {"min_bytes": 11}, (), "size_bytes 10, expected >= 11"),  # an empty backup is none
        ("db-1.gz", {"max_bytes": 9}, (), "size_bytes 10, expected <= 9"),
        ("notes.txt", {"contains": "noth"}, ('text.matches("^nothing$")',), ""),
        ("notes.txt", {"contains": "done"}, (), 'text "nothing", expected to contain "done"'),
    ],
)
async def test_a_file_is_judged_by_what_was_expected(*, looked, allowed, folder, name, settings, conditions, sentence):
    seen = await looked(Check(path=f"{folder}/{name}", **settings), *conditions, through=allowed)
    assert seen.sentence.startswith(sentence)
    assert seen.status is (Status.FAILED if sentence else Status.OK)


async def test_only_the_end_of_a_long_file_is_read(looked, allowed, folder):
    put(folder / "long.log", b"ERROR" + b"." * READ)
    check = Check(path=f"{folder}/long.log")
    assert (await looked(check, '!text.contains("ERROR")', "text.size() == 65536", through=allowed)).sentence == ""


@pytest.mark.parametrize("path", ["{}/elsewhere/secret", "{}/backups/link", "{}/backups/to-a-folder/secret", "/etc/*"])
async def test_nothing_outside_the_listed_folders_is_looked_at_not_even_by_a_link(*, looked, allowed, folder, path):
    """Failure-table row: SSRF's cousin, a path. What is refused is unknown, and says what to add."""
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir()
    put(elsewhere / "secret", b"geheim")
    (folder / "link").symlink_to(elsewhere / "secret")
    (folder / "to-a-folder").symlink_to(elsewhere)
    seen = await looked(Check(path=path.format(folder.parent), contains="geheim"), through=allowed)
    assert seen.status is Status.UNKNOWN
    assert "is in no folder of watched_folders: in deskbell.yaml; add" in seen.sentence


async def test_a_folder_that_is_not_there_is_unknown(looked, allowed, folder):
    """That we cannot look says nothing of the files; that the folder is empty would."""
    seen = await looked(Check(path=f"{folder}/gone/*.gz"), through=allowed)
    assert (seen.status, seen.sentence[-27:]) == (Status.UNKNOWN, ": No such file or directory")


async def test_a_pipe_or_a_folder_of_that_name_is_no_file(looked, allowed, folder):
    """Reading a pipe would wait for ever."""
    os.mkfifo(folder / "pipe")
    (folder / "sub").mkdir()
    for name in ("pipe", "sub"):
        seen = await looked(Check(path=f"{folder}/{name}", contains="x"), through=allowed)
        assert seen.sentence == "count 0, expected >= 1"


@pytest.mark.parametrize(
    "path", ["backups/db.gz", "/var/backups/", "/var/*/db.gz", "/var/backups/../log/x", "/var/**/x"]
)
def test_a_path_that_is_no_one_place_is_refused(path):
    with pytest.raises(ValidationError, match="is no path such as"):
        Check(path=path)
