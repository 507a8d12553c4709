"""Which files checks may look at: those below the folders that `watched_folders:` lists, wherever links lead."""

from collections.abc import Iterable
from pathlib import Path

from desk.alerts import Status
from monitors.reach import ReachError


def inside(path: Path, folders: Iterable[str]) -> Path:
    """Where this really is. Raises ReachError, unknown, when that is in none of the folders."""
    real = path.resolve()
    if not any(real.is_relative_to(Path(folder).resolve()) for folder in folders):
        sentence = f'{real} is in no folder of watched_folders: in deskbell.yaml; add "{real.parent}" there'
        raise ReachError(Status.UNKNOWN, f"{sentence} to let checks look at it")
    return real
