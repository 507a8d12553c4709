"""What systemd wants to hear: ready, reloading, stopping, and that the loop turns. Without it nothing is said."""

import asyncio
import contextlib
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

import structlog

EVERY = 30.0  # seconds between two words about how things stand, where no watchdog asks for more

log = structlog.get_logger(__name__)


class Systemd:
    """`NOTIFY_SOCKET` names a datagram socket, by path or abstract name, `WATCHDOG_USEC` how long we may be silent."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "").replace("@", "\0", 1)
        own = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        micros = environment.get("WATCHDOG_USEC", "") if own else ""
        self._every = int(micros) / 3_000_000 if micros.isascii() and micros.isdigit() and int(micros) else EVERY

    def say(self, *lines: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
                sock.setblocking(False)
                sock.sendto("\n".join(lines).encode(), self._address)
        except OSError as error:
            log.warning("systemd could not be told", said=lines, error=str(error))

    @contextlib.contextmanager
    def reloading(self) -> Iterator[None]:
        self.say("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")
        try:
            yield
        finally:
            self.say("READY=1")

    async def watch(self, is_well: Callable[[], bool], broken: Callable[[], Sequence[str]]) -> None:
        """Until cancelled: that we are alive, as long as we are well, and in words what does not hold."""
        while self._address:
            status = f"STATUS={'; '.join(broken()) or 'All is well.'}"
            self.say(*(("WATCHDOG=1", status) if is_well() else (status,)))
            await asyncio.sleep(self._every)
