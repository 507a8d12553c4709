"""Whom to trust in a handshake, and how long a certificate that was shown is still good."""

import ssl
from datetime import datetime
from functools import lru_cache

import httpx

DAY = 86400.0  # seconds


@lru_cache(maxsize=64)
def trusting(ca: str | None = None) -> ssl.SSLContext:
    """Building a context costs 40 ms: one for each file of trust, for as long as we live."""
    return ssl.create_default_context(cafile=ca) if ca else httpx.create_ssl_context()


def days_left(secured: ssl.SSLObject | None, now: datetime) -> float | None:
    """Of the certificate of this very connection; None where it was not encrypted."""
    certificate = secured.getpeercert() if secured else None
    ends = certificate.get("notAfter") if certificate else None
    return round((ssl.cert_time_to_seconds(str(ends)) - now.timestamp()) / DAY, 1) if ends else None
