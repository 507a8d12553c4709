"""Contract: exactly the approved bytes run, with exactly the bound arguments, and nothing of a run outlives it.

Covers the rows "shell metacharacters, leading `-`, path traversal", "script changed after approval" and "runaway
script" of docs/reliability.md, with real processes.
"""

import asyncio
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
import uvloop

from desk.runs import Ended, Ending, Parameter, Runbook
from remediation.catalogue import digest_of
from remediation.runner import Order, box, execute, sandbox

ANYTHING = Parameter("text", pattern=r".*")


@pytest.mark.parametrize("code", [0, 1, 3, 255])
async def test_a_script_ends_with_its_own_exit_code(order, code, run):
    assert await run(order(f"echo done; exit {code}")) == Ended(Ending.EXIT, code=code, output="done\n")


async def test_output_and_errors_are_one_stream_in_the_order_they_were_written(order, run):
    ended = await run(order("echo one; echo two >&2; echo three"))

    assert ended.output == "one\ntwo\nthree\n"


@pytest.mark.parametrize(
    "hostile",
    [
        "; rm -rf /",
        "$(id)",
        "`id`",
        "a && b | c > d < e",
        "* ? [a] {b,c} ~",
        "'\" \\ \\n %s",
        "$HOME ${IFS}",
        "",
    ],
)
async def test_metacharacters_arrive_as_one_plain_argument(order, hostile, run):
    asked = order(
        "import json, sys; print(json.dumps(sys.argv[1:]))",
        name="show.py",
        command=("{text}", "{target}"),
        parameters=(ANYTHING,),
        arguments=[("text", hostile)],
    )

    assert json.loads((await run(asked)).output) == [hostile, "here"]


async def test_an_argument_that_looks_like_an_option_starts_nothing(order, run):
    asked = order("touch started", command=("{text}",), parameters=(ANYTHING,), arguments=[("text", "-rf")])

    ended = await run(asked)

    assert ended.ending is Ending.KILLED
    assert ended.reason.startswith("Not started: text may not begin with `-`")


async def test_a_script_outside_the_folder_starts_nothing(order, run):
    asked = order("echo hello")
    (asked.folder.parent / "script.sh").write_text("#!/bin/sh\necho outside\n")

    ended = await run(replace(asked, runbook=replace(asked.runbook, script="../script.sh")))

    assert (ended.ending, ended.output) == (Ending.KILLED, "")
    assert "no path inside the runbook folder" in ended.reason


@pytest.mark.parametrize("changed", ["script.sh", "lib/words.txt"])
async def test_a_script_or_file_changed_after_the_approval_is_not_started(order, changed, run):
    (folder := order("true").folder).joinpath("lib").mkdir()
    (folder / "lib" / "words.txt").write_text("hello")
    asked = order("cat lib/words.txt", files=("lib/words.txt",))
    assert (await run(asked)).output == "hello"

    with (folder / changed).open("a") as file:
        file.write("\necho more\n")

    ended = await run(asked)
    assert (ended.ending, ended.output) == (Ending.KILLED, "")
    assert ended.reason.startswith("Not started: the script changed after it was approved.")


def test_what_runs_is_a_private_copy_that_is_gone_afterwards(order, run):
    asked = order(
        """
        import json, os, sys
        print(json.dumps([os.getcwd(), os.stat(".").st_mode & 0o777, os.listdir(), sys.argv[0]]))
        open(sys.argv[0], "a").write("planted")
        """,
        name="script.py",
    )
    before = (asked.folder / "script.py").read_bytes()

    place, mode, files, path = json.loads(asyncio.run(run(asked)).output)

    assert (mode, files, os.path.realpath(path)) == (0o700, ["script.py"], os.path.realpath(f"{place}/script.py"))
    assert not os.path.lexists(place)
    assert (asked.folder / "script.py").read_bytes() == before


async def test_nothing_is_inherited_but_what_the_runbook_gives(order, monkeypatch, run):
    monkeypatch.setenv("DESKBELL_SLACK_TOKEN", "xoxb-very-secret")
    read, write = os.pipe()
    os.set_inheritable(read, True)
    asked = order(
        """
        import json, os, sys
        print(json.dumps([dict(os.environ), sys.stdin.read(), os.listdir("/dev/fd"), os.getsid(0) == os.getpid()]))
        """,
        name="show.py",
        environment={"SHOP": "http://127.0.0.1:1", "HOME": "/root", "DESKBELL_RUN": "1"},
    )

    environment, typed, descriptors, leads = json.loads((await run(asked)).output)
    os.close(read)
    os.close(write)

    assert set(environment) - {"LC_CTYPE"} == {"PATH", "LANG", "HOME", "TMPDIR", "DESKBELL_RUN", "SHOP"}
    assert environment["DESKBELL_RUN"] == "43"
    assert environment["HOME"] == environment["TMPDIR"] != "/root"
    assert typed == ""
    assert len(descriptors) == 4  # the standard three, and the one that lists them
    assert leads


