"""Why a target could not be reached: its fault (failed) or ours (unknown)."""

import errno
import ssl
from collections.abc import Iterator

from desk.alerts import Status

# What happens when this machine is the one that cannot: no network, no route, no socket, no permission.
_OURS = {
    errno.ENETUNREACH,
    errno.ENETDOWN,
    errno.EADDRNOTAVAIL,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOBUFS,
    errno.ENOMEM,
    errno.EACCES,
    errno.EPERM,
}
_WORDS = {
    errno.ECONNREFUSED: "connection refused",
    errno.ECONNRESET: "connection reset",
    errno.EPIPE: "connection reset",
    errno.ETIMEDOUT: "connection timed out",
    errno.EHOSTUNREACH: "no route to the host",
    errno.ENETUNREACH: "this machine has no route to it",
    errno.ENETDOWN: "this machine has no network",
    errno.EMFILE: "this process has too many open files",
    errno.ENFILE: "this machine has too many open files",
}


class ReachError(Exception):
    """Ends a check that got no answer to judge. `status` says whose fault it is, `sentence` what was seen."""

    def __init__(self, status: Status, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


def unreached(error: Exception, expected: str) -> ReachError:
    """The `ReachError` for what a connection raised: `connection refused, expected status 200`."""
    chain = list(_chain(error))
    for cause in chain:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return ReachError(Status.FAILED, f"certificate not accepted: {cause.verify_message}, expected {expected}")
    for cause in chain:
        if isinstance(cause, OSError) and cause.errno and not isinstance(cause, ssl.SSLError):
            status = Status.UNKNOWN if cause.errno in _OURS else Status.FAILED
            words = _WORDS.get(cause.errno) or cause.strerror or type(cause).__name__
            return ReachError(status, f"{words}, expected {expected}")
    innermost = chain[0]
    return ReachError(Status.FAILED, f"{str(innermost)[:120] or type(innermost).__name__}, expected {expected}")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what caused it, innermost first: libraries wrap, and the truth is inside."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _chain(cause)
    yield error
