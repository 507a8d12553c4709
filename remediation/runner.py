"""The only place that starts a process: a private copy of the bytes that were approved, under limits, without a shell.

Limits are set by a small process of ours (`warden.py`) between fork and exec, not by `preexec_fn` (unsafe beside
threads) nor by prlimit(1) (the same system call, one more program to be missing). Where bubblewrap works, the script
sees a read-only file system besides.
"""

import asyncio
import contextlib
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from desk.refusal import DeskError
from desk.runs import Ended, Ending
from remediation.orders import USUAL, Limits, Order, Program, letter
from remediation.output import Output

__all__ = ["Limits", "Order", "Program", "execute", "sandbox"]

_WARDEN = Path(__file__).with_name("warden.py")


async def execute(
    order: Order | Program,
    progress: Callable[[int, str], None],
    *,
    secrets: Sequence[str] = (),
    limits: Limits = USUAL,
    boxed: bool = True,
) -> Ended:
    """Run it to its end, whatever that is; nothing of it is alive afterwards, and no secret leaves.

    `progress` gets (lines so far, the last line), at most every `limits.pace` seconds and once at the end; it must be
    quick. What cannot be started is `killed` with the reason. Cancelling ends the script before the call returns.
    `boxed` uses bubblewrap where it works.
    """
    output = Output(secrets, limits.kept)
    try:
        private = Path(tempfile.mkdtemp(prefix=f"deskbell-{order.name}-"))
    except OSError as error:
        return _not_started(error, output)
    try:
        try:
            argv = await asyncio.to_thread(order.prepare, private)
            inside = await asyncio.to_thread(_box, private, order.writable) if boxed else ()
            process, verdict = await _start(letter(order, limits, private, (*inside, *argv)), private)
        except (DeskError, OSError) as error:
            return _not_started(error, output)
        told, strays = await _supervise(
            process, verdict, output, progress=progress, limits=limits, private=str(private)
        )
    finally:
        await asyncio.shield(asyncio.to_thread(shutil.rmtree, private, ignore_errors=True))
    progress(output.lines, output.last())
    return _ended(told, strays, order, limits, output)


def _not_started(error: DeskError | OSError, output: Output) -> Ended:
    why = error.sentence if isinstance(error, DeskError) else f"{error.strerror or 'the system refused'}."
    return Ended(Ending.KILLED, reason=output.masked(f"Not started: {why}"))


def sandbox() -> str:
    """What holds a script here, in plain words. The first call tries bubblewrap once and may take a second."""
    always = "Scripts run under resource and time limits, and what they start is watched and ended with them"
    trouble = _boxes()
    if trouble:
        return f"{always}. {trouble}: a script can change whatever the bot's user can."
    return f"{always}. bubblewrap is active: the file system is read-only but for the run's own and `writable` folders."


@functools.cache
def _boxes() -> str:
    """Empty when bubblewrap works here, else the sentence why not: many containers have it and forbid it."""
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed"
    with tempfile.TemporaryDirectory() as place:
        try:
            subprocess.run([*box(Path(place), ()), "/bin/sh", "-c", ":"], check=True, capture_output=True, timeout=5)
        except (OSError, subprocess.SubprocessError):
            return "bubblewrap is installed but cannot start here"
    return ""


def _box(private: Path, writable: Sequence[str]) -> tuple[str, ...]:
    return () if _boxes() else box(private, writable)


def box(private: Path, writable: Sequence[str]) -> tuple[str, ...]:
    """The words before a command that run it with a file system it cannot change, but for the named folders.

    Processes stay visible: a runbook must be able to restart one.
    """
    open_folders = [word for folder in (str(private), *writable) for word in ("--bind", folder, folder)]
    program = shutil.which("bwrap") or "bwrap"
    rest = ("--chdir", str(private), "--die-with-parent", "--")
    return (program, "--ro-bind", "/", "/", "--dev", "/dev", *open_folders, *rest)


