"""Whom to trust in a handshake, and how long a certificate that was shown is still good."""

import ssl
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import httpx

DAY = 86400.0  # seconds


@lru_cache(maxsize=64)
def trusting(ca: str | None = None) -> ssl.SSLContext:
    """Building a context costs 40 ms: one for each file of trust, for as long as we live."""
    return ssl.create_default_context(cafile=ca) if ca else httpx.create_ssl_context()


def days_left(secured: ssl.SSLObject | None, now: datetime) -> float | None:
    """Of the certificate of this very connection; None where it was not encrypted."""
    return days_of(secured.getpeercert() if secured else None, now)


def days_of(certificate: Mapping[str, Any] | None, now: datetime) -> float | None:
    """Of a certificate as `getpeercert` tells it, which is empty where nobody looked at it."""
    ends = certificate.get("notAfter") if certificate else None
    return round((ssl.cert_time_to_seconds(str(ends)) - now.timestamp()) / DAY, 1) if ends else None
