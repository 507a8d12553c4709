"""A plain connection to a host: to the first checked address that takes it."""

import asyncio
import socket
import ssl

from monitors.probe import Probe
from monitors.reach import unreached

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

LINE_LIMIT = 1 << 16  # bytes that a reader keeps while it waits for the end of a line


async def connected(
    probe: Probe, host: str, port: int, expected: str, secured: ssl.SSLContext | None = None, name: str | None = None
) -> Streams:
    """Raises ReachError; `expected` ends its sentence. With `secured` the certificate must be for `name`, or `host`.

    Whoever connects aborts the writer's transport in the end: nothing is owed to the other side, and a close that
    waits could hang.
    """
    last: OSError | None = None
    for address in await probe.targets.addresses(host, port):
        try:
            return await asyncio.open_connection(
                address, port, limit=LINE_LIMIT, ssl=secured, server_hostname=(name or host) if secured else None
            )
        except ssl.SSLError as error:
            raise unreached(error, expected) from error
        except OSError as error:
            last = error
    raise unreached(last or OSError("no address"), expected) from last


async def socket_to(probe: Probe, host: str, port: int, expected: str) -> socket.socket:
    """The same for libraries that want a socket, and know the name themselves. Who takes it closes it."""
    loop = asyncio.get_running_loop()
    last: OSError | None = None
    for address in await probe.targets.addresses(host, port):
        raw = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        raw.setblocking(False)
        try:
            await loop.sock_connect(raw, (address, port))
        except BaseException as error:
            raw.close()
            if not isinstance(error, OSError):
                raise
            last = error
        else:
            return raw
    raise unreached(last or OSError("no address"), expected) from last