async def _supervise(
    process: asyncio.subprocess.Process,
    verdict_pipe: int,
    output: Output,
    *,
    progress: Callable[[int, str], None],
    limits: Limits,
    private: str,
) -> tuple[Mapping[str, Any], int]:
    """See it to its end: the warden's verdict, empty if it died, and how many strays had to be swept up after it."""
    verdict = asyncio.create_task(_read_all(verdict_pipe))
    reading = asyncio.create_task(_read(process, output, limits.output))
    telling = asyncio.create_task(_tell(output, progress, limits.pace))
    try:
        await asyncio.shield(verdict)
    finally:
        _let_go(process)
        await asyncio.wait({verdict})
        strays = await asyncio.to_thread(_sweep, private)
        await asyncio.wait({reading}, timeout=1)
        reading.cancel()
        telling.cancel()
        done, _ = await asyncio.wait({reading, telling})
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), timeout=2)
        # A pipe that something else still holds open would stay open here too, and asyncio has no public way to let go.
        process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001
        output.feed(b"", final=True)
    for task in done:
        if not task.cancelled():
            task.result()  # a mistake in `progress` comes out here, after the script was looked after
    return json.loads(verdict.result() or "{}"), strays


async def _start(letter: bytes, private: Path) -> tuple[asyncio.subprocess.Process, int]:
    verdict, theirs = os.pipe()
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-S", "-B", str(_WARDEN), str(theirs)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            pass_fds=(theirs,),
            start_new_session=True,
            cwd=private,
            env={"PYTHONPATH": str(Path(psutil.__file__).parents[1])},
        )
    except BaseException:
        os.close(verdict)
        raise
    finally:
        os.close(theirs)
    assert process.stdin is not None  # noqa: S101 - it was asked for three lines above
    process.stdin.write(letter)
    return process, verdict


def _let_go(process: asyncio.subprocess.Process) -> None:
    """Drop the leash: the warden ends whatever still runs. It would do the same if we were killed."""
    if process.stdin is not None:
        process.stdin.close()


async def _read(process: asyncio.subprocess.Process, output: Output, most: int) -> None:
    """Take all that is printed; past `most` bytes the leash is dropped, and what still comes is thrown away."""
    assert process.stdout is not None  # noqa: S101 - it was asked for at the start
    while data := await process.stdout.read(65536):
        if output.total <= most:
            output.feed(data)
        if output.total > most:
            _let_go(process)


async def _read_all(descriptor: int) -> bytes:
    """Everything until the other end is closed, which the end of the warden does."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    pipe = os.fdopen(descriptor, "rb", buffering=0)
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    try:
        return await reader.read()
    finally:
        transport.close()


async def _tell(output: Output, progress: Callable[[int, str], None], pace: float) -> None:
    told = (0, "")
    while True:
        await asyncio.sleep(pace)
        state = (output.lines, output.last())
        if state != told:
            progress(*state)
            told = state


def _sweep(private: str) -> int:
    """Kill what still carries this run's HOME, and count it.

    A net under the warden: for its own death, and for systems where it cannot adopt orphans.
    """
    strays: list[psutil.Process] = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get("HOME") == private:
                process.kill()
                strays.append(process)
    psutil.wait_procs(strays, timeout=1)
    return len(strays)


def _ended(verdict: Mapping[str, Any], strays: int, order: Order | Program, limits: Limits, output: Output) -> Ended:
    """The verdict in words. The bot's own reason comes first: the warden only saw the leash drop."""
    text = output.text()
    if output.total > limits.output:
        return Ended(Ending.KILLED, reason=f"Printed more than {limits.output / 1024**2:g} MB.", output=text)
    if not verdict:
        reason = "We lost sight of it; look at the target before running it again."
        return Ended(Ending.UNKNOWN, reason=reason, output=text)
    code = int(verdict.get("code", 0))
    if "killed" in verdict or strays:
        reason = _why(verdict.get("killed", "left"), verdict.get("count", strays), order.time_limit, limits)
    elif code < 0:
        reason = f"Ended by {signal.Signals(-code).name}."
    else:
        return Ended(Ending.EXIT, code=code, output=text)
    return Ended(Ending.KILLED, reason=reason, output=text)


def _why(killed: str, count: int, time_limit: float, limits: Limits) -> str:
    match killed:
        case "time":
            return f"Ran longer than {time_limit:g} s."
        case "processes":
            return f"Started more than {limits.processes} processes."
        case "leash":
            return "It was stopped from outside."
    running = f"{count} process{'es' if count != 1 else ''}"
    return f"Left {running} running after its end; nothing may stay behind."
