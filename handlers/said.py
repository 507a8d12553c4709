"""One message of somebody's: as the record keeps it, and as the places that have a copy of it show it."""

from dataclasses import dataclass, replace

from desk.cards import Post, Text, text
from desk.tickets import Attachment
from handlers.context import Where
from handlers.pictures import short

NAME = 80  # characters of a file's name


@dataclass(frozen=True, slots=True)
class Said:
    words: str
    files: tuple[Attachment, ...] = ()

    def recorded(self) -> str:
        """All there is to know, the link to each file included."""
        attached = [f"attached {_brief(f)}, {short(f.type, NAME)}: {f.link}" for f in self.files]
        return "\n".join([self.words, *attached] if self.words else attached)

    def shown(self, who: str) -> Text:
        """The words, and which files came with them: those open where they were attached."""
        attached = [f"{who} attached {_brief(f)}" for f in self.files]
        return text("\n".join([self.words, *attached] if self.words else attached))


def _brief(file: Attachment) -> str:
    return f"{short(file.name, NAME)} ({size_words(file.size)})"


def size_words(size: float) -> str:
    """Bytes as people say them: `640 B`, `12 kB`, `1.2 MB`."""
    units = iter(("B", "kB", "MB", "GB"))
    unit = next(units)
    while size >= 999.5 and unit != "GB":
        size, unit = size / 1000, next(units)
    return f"{size:.0f} {unit}" if unit == "B" or size >= 9.95 else f"{size:.1f} {unit}"


COPY = "said/"


def copy_key(message: str) -> str:
    """Of the copies of a message, which is named by place and id."""
    return COPY + message


def copied(key: str) -> str:
    """The message that a post with this key is a copy of; empty where it is none."""
    return key.removeprefix(COPY) if key.startswith(COPY) else ""


def sent_key(note: str) -> str:
    """Of the reply by which a note was sent: a note is sent once."""
    return f"sent/{note}"


def as_copy(post: Post, where: Where, *, moved: bool = False) -> Post:
    """The post of what was said here, for every place but this; for this one too where it `moved` to another thread. A
    message that has an id can be edited later, and its copies follow.
    """
    here = replace(post, said_at="" if moved else where.at)
    return replace(here, key=copy_key(where.said), live=True) if where.said else here
