"""The address of a database of PostgreSQL. No sentence about one repeats any of it, for a password may be in it."""

from typing import Annotated
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import AfterValidator, SecretStr

DRIVER = "postgresql+psycopg"
SHAPE = f"`{DRIVER}://HOST/NAME`"
UNWRITTEN = "a character such as `@` or `/` in a name or a password is written `%40`, `%2F`"


def _checked(url: str) -> SplitResult:
    """Raises ValueError for what is no such address."""
    scheme, _, given = url.strip().partition("://")
    if not given:
        raise ValueError(f"expected {SHAPE}")
    if scheme.startswith("sqlite"):
        raise ValueError("leave it out for SQLite, whose file lies in the data folder")
    if scheme != DRIVER:
        is_postgres = scheme.startswith("postgres")
        raise ValueError(f"{'write' if is_postgres else 'only PostgreSQL can be addressed:'} {SHAPE}")
    if given.partition("?")[0].count("@") > 1:
        raise ValueError(UNWRITTEN)
    try:
        parts = urlsplit(url.strip())
        parts.port  # noqa: B018 - it is looked at when it is asked for
    except ValueError:
        raise ValueError(f"its host or port cannot be read; expected {SHAPE}") from None
    if not parts.path.strip("/"):
        raise ValueError(f"the name of the database is missing; expected {SHAPE}")
    if "/" in parts.path.strip("/") or "@" in parts.path or parts.fragment:
        raise ValueError(UNWRITTEN)
    return parts


def _without_password(url: str) -> str:
    """Nor a user's name, as in any other address of these files: it can be `?user=NAME`."""
    if "password=" in _checked(url).query:
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
