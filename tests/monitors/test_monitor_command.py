"""command: what a plugin of Nagios' says, and that only listed programs are started."""

from dataclasses import replace

import pytest

from bot.plugins import starter
from desk.alerts import Status
from monitors.command import Check, read
from monitors.probe import Here, Ran

DISK = """DISK WARNING - free space: / 3326 MB (56%); | /=2643MB;5948;5958;0;5968
/ 15272 MB (77%);
/boot 68 MB (69%); | /boot=68MB;88;93;0;98
'/var log'=818MB;;;; swap=U
"""


@pytest.fixture
def plugin(tmp_path, probe):
    """Writes a program; gives its path, and a probe that may start it, for real."""

    def write(script: str) -> tuple[str, object]:
        path = tmp_path / "check_it"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        here = Here(plugins=frozenset({str(path)}), run=starter(["geheim-123"]))
        return str(path), replace(probe, here=here)

    return write


@pytest.mark.parametrize(
    ("script", "settings", "conditions", "status", "sentence"),
    [
        ("echo 'OK - fine | time=0,25s;;;0'", {}, ("perf.time < 0.3",), Status.OK, ""),
        ("echo 'OK - fine | time=0.25s'", {}, ("perf.time < 0.2",), Status.FAILED, "perf.time 0.25, expected < 0.2"),
        ("echo 'LOAD WARNING - 5.2'; exit 1", {}, (), Status.FAILED, "LOAD WARNING - 5.2"),
        ("echo 'LOAD WARNING - 5.2'; exit 1", {"warning": "ok"}, (), Status.OK, ""),
        ("echo 'CRITICAL: gone'; exit 2", {"warning": "ok"}, (), Status.FAILED, "CRITICAL: gone"),
        ("echo 'gone'; exit 2", {}, (), Status.FAILED, "CRITICAL: gone"),  # its words alone do not say how bad it is
        ("echo 'no such option'; exit 3", {}, (), Status.UNKNOWN, "UNKNOWN: no such option"),
        ("exit 2", {}, (), Status.FAILED, "CRITICAL: it printed nothing"),
        ("exit 127", {}, (), Status.UNKNOWN, "exit code 127, expected 0 to 3: it printed nothing"),
        ("echo broken >&2; exit 1", {}, (), Status.FAILED, "WARNING: broken"),
        ("kill -9 $$", {}, (), Status.UNKNOWN, "{}: Ended by SIGKILL."),
        ('echo "$1|$2"', {"arguments": ["$(id)", "a=1"]}, ('output == "$(id)"', "perf.a == 1"), Status.OK, ""),
        ("echo geheim-123", {}, ('output == "geheim-123"',), Status.FAILED, 'output "•'),  # secrets are masked
        ("env | grep -c DESKBELL; exit 0", {}, ('output == "0"',), Status.OK, ""),  # nothing of ours is handed on
    ],
)  # fmt: skip
async def test_a_plugin_is_taken_at_its_word(*, looked, plugin, script, settings, conditions, status, sentence):
    path, probe = plugin(script)
    seen = await looked(Check(program=path, **settings), *conditions, through=probe)
    assert seen.sentence.startswith(sentence.format(path))
    assert seen.status is status


async def test_a_program_that_is_not_listed_is_not_started(looked, probe):
    """The list is the operator's; a monitor's own words are not enough."""
    started = []

    async def run(argv, _time_limit):
        started.append(argv)
        return Ran(0, "")

    here = Here(plugins=frozenset({"/usr/lib/nagios/plugins/check_load"}), run=run)
    seen = await looked(Check(program="/bin/sh", arguments=["-c", "id"]), through=replace(probe, here=here))
    assert (seen.status, started) == (Status.UNKNOWN, [])
    assert seen.sentence == 'add "/bin/sh" to plugins: in deskbell.yaml to let checks start it'


def test_what_a_plugin_printed_is_read_as_nagios_reads_it():
    """https://nagios-plugins.org/doc/guidelines.html#AEN200: text and numbers, on the first line and on later ones."""
    output, more, perf = read(DISK)
    assert output == "DISK WARNING - free space: / 3326 MB (56%);"
    assert more == "/ 15272 MB (77%);\n/boot 68 MB (69%);"
    assert perf == {"/": 2643, "/boot": 68, "/var log": 818}  # U is what could not be measured


@pytest.mark.parametrize("printed", ["", "|", "||", "=|=;", "'=1", "x\n|", "\x00\n\x00|a=1"])
def test_rubbish_measures_nothing_and_breaks_nothing(printed):
    assert set(read(printed)[2]) <= {"a"}
