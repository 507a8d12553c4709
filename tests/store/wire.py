"""A wire to a PostgreSQL that can be cut just as a COMMIT goes over it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from sqlalchemy import URL

Cut = Literal["", "before", "after"]  # the server got the COMMIT, or it did not


@dataclass
class Wire:
    """Between a client and the socket at `server`. The next COMMIT is cut as `cut` says; then, unless it is `dead`,
    it is whole again.
    """

    folder: Path
    server: str
    cut: Cut = ""
    dead: bool = False
    dies: bool = False  # with the next cut
    _open: list[socket.socket] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    def serve(self) -> None:
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(self.folder / ".s.PGSQL.5432"))
        self._door.listen()
        self._start(self._accept)

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        for one in self._open:
            _hang_up(one)
        for thread in self._threads:
            thread.join()
        for one in (self._door, *self._open):
            one.close()

    def _start(self, run, *args) -> None:
        thread = threading.Thread(target=run, args=args)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            self._open += [client, server]
            if self.dead:
                _hang_up(client)
                continue
            server.connect(self.server)
            self._start(self._carry, client, server)
            self._start(self._carry_back, client, server)

    def _carry(self, client: socket.socket, server: socket.socket) -> None:
        while data := _heard(client):
            if b"COMMIT" in data and self.cut:
                cut, self.cut, self.dead = self.cut, "", self.dies
                _hang_up(client)  # no answer reaches it
                if cut == "before":
                    break
            if not _said(server, data):
                break
        _hang_up(server, socket.SHUT_WR)  # it still reads what it was sent

    def _carry_back(self, client: socket.socket, server: socket.socket) -> None:
        while data := _heard(server):
            _said(client, data)
        _hang_up(client)


def _heard(one: socket.socket) -> bytes:
    try:
        return one.recv(65536)
    except OSError:
        return b""


def _said(one: socket.socket, data: bytes) -> bool:
    try:
        one.sendall(data)
    except OSError:
        return False
    return True


def _hang_up(one: socket.socket, how: int = socket.SHUT_RDWR) -> None:
    with suppress(OSError):
        one.shutdown(how)


@contextmanager
def wired(url: URL, folder: Path) -> Iterator[tuple[URL, Wire]]:
    """The same database by way of a wire."""
    wire = Wire(folder, f"{url.query['host']}/.s.PGSQL.5432")
    wire.serve()
    try:
        yield url.update_query_dict({"host": str(folder)}), wire
    finally:
        wire.close()
