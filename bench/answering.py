"""What is asked: servers on loopback in a process of their own, which count what they answered."""

import asyncio
import contextlib
import multiprocessing
import os
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import uvloop

from bot.bounds import raise_file_limit

CERTIFICATE = Path(__file__).parents[1] / "tests" / "data" / "tls" / "shop.example.pem"  # of shop.example
PLAIN = 4  # ports that answer: a port of ours is free again for each of them
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


def ours() -> set[int]:
    """The processor on which who asks is measured; all there are where one has to do for both."""
    processors = sorted(os.sched_getaffinity(0))
    return set(processors[:1])


def theirs() -> set[int]:
    return {max(os.sched_getaffinity(0))}


@contextlib.contextmanager
def on_our_processor() -> Iterator[None]:
    """Bind us there, and what we start meanwhile: who asks is measured on one processor, who answers on another."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, ours())
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class Answering(asyncio.Protocol):
    """Answers whatever it is asked at once."""

    answered = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:  # noqa: ARG002 - the answer is always the same
        Answering.answered += 1
        self.transport.write(ANSWER)  # type: ignore[attr-defined]
        self.transport.close()


@dataclass(frozen=True)
class Targets:
    """`plain` and `tls` answer, `hanging` accepts and never does."""

    plain: list[int]
    tls: int
    hanging: int
    processors: set[int]
    pipe: Connection

    def answered(self) -> int:
        """How many requests were answered since the start, as the servers count them."""
        self.pipe.send("how many")
        return int(self.pipe.recv())

    def url(self, number: int = 0) -> str:
        return f"http://127.0.0.1:{self.plain[number % PLAIN]}/"


def serve(pipe: Connection, processors: set[int]) -> None:
    """The servers' process."""
    os.sched_setaffinity(0, processors)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    context.num_tickets, context.options = 0, context.options | ssl.OP_NO_TICKET  # nobody takes up an older session

    def tell(then: Callable[[], object]) -> None:
        while pipe.recv() != "enough":
            pipe.send(Answering.answered)
        then()

    async def run() -> None:
        loop = asyncio.get_running_loop()
        servers = [await loop.create_server(Answering, "127.0.0.1", 0, backlog=4096) for _ in range(PLAIN)]
        servers.append(await loop.create_server(Answering, "127.0.0.1", 0, backlog=4096, ssl=context))
        servers.append(await loop.create_server(asyncio.Protocol, "127.0.0.1", 0, backlog=4096))
        pipe.send([server.sockets[0].getsockname()[1] for server in servers])
        enough = asyncio.Event()
        telling = threading.Thread(target=tell, args=(lambda: loop.call_soon_threadsafe(enough.set),))
        telling.start()
        await enough.wait()
        telling.join()

    raise_file_limit(8192)
    uvloop.run(run())


@contextlib.contextmanager
def targets() -> Iterator[Targets]:
    spawn = multiprocessing.get_context("spawn")
    ours_, theirs_ = spawn.Pipe()
    processors = theirs()
    process = spawn.Process(target=serve, args=(theirs_, processors))
    process.start()
    try:
        *plain, tls, hanging = ours_.recv()
        yield Targets(plain, tls, hanging, processors, ours_)
    finally:
        ours_.send("enough")
        process.join()
