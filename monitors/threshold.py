"""A measured share against the most it may be."""

from desk.alerts import Status
from monitors.probe import Seen


def against(percent: float, below: float, what: str) -> Seen:
    """A share against its threshold: `cpu 97 %, expected below 90 %`."""
    values = {"percent": percent}
    if percent < below:
        return Seen(Status.OK, values=values)
    return Seen(Status.FAILED, f"{what} {percent:g} %, expected below {below:g} %", values)
