"""The secrets by which webhooks are signed: https://www.standardwebhooks.com says what one looks like."""

import base64

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64  # bytes


def keys_of(value: str) -> tuple[bytes, ...]:
    """The keys that a secret holds: one, or several with spaces between while they change. ValueError."""
    return tuple(_key(written) for written in value.split())


def _key(written: str) -> bytes:
    try:
        key = base64.b64decode(written.removeprefix(PREFIX), validate=True)
    except ValueError:
        key = b""
    if not SHORTEST <= len(key) <= LONGEST:
        made = "`openssl rand -base64 32` makes them"
        raise ValueError(f"expected `{PREFIX}` and {SHORTEST} to {LONGEST} random bytes in base64; {made}")
    return key
