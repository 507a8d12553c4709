"""One process for one data folder."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.store.lock import AlreadyRunning, DataLock

HOLDER = """
import sys
from pathlib import Path
from bot.store.lock import AlreadyRunning, DataLock
try:
    lock = DataLock(Path(sys.argv[1]))
except AlreadyRunning as error:
    print(error.sentence, flush=True)
    sys.exit(2)
print("held", flush=True)
sys.stdin.read()
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLDER, str(folder)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_a_second_process_is_refused_with_a_sentence_until_the_first_is_gone(tmp_path: Path) -> None:
    """The sentence names the process; a kill -9 frees the folder, because the lock lives with the process."""
    folder = tmp_path / "data"
    with holder(folder) as first:
        assert first.stdout
        assert first.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning, match=rf"process {first.pid}\b.*DESKBELL_DATA"):
            DataLock(folder)
        with holder(folder) as second:
            assert second.stdout
            assert f"process {first.pid}" in second.stdout.readline()
            assert second.wait() == 2
        first.send_signal(signal.SIGKILL)
        first.wait()
        with DataLock(folder):
            pass


def test_a_child_process_does_not_keep_the_lock(tmp_path: Path) -> None:
    """A script that outlives the bot must not lock its successor out."""
    with DataLock(tmp_path):
        child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    with DataLock(tmp_path), child:
        assert child.stdin
        child.stdin.close()


def test_a_lock_let_go_can_be_taken_again_in_the_same_process(tmp_path: Path) -> None:
    lock = DataLock(tmp_path)
    with pytest.raises(AlreadyRunning):
        DataLock(tmp_path)
    lock.release()
    DataLock(tmp_path).release()
