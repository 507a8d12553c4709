"""What a script printed: decoded, made visible, masked, and only its last part kept."""

import codecs
import io
import re
from collections.abc import Sequence

from remediation.masking import Mask

# Control characters, invisible formatting and marks that turn the direction of text: shown escaped, never obeyed.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_LONGEST_LINE = 200


def visible(text: str) -> str:
    return _HIDDEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


class Output:
    """Takes bytes as they come; whatever can be read from it is masked, however the bytes were cut into pieces.

    `kept` is the number of characters of the end that are kept; `total` counts all bytes, `lines` all ended lines.
    """

    def __init__(self, secrets: Sequence[str], kept: int) -> None:
        self.total = 0
        self.lines = 0
        self._kept = kept
        self._mask = Mask([*secrets, *map(visible, secrets)])
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._decoder = io.IncrementalNewlineDecoder(decoder, translate=True)
        self._growing = ""
        self._tail = ""
        self._cut = False

    def feed(self, data: bytes, *, final: bool = False) -> None:
        """Add bytes; `final` gives up waiting for the rest of a letter or of a secret."""
        self.total += len(data)
        self._growing += visible(self._decoder.decode(data, final=final))
        ready = len(self._growing) if final else self._mask.ready(self._growing)
        safe, self._growing = self._mask(self._growing[:ready]), self._growing[ready:]
        self.lines += safe.count("\n")
        self._tail += safe
        if len(self._tail) > self._kept:
            self._tail, self._cut = self._tail[-self._kept :], True

    def last(self) -> str:
        """The last line with something on it, shortened."""
        return self._tail.rstrip().rpartition("\n")[2].strip()[:_LONGEST_LINE]

    def text(self) -> str:
        """The kept end; it says so when there was more before it."""
        return f"(only the end is kept)\n{self._tail}" if self._cut else self._tail

    def masked(self, text: str) -> str:
        return self._mask(text)
