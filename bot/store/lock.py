"""One process for one data folder: a lock that lives exactly as long as the process does, however that ends."""

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import IO, Self

NAME = "deskbell.lock"


class AlreadyRunning(Exception):
    """Another process holds the folder. `sentence` says which; the caller leaves with exit code 2."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class DataLock:
    """Holds a data folder exclusively, from construction to `release()`. Taken before the database is opened.

    The folder is created if it is not there. Raises AlreadyRunning. A child process does not inherit it.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # The file is never removed: a second process could lock the one that is gone while a third makes it anew.
        file = (folder / NAME).open("a+", encoding="ascii")
        if not _locked(file):
            holder = _holder(file)
            file.close()
            raise AlreadyRunning(f"Another Deskbell{holder} is running on {folder}. Stop it, or set DESKBELL_DATA.")
        _write_holder(file)
        self._file = file

    def release(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _t: type[BaseException] | None, _e: BaseException | None, _b: TracebackType | None) -> None:
        self.release()


def _holder(file: IO[str]) -> str:
    file.seek(0)
    number = file.read(20).strip()
    return f" (process {number})" if number.isdecimal() else ""


def _write_holder(file: IO[str]) -> None:
    file.seek(0)
    file.truncate()
    file.write(f"{os.getpid()}\n")
    file.flush()


if sys.platform == "win32":
    import msvcrt

    def _locked(file: IO[str]) -> bool:
        # Windows locks bytes against reading too, so the lock lies far beyond the number that others may read.
        file.seek(1 << 20)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _locked(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
