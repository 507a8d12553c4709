"""Contract: whatever a script does, it is ended within its limits, and nothing of it is left.

Covers the row "runaway script: fork bomb, endless output, ignores TERM, daemonises" of docs/reliability.md.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from desk.runs import Ended, Ending


async def test_a_script_past_its_time_limit_is_asked_to_end_first(order, run):
    asked = order("trap 'echo tidied up; exit 0' TERM; echo hi; while :; do sleep 0.05; done", time_limit=0.5)

    ended = await run(asked, grace=5.0)

    assert (ended.ending, ended.reason) == (Ending.KILLED, "Ran longer than 0.5 s.")
    assert ended.output.startswith("hi\n")
    assert ended.output.endswith("tidied up\n")  # some shells also say that their `sleep` was terminated


async def test_a_script_that_ignores_the_request_is_killed_with_all_its_children(order, run, is_gone):
    asked = order("trap '' TERM; sleep 61 & echo $$ $!; while :; do sleep 0.05; done", time_limit=0.5)

    ended = await run(asked)

    assert ended.reason == "Ran longer than 0.5 s."
    assert all(is_gone(int(pid)) for pid in ended.output.split())


DAEMON = """
    import os, sys, time
    read, write = os.pipe()
    if os.fork():
        print(os.read(read, 20).decode(), flush=True)
        {after}
        os._exit(0)
    os.setsid()
    if os.fork():
        os._exit(0)
    os.chdir("/")
    os.write(write, str(os.getpid()).encode())
    for number in (0, 1, 2):
        os.close(number)
    if {hidden}:
        os.execve("/bin/sleep", ["sleep", "62"], {{}})
    time.sleep(62)
