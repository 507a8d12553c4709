"""file: whether a file of this machine is there, how old and how large it is, and what it says."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import ClassVar

from pydantic import Field, field_validator

from desk.alerts import Status
from monitors.apart import apart
from monitors.conditions import quoted
from monitors.folders import inside
from monitors.offers import Offers, Type, Value
from monitors.probe import Kind, Probe, Seen
from monitors.reach import ReachError

READ = 65_536  # bytes of a file's end
MOST = 20_000  # names of one folder
_WILD = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Found:
    """One file: its real path, when it was written (seconds since 1970) and its bytes."""

    path: Path
    written: float
    size: int


class Check(Kind):
    """Looks at the newest file of a name; `*`, `?` and `[…]` in the last part of the path stand for many."""

    offers: ClassVar[Offers] = {
        "count": Value(Type.WHOLE, "how many files have such a name"),
        "age_s": Value(Type.NUMBER, "how long ago the newest was written, in seconds"),
        "size_bytes": Value(Type.WHOLE, "how large the newest is"),
        "total_bytes": Value(Type.WHOLE, "how large all of them are"),
        "text": Value(Type.TEXT, "the last 64 KB of the newest"),
    }

    path: str = Field(description="the file, in a folder that watched_folders lists", min_length=2, max_length=500)
    at_least: int = Field(1, description="fewer files are a failure", ge=0)
    max_age: float | None = Field(None, description="seconds; a newest file that is older is a failure", gt=0)
    min_bytes: int | None = Field(None, description="a smaller newest file is a failure", ge=0)
    max_bytes: int | None = Field(None, description="a larger one is", ge=0)
    contains: str | None = Field(None, description="what its last 64 KB must contain", min_length=1, max_length=200)

    @field_validator("path")
    @classmethod
    def _is_one_place(cls, path: str) -> str:
        folder = path.rpartition("/")[0]
        if not path.startswith("/") or path.endswith("/") or ".." in path.split("/") or _WILD & set(folder):
            raise ValueError(f'"{path}" is no path such as /var/backups/*.gz: absolute, with * in its last part only')
        return path

    def short_for(self) -> Iterable[tuple[str, str]]:
        yield f"count >= {self.at_least}", ""
        if self.max_age is not None:
            yield f"age_s <= {self.max_age:.15g}", ""
        if self.min_bytes is not None:
            yield f"size_bytes >= {self.min_bytes}", ""
        if self.max_bytes is not None:
            yield f"size_bytes <= {self.max_bytes}", ""
        if self.contains is not None:
            yield f"text.contains({quoted(self.contains)})", ""

    async def check(self, probe: Probe) -> Seen:
        return await apart(probe, lambda: self._seen(probe))

    def _seen(self, probe: Probe) -> Seen:
        """Here and now, in a thread. Raises ReachError."""
        try:
            found = list(self._found(probe.here.folders))
            if not found:
                return Seen(values={"count": 0})
            newest = max(found, key=lambda each: each.written)
            age = max(0.0, round(probe.now().timestamp() - newest.written, 1))
            total = sum(each.size for each in found)
            values = {"count": len(found), "age_s": age, "size_bytes": newest.size, "total_bytes": total}
            return Seen(values=values, bulk={"text": _end_of(newest)} if "text" in probe.wants else {})
        except OSError as error:
            raise ReachError(Status.UNKNOWN, f"cannot look at {self.path}: {error.strerror}") from error

    def _found(self, folders: tuple[str, ...]) -> Iterator[Found]:
        """The files of such a name. Every one is checked where it really is: a link leads nowhere it may not."""
        path = Path(self.path)
        folder = inside(path.parent, folders)
        many = bool(_WILD & set(path.name))
        for number, each in enumerate(folder.iterdir() if many else [folder / path.name]):
            if number >= MOST:
                raise ReachError(Status.UNKNOWN, f"{folder} has more than {MOST:,} names, which are not looked through")
            if each.name == path.name or fnmatch(each.name, path.name):
                real = inside(each, folders)
                if real.is_file():
                    about = real.stat()
                    yield Found(real, about.st_mtime, about.st_size)


def _end_of(found: Found) -> str:
    """Opened without following a link that was put there meanwhile, and without waiting for a pipe's other end."""
    descriptor = os.open(found.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise OSError(0, "it is no ordinary file")
        file.seek(max(0, about.st_size - READ))
        return file.read(READ).decode(errors="replace")
