"""A request as its bytes. They are written by h11, which refuses what is no HTTP."""

from dataclasses import dataclass

import h11
import httpx

PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Prepared:
    """Built once and sent many times.

    `server_name` asks for TLS, and is what the certificate must be valid for. `bodyless` says that the answer has no
    body whatever its headers say, as one to HEAD.
    """

    wire: bytes
    port: int
    server_name: str | None = None
    bodyless: bool = False


def prepared(request: httpx.Request, content: bytes = b"", server_name: str | None = None) -> Prepared:
    """The request as bytes. Its URL may name a host: `server_name`, or else that, is whom a certificate is asked for.

    Raises httpx.UnsupportedProtocol for another scheme, httpx.LocalProtocolError for what cannot be said in HTTP.
    """
    writer, url = h11.Connection(h11.CLIENT), request.url
    if url.scheme not in PORTS:
        raise httpx.UnsupportedProtocol(f"{url.scheme}: is not asked", request=request)
    headers = [(name, value) for name, value in request.headers.raw if name.lower() != b"connection"]
    headers.append((b"Connection", b"close"))
    try:
        asked = h11.Request(method=request.method, target=url.raw_path, headers=headers)
        parts = (asked, *([h11.Data(data=content)] if content else []), h11.EndOfMessage())
        wire = b"".join(writer.send(part) or b"" for part in parts)
    except h11.LocalProtocolError as error:
        raise httpx.LocalProtocolError(str(error), request=request) from error
    name = (server_name or url.raw_host.decode("ascii")) if url.scheme == "https" else None
    return Prepared(wire, url.port or PORTS[url.scheme], name, bodyless=request.method == "HEAD")
