"""Secrets leave nowhere: they are masked by value, also where a program encoded them."""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

MASK = "•••"
SHORTEST = 4  # a shorter secret would mask half of every sentence
_SHORTEST_FRAGMENT = 6  # base64 inside other base64 loses its edges; what is left must still be telling


class Mask:
    """Replaces every known secret, plain, quoted for a URL, escaped in JSON or in base64, by three dots."""

    def __init__(self, secrets: Iterable[str]) -> None:
        wanted = {form for secret in secrets if len(secret) >= SHORTEST for form in _forms(secret)}
        self._forms = sorted(wanted, key=len, reverse=True)
        self._any = re.compile("|".join(map(re.escape, self._forms)) or r"(?!)")

    def __call__(self, text: str) -> str:
        if not any(form in text for form in self._forms):  # ten times as quick, and nearly every text holds none
            return text
        return self._any.sub(MASK, text)

    def ready(self, text: str) -> int:
        """How much of a text that is still growing can be masked now: up to where a secret may have begun."""
        cut = len(text)
        for form in self._forms:
            at = text.find(form[0], max(0, len(text) - len(form) + 1))
            while -1 < at < cut:
                if form.startswith(text[at:]):
                    cut = at
                at = text.find(form[0], at + 1)
        for found in self._any.finditer(text):
            if found.start() < cut < found.end():
                return found.start()
        return cut


def _forms(secret: str) -> Iterator[str]:
    data = secret.encode(errors="surrogatepass")
    yield from (secret, quote(data, safe=""), quote(data), quote_plus(data), json.dumps(secret)[1:-1])
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    alone = base64.b64encode(data).decode()
    yield from (alone, alone.replace("+", "-").replace("/", "_"))
    for before in range(3):  # "user:secret" puts the secret at any of three places within a group of four letters
        whole = base64.b64encode(bytes(before) + data).rstrip(b"=").decode()
        skipped = (0, 2, 3)[before]
        ragged = (before + len(data)) % 3 != 0
        inner = whole[skipped : len(whole) - ragged]
        if len(inner) >= _SHORTEST_FRAGMENT:
            yield from (inner, inner.replace("+", "-").replace("/", "_"))
