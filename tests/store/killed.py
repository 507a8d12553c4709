"""A migration that is killed at one of its statements, as another process runs it."""

import signal
import subprocess
import sys
from pathlib import Path

KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event, Engine
from bot.databases import database_at
from bot.store.migrate import prepare

after = int(sys.argv[3])

@event.listens_for(Engine, "before_cursor_execute")
def count(*_):
    global after
    after -= 1
    if after == 0:
        os.kill(os.getpid(), signal.SIGKILL)

prepare(database_at(sys.argv[1] or None, Path(sys.argv[2])))
"""


def migrate_until_killed(address: str, folder: Path, after: int) -> None:
    """`address` is empty for SQLite's file in this folder; `after` so many statements it is killed."""
    ended = subprocess.run([sys.executable, "-c", KILLED, address, str(folder), str(after)], check=False)
    assert ended.returncode == -signal.SIGKILL
