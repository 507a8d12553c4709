"""redis: a server that answers PING, and what it says of itself."""

import asyncio
from typing import Any, ClassVar

from pydantic import Field

from desk.alerts import Status
from monitors.certificates import trusting
from monitors.connecting import connected
from monitors.offers import Offers, Type, Value
from monitors.probe import Kind, Probe, Seen
from monitors.reach import ReachError, unreached

LARGEST = 1 << 20  # bytes of an answer
MB = 1e6  # bytes


class Check(Kind):
    """Says PING and INFO. RESP is a few lines, and a client that connects to one address and checks another name's
    certificate is not to be had.
    """

    remote: ClassVar[bool] = True
    offers: ClassVar[Offers] = {
        "role": Value(Type.TEXT, "`master` or `slave`"),
        "version": Value(Type.TEXT, "which version it is"),
        "clients": Value(Type.WHOLE, "how many are connected"),
        "memory_mb": Value(Type.NUMBER, "the memory that it uses"),
        "info": Value(Type.ANY, "all that INFO says, by name: numbers are numbers"),
    }

    host: str = Field(description="a name or an address", min_length=1)
    port: int = Field(6379, description="the port, 1 to 65535", ge=1, le=65_535)
    tls: bool = Field(False, description="whether the connection is encrypted")
    user: str = Field("", description="who logs in, where the monitor has a secret; nobody is the default user")

    async def check(self, probe: Probe) -> Seen:
        secured = trusting() if self.tls else None
        reader, writer = await connected(probe, self.host, self.port, "a Redis server", secured)
        try:
            if secret := probe.secret(probe.monitor):
                await _said(reader, writer, *(["AUTH", self.user, secret] if self.user else ["AUTH", secret]))
            await _said(reader, writer, "PING")
            info = read(await _said(reader, writer, "INFO")) if probe.wants else {}
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
            raise unreached(error, "PONG") from error
        finally:
            writer.transport.abort()
        return Seen(values=_values(info), bulk={"info": info})


async def _said(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *words: str) -> str:
    """The answer to one command: a simple string, a bulk string or a number. Raises ReachError for a refusal."""
    parts = [f"*{len(words)}\r\n".encode()]
    parts += [b"$%d\r\n%s\r\n" % (len(word.encode()), word.encode()) for word in words]
    writer.write(b"".join(parts))
    line = (await reader.readuntil(b"\r\n"))[:-2].decode(errors="replace")
    sort, rest = line[:1], line[1:]
    if sort == "-":
        raise ReachError(Status.FAILED, f"{rest[:150]}, expected an answer to {words[0]}")
    if sort == "$":
        size = int(rest)
        if not 0 <= size <= LARGEST:
            raise ValueError(f"an answer of {size} bytes")
        return (await reader.readexactly(size + 2))[:-2].decode(errors="replace")
    if sort not in ("+", ":"):
        raise ValueError(f"answered {line[:40]!r}")
    return rest


def read(info: str) -> dict[str, Any]:
    """`used_memory:1024` by line; a line that begins with `#` is a heading."""
    pairs = (line.partition(":") for line in info.splitlines() if ":" in line and not line.startswith("#"))
    return {name: _number(value) for name, _, value in pairs}


def _number(text: str) -> float | str:
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


def _values(info: dict[str, Any]) -> dict[str, float | str]:
    names = {"role": "role", "version": "redis_version", "clients": "connected_clients"}
    values = {name: info[said] for name, said in names.items() if said in info}
    if isinstance(info.get("used_memory"), int):
        values["memory_mb"] = round(info["used_memory"] / MB, 2)
    return values
