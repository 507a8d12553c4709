"""A socket of ours with an application behind it, as one task of the bot's loop."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp


class _Server(uvicorn.Server):
    """Signals are the bot's business, which has more to end than its web server."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Listener:
    """`start` returns when the socket answers. There is no access log: an address may carry a token."""

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        self._where = host, port
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="off", ws="none", server_header=False,
            http="h11",  # it bounds what a stranger may send as headers; httptools, which is there for probes, does not
            timeout_graceful_shutdown=3,
        )  # fmt: skip
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> int:
        """Bind, listen, and return the port (0 asks for any). OSError when the address is taken."""
        family = socket.AF_INET6 if ":" in self._where[0] else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(self._where)
            sock.listen(512)
        except OSError:
            sock.close()
            raise
        self._task = asyncio.create_task(self._server.serve([sock]), name="web")
        while not self._server.started and not self._task.done():  # noqa: ASYNC110 - uvicorn sets a flag
            await asyncio.sleep(0.005)
        if self._task.done():
            self._task.result()
        return int(sock.getsockname()[1])

    async def stop(self) -> None:
        """Take no more requests and let those under way end. Close the bell first: live streams end by it."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task
