"""The address of a database of PostgreSQL. No sentence about one repeats any of it, for a password may be in it."""

from typing import Annotated
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import AfterValidator, SecretStr

DRIVER = "postgresql+psycopg"
SHAPE = f"`{DRIVER}://USER@HOST/NAME`"


def _checked(url: str) -> SplitResult:
    """Raises ValueError for what is no such address."""
    scheme, given, _ = url.strip().partition("://")
    if not given:
        raise ValueError(f"expected {SHAPE}")
    if scheme.startswith("sqlite"):
        raise ValueError("SQLite needs no address: leave it out, and its file lies in the data folder")
    if scheme != DRIVER:
        is_postgres = scheme.startswith("postgres")
        raise ValueError(f"{'write' if is_postgres else 'only PostgreSQL can be addressed:'} {SHAPE}")
    try:
        parts = urlsplit(url.strip())
        parts.port  # noqa: B018 - it is looked at when it is asked for
    except ValueError:
        raise ValueError(f"its host or port cannot be read; expected {SHAPE}") from None
    if not parts.path.strip("/"):
        raise ValueError(f"the name of the database is missing; expected {SHAPE}")
    return parts


def _without_password(url: str) -> str:
    parts = _checked(url)
    if parts.password is not None or "password=" in parts.query:
        raise ValueError("a password does not belong in this file: give the whole address in DESKBELL_DATABASE")
    return url.strip()


def _secret(url: SecretStr) -> SecretStr:
    _checked(url.get_secret_value())
    return SecretStr(url.get_secret_value().strip())


Address = Annotated[str, AfterValidator(_without_password)]
SecretAddress = Annotated[SecretStr, AfterValidator(_secret)]


def passwords(url: str) -> set[str]:
    """The password of an address as it is written there and as it is."""
    written = urlsplit(url).password or ""
    return {written, unquote(written)} - {""}
