"""cpu, memory and disk: a share of this machine against a threshold."""

import asyncio
from dataclasses import replace
from types import SimpleNamespace

import psutil
import pytest

from desk.alerts import Status
from monitors import cpu, disk, memory

HALF = SimpleNamespace(percent=50.0, free=5e9)


async def test_memory_is_judged_against_its_threshold(looked):
    """`below` is short for a condition, and reads like one."""
    used = psutil.virtual_memory().percent
    assert (await looked(memory.Check(below=100))).status is Status.OK
    seen = await looked(memory.Check(below=0.001))
    assert seen.sentence == f"used_percent {seen.values['used_percent']:g}, expected < 0.001"
    assert seen.values["used_percent"] == pytest.approx(used, abs=20)


async def test_what_a_kind_offers_can_be_asked_for_more(looked, tmp_path):
    here = disk.Check(path=str(tmp_path), below=100)
    assert (await looked(here, "free_gb > 0")).status is Status.OK
    assert (await looked(here, "free_gb < 0")).sentence.endswith(", expected < 0")


async def test_a_second_look_at_the_processors_counts_from_the_first(probe):
    """Each monitor has a memory of its own: two monitors do not take each other's interval."""
    mine, other = probe.of("mine"), probe.of("other")
    check = cpu.Check(below=100)
    first = await check.check(mine)
    noted = mine.notes["busy"]
    await check.check(other)
    assert mine.notes["busy"] == noted
    assert 0 <= first.values["busy_percent"] <= 100


async def test_processors_whose_clock_stands_still_are_unknown(probe):
    probe.notes["busy"] = (0.0, float("inf"))
    assert (await cpu.Check().check(probe)).status is Status.UNKNOWN


async def test_a_disk_is_looked_at_where_its_folder_is(probe, tmp_path):
    seen = await disk.Check(path=str(tmp_path), below=100).check(probe)
    assert seen.values["used_percent"] == pytest.approx(psutil.disk_usage(str(tmp_path)).percent, abs=5)


async def test_a_folder_that_is_not_there_is_unknown(probe, tmp_path):
    """We could not look: that the folder is missing does not mean that a disk is full."""
    seen = await disk.Check(path=str(tmp_path / "gone")).check(probe)
    assert seen.status is Status.UNKNOWN
    assert seen.sentence.endswith(": No such file or directory")


async def test_a_disk_that_hangs_is_not_asked_again_until_it_answers(probe):
    """A dead network share holds its thread for ever: one, not one per look. The answer counts for who waits then."""
    check = disk.Check(path="/there/is/no/such/share", below=90)  # asked anew, it would be unknown
    hanging = probe.notes["asked"] = asyncio.get_running_loop().create_future()
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await check.check(probe)
    hanging.set_result(HALF)
    assert (await check.check(probe)).status is Status.UNKNOWN
    assert not hanging.cancelled()


async def test_a_late_answer_of_a_disk_serves_the_look_that_waits(probe):
    answering = probe.notes["asked"] = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(answering.set_result, HALF)
    seen = await disk.Check(path="/there/is/no/such/share").check(probe)
    assert seen.values == {"used_percent": 50.0, "free_gb": 5.0}


def test_each_probe_of_a_monitor_has_notes_of_its_own():
    from monitors.probe import Probe

    one = Probe(None, None, None, None, None)
    assert one.of("a").notes is not one.of("b").notes
    assert replace(one, monitor="a").monitor == "a"
