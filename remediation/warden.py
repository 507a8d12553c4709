"""Stands over one run of a script: starts it under limits, watches all that descends from it, leaves nothing behind.

A process of its own, for three reasons: it can adopt what a daemonising script orphans (a "subreaper"), which the bot
must not do for its own children; it may fork safely to set resource limits, which a process with threads may not; and
it outlives a bot that is killed, sees its leash (standard input) end, and ends the script.

It reads one line of JSON from its leash, and writes one of JSON, the verdict, to the descriptor named in its argument.
"""

import contextlib
import ctypes
import json
import os
import resource
import select
import shutil
import signal
import sys
import time
from typing import Any

import psutil

_LOOK = 0.2  # seconds between two counts of the descendants
_LEASH = 0
_SET_CHILD_SUBREAPER = 36  # prctl(2)
_IGNORED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)  # only the leash and the order end a warden


def main() -> None:
    order = json.loads(sys.stdin.buffer.readline() or "null")
    if order is None:
        return
    verdict = int(sys.argv[1])
    os.set_inheritable(verdict, False)
    for number in _IGNORED:
        signal.signal(number, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    watch = Watch(order)
    watch.start()
    over = watch.until_over()
    shutil.rmtree(order["environment"]["HOME"], ignore_errors=True)  # also where the bot no longer can
    os.write(verdict, json.dumps(over).encode())


class Watch:
    def __init__(self, order: dict[str, Any]) -> None:
        self.order = order
        self.me = psutil.Process()
        self.pid = 0
        self.status: int | None = None
        self.deadline = time.monotonic() + order["time_limit"]
        self.bell, ring = os.pipe()
        os.set_blocking(self.bell, False)
        os.set_blocking(ring, False)
        signal.set_wakeup_fd(ring, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def start(self) -> None:
        self.pid = os.fork()
        if self.pid == 0:
            _become(self.order)
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 1)  # the output ends when the script's own copies are closed
        os.dup2(nothing, 2)

    def until_over(self) -> dict[str, Any]:
        """Wait for the end, or bring it about: `{"code": N}` or `{"killed": WHY, "count": N}`."""
        ended_at = None
        while True:
            held = self._wait(_LOOK if self.status is None else _LOOK / 10)
            now = time.monotonic()
            left = self._descendants()
            if self.status is not None:
                ended_at = ended_at or now
                if not left:
                    return {"code": os.waitstatus_to_exitcode(self.status)}
            why = self._why(len(left), now, held, ended_at)
            if why:
                self._end(gently=why in ("leash", "time"))
                return {"killed": why, "count": len(left)}

    def _why(self, left: int, now: float, held: bool, ended_at: float | None) -> str:  # noqa: FBT001 - private
        if not held:
            return "leash"
        if left > self.order["processes"]:
            return "processes"
        if ended_at is not None:
            return "left" if now >= ended_at + self.order["lingering"] else ""
        return "time" if now >= self.deadline else ""

    def _wait(self, seconds: float) -> bool:
        """Sleep until the script ended, the leash did, or it is time to look; False when the leash is gone."""
        until = time.monotonic() + seconds
        if self.status is None:
            until = min(until, self.deadline)
        while True:
            ready, _, _ = select.select([_LEASH, self.bell], [], [], max(0.0, until - time.monotonic()))
            if self.bell in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self.bell, 4096)
            ended = self._reap()
            if _LEASH in ready:
                return False
            if ended or time.monotonic() >= until:
                return True

    def _reap(self) -> bool:
        """Take leave of the dead, ours and adopted; True when the script itself was among them."""
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    break
                if pid == self.pid:
                    self.status = status
                    return True
        return False

    def _descendants(self) -> list[psutil.Process]:
        self._reap()
        return self.me.children(recursive=True)

    def _end(self, *, gently: bool) -> None:
        """TERM and a grace for whoever can use it; then stop all, so that nobody forks on, and kill all."""
        if gently:
            _signal(self._descendants(), signal.SIGTERM)
            until = time.monotonic() + self.order["grace"]
            while self._descendants() and time.monotonic() < until:
                select.select([self.bell], [], [], _LOOK / 10)
                with contextlib.suppress(BlockingIOError):
                    os.read(self.bell, 4096)
        until = time.monotonic() + 10
        while (left := self._descendants()) and time.monotonic() < until:
            _signal(left, signal.SIGSTOP)
            _signal(left, signal.SIGKILL)


def _become(order: dict[str, Any]) -> None:
    """In the child: a session of its own, no input, limits, and then the script. Never returns."""
    try:
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for number in (*_IGNORED, signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores the last two; scripts expect them
            signal.signal(number, signal.SIG_DFL)
        for name, most in order["limits"].items():
            _limit(getattr(resource, name), most)
        os.execve(order["argv"][0], order["argv"], order["environment"])  # noqa: S606 - no shell is the point
    except OSError as error:
        os.write(2, f"cannot start {order['argv'][0]}: {error.strerror}\n".encode())
    finally:
        os._exit(127)


def _limit(which: int, most: int) -> None:
    _soft, hard = resource.getrlimit(which)
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    # One more second of CPU between the signal that names the limit and the one that cannot be caught.
    last = allowed + 1 if which == resource.RLIMIT_CPU and hard == resource.RLIM_INFINITY else allowed
    resource.setrlimit(which, (allowed, last))


def _signal(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.send_signal(number)


if __name__ == "__main__":
    main()