"""


@pytest.mark.parametrize("hidden", [False, True], ids=["plain", "with its environment wiped"])
@pytest.mark.parametrize(
    ("after", "reason"),
    [
        ("pass", "Left 1 process running after its end; nothing may stay behind."),
        ("time.sleep(60)", "Ran longer than 1 s."),
    ],
    ids=["and the script ends", "and the script waits"],
)
async def test_a_daemon_in_a_session_of_its_own_does_not_get_away(order, run, is_gone, *, hidden, after, reason):
    if hidden and sys.platform != "linux":
        pytest.skip("only Linux lets us adopt orphans; elsewhere one that hides its environment is not found")
    asked = order(DAEMON.format(after=after, hidden=hidden), name="daemon.py", time_limit=1.0)

    ended = await run(asked)

    assert (ended.ending, ended.reason) == (Ending.KILLED, reason)
    assert is_gone(int(ended.output))


async def test_a_child_that_ends_shortly_after_the_script_is_no_runaway(order, run):
    ended = await run(order("(sleep 0.1; echo late) & exit 4"), lingering=5.0)

    assert ended == Ended(Ending.EXIT, code=4, output="late\n")


async def test_a_script_that_starts_too_many_processes_is_killed_with_all_of_them(order, run):
    asked = order(
        """
        import os, time
        for _ in range(100):
            if os.fork() == 0:
                time.sleep(63)
            print("started", flush=True)
        time.sleep(63)
        """,
        name=f"many-{os.getpid()}.py",
    )

    ended = await run(asked, processes=20)

    assert (ended.ending, ended.reason) == (Ending.KILLED, "Started more than 20 processes.")
    assert not [
        found for found in psutil.process_iter(["cmdline"]) if f"many-{os.getpid()}.py" in str(found.info["cmdline"])
    ]


async def test_children_that_keep_forking_while_they_are_killed_do_not_win(order, run):
    asked = order(
        """
        import os, signal, sys, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        until = time.monotonic() + 10  # the test's own net: no chain outlives it
        while time.monotonic() < until:
            if os.fork():
                os._exit(0)
            os.setsid()
            time.sleep(0.002)
        """,
        name=f"chain-{os.getpid()}.py",
        time_limit=1.0,
    )

    ended = await run(asked)

    assert ended.ending is Ending.KILLED
    assert not [
        found for found in psutil.process_iter(["cmdline"]) if f"chain-{os.getpid()}.py" in str(found.info["cmdline"])
    ]


@pytest.mark.parametrize("text", ["exec yes", "exec cat /dev/zero"], ids=["lines", "one line that never ends"])
async def test_endless_output_is_stopped_and_only_its_end_is_kept(order, text, run):
    ended = await run(order(text), output=1024**2, kept=1000)

    assert (ended.ending, ended.reason) == (Ending.KILLED, "Printed more than 1 MB.")
    assert 1000 <= len(ended.output) < 1100


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("exec head -c 3000000 /dev/zero > big", "Ended by SIGXFSZ."),  # a file
        ("kill -SEGV $$", "Ended by SIGSEGV."),  # by itself
    ],
)
async def test_a_script_that_dies_by_a_signal_was_killed_and_the_signal_is_named(order, text, words, run):
    ended = await run(order(text), file=1024**2)

    assert (ended.ending, ended.reason) == (Ending.KILLED, words)


async def test_the_limits_of_the_system_are_set(order, run):
    ended = await run(order("ulimit -c; ulimit -n; ulimit -t", time_limit=20), open_files=64)

    assert ended.output.split() == ["0", "64", "21"]


async def test_memory_is_limited(order, run):
    asked = order("x = bytearray(1024**3)\nprint('had it')", name="big.py")

    ended = await run(asked, memory=512 * 1024**2)

    assert ended.code == 1
    assert "MemoryError" in ended.output


async def test_a_script_that_kills_its_warden_ends_unknown_and_leaves_nothing(order, run, is_gone):
    ended = await run(order("sleep 64 & echo $$ $!; kill -9 $PPID; sleep 64"))

    assert ended.ending is Ending.UNKNOWN
    assert "lost sight of it" in ended.reason
    assert all(is_gone(int(pid)) for pid in ended.output.split())


async def test_cancelling_ends_the_script_before_the_call_returns(order, run, is_gone):
    told = asyncio.Queue()
    asked = order("trap '' TERM; echo $$; while :; do sleep 0.05; done")

    task = asyncio.create_task(run(asked, progress=lambda _lines, last: told.put_nowait(last)))
    pid = int(await told.get())
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert is_gone(pid)


async def test_two_runs_at_once_do_not_end_each_other(order, run):
    slow = asyncio.create_task(run(order("sleep 0.5; echo whole", run=1)))
    quick = await run(order("sleep 65", name="other.sh", run=1, time_limit=0.1))

    assert quick.ending is Ending.KILLED
    assert await slow == Ended(Ending.EXIT, code=0, output="whole\n")


BOT = """
import asyncio, pathlib, sys
from desk.runs import Runbook
from remediation.catalogue import digest_of
from remediation.runner import Limits, Order, execute

folder = pathlib.Path(sys.argv[1])
digest = digest_of(folder, "script.sh", ())
order = Order(43, folder, Runbook("try", "Try", "script.sh", digest, targets=("here",)), "here", (), digest)
limits = Limits(grace=0.2, pace=0.02)
asyncio.run(execute(order, lambda lines, last: print(last, flush=True), limits=limits, boxed=False))
"""


async def test_a_script_does_not_outlive_a_bot_that_is_killed(order, is_gone):
    folder = order("trap '' TERM; echo $$; while :; do sleep 0.05; done").folder
    root = Path(__file__).parents[2]
    bot = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", BOT, str(folder)),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    pid = int(await bot.stdout.readline())
    home, warden = psutil.Process(pid).environ()["HOME"], psutil.Process(pid).ppid()

    bot.send_signal(signal.SIGKILL)
    await bot.wait()

    assert await asyncio.to_thread(is_gone, pid)
    assert await asyncio.to_thread(is_gone, warden)
    assert not list(Path(home).parent.glob(Path(home).name))