async def test_an_interpreter_that_is_missing_is_said_in_the_output(order, run):
    asked = order("true")
    (asked.folder / "script.sh").write_text("#!/no/such/thing\n")
    digest = digest_of(asked.folder, "script.sh", ())

    ended = await run(replace(asked, digest=digest))

    assert ended == Ended(Ending.EXIT, code=127, output="cannot start /no/such/thing: No such file or directory\n")


async def test_progress_shows_several_states_before_the_end_and_the_whole_at_the_end(order, run):
    seen = []
    asked = order("for n in 1 2 3 4 5; do echo line $n; sleep 0.15; done; printf 'half a line'")

    await run(asked, progress=lambda lines, last: seen.append((lines, last)))

    assert len(set(seen[:-1])) >= 3
    assert seen == sorted(seen, key=lambda state: state[0])
    assert seen[-1] == (5, "half a line")


async def test_progress_is_never_told_more_often_than_its_pace(order, run):
    seen = []

    await run(
        order("for n in 1 2 3 4 5 6 7 8 9; do echo $n; sleep 0.05; done"),
        pace=30.0,
        progress=lambda *state: seen.append(state),
    )

    assert seen == [(9, "9")]


async def test_a_mistake_in_progress_comes_out_after_the_script_was_looked_after(order, tmp_path, run):
    def broken(_lines, _last):
        raise RuntimeError("no such card")

    asked = order(f"echo hi; sleep 0.3; echo > {tmp_path}/finished")

    with pytest.raises(RuntimeError, match="no such card"):
        await run(asked, progress=broken)
    assert (tmp_path / "finished").exists()


async def test_secrets_are_masked_in_output_and_progress_also_when_they_come_in_pieces(order, run):
    seen = []
    asked = order("printf 'it is hunt'; sleep 0.15; printf 'er22'; sleep 0.15; echo .; printf aHVudGVyMjI=")

    ended = await run(asked, secrets=("hunter22",), progress=lambda _lines, last: seen.append(last))

    assert ended.output == "it is •••.\n•••"
    assert not any("hunt" in last or "aHV" in last for last in seen)


def test_it_runs_on_uvloop_as_well(order, run):
    asked = order("echo hi; sleep 66 &")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        ended = runner.run(run(asked))

    assert (ended.ending, ended.output) == (Ending.KILLED, "hi\n")


async def test_the_shipped_example_prints_ten_lines_a_second_apart(tmp_path, run):
    """The second is told by the script's own calls of `sleep`, which here return at once."""
    (tmp_path / "sleep").write_text('#!/bin/sh\necho "sleeps $1"\n')
    (tmp_path / "sleep").chmod(0o700)
    scripts = Path(__file__).parents[2] / "remediation" / "scripts"
    digest = digest_of(scripts, "slow_hello.sh", ())
    path = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    book = Runbook(
        "hello", "Hello", "slow_hello.sh", digest, command=("{target}",), targets=("shop-1",), environment=path
    )

    ended = await run(Order(43, scripts, book, "shop-1", (), digest))

    assert ended.output == "".join(f"hello {n} of 10 from shop-1\nsleeps 1\n" for n in range(1, 11))


def test_it_says_plainly_what_holds_a_script():
    said = sandbox()

    assert said.startswith("Scripts run under resource and time limits")
    assert "bubblewrap" in said
    assert said.endswith(".")


def test_the_box_opens_the_private_folder_and_what_the_runbook_names_and_no_more():
    words = box(Path("/run-43"), ("/var/tmp/shop",))

    opened = [words[place + 1] for place, word in enumerate(words) if word == "--bind"]
    assert opened == ["/run-43", "/var/tmp/shop"]
    assert "--die-with-parent" in words
    assert words[-1] == "--"


@pytest.mark.skipif("bubblewrap is active" not in sandbox(), reason="bubblewrap does not work on this machine")
async def test_in_the_box_a_script_writes_only_where_it_may(order, tmp_path):
    (tmp_path / "open").mkdir()
    asked = order(
        f"echo a > own && echo b > {tmp_path}/open/b && echo c > {tmp_path}/closed", writable=(f"{tmp_path}/open",)
    )

    ended = await execute(asked, lambda _lines, _last: None)

    assert (ended.ending, ended.code != 0) == (Ending.EXIT, True)
    assert (tmp_path / "open" / "b").exists()
    assert not (tmp_path / "closed").exists()
