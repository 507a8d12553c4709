"""Rate limits: so many posts and edits in five seconds in each channel, told in headers as Discord does."""

from collections.abc import Callable
from datetime import datetime

from tests.discord.standin.refusals import limited

_LIMITED = {"POST /channels/{channel}/messages": "posts", "PATCH /channels/{channel}/messages/{message}": "edits"}


class Rates:
    """`posts` calls in `per` seconds, counted for each channel and each of posts and edits; None: no limit."""

    def __init__(self, now: Callable[[], datetime], posts: int | None, per: float = 5.0) -> None:
        self.posts, self.per = posts, per
        self._now = now
        self._windows: dict[tuple[str, int], tuple[float, int]] = {}  # when it began, how many calls were taken

    def pass_through(self, route: str, channel: int | None) -> dict[str, str]:
        """Count a call; the headers that its answer carries. Raises 429."""
        if self.posts is None or route not in _LIMITED or channel is None:
            return {}
        bucket, at = (_LIMITED[route], channel), self._now().timestamp()
        began, used = self._windows.get(bucket, (at, 0))
        if at >= began + self.per:
            began, used = at, 0
        left = began + self.per - at
        headers = {
            "X-RateLimit-Limit": str(self.posts), "X-RateLimit-Remaining": str(max(self.posts - used - 1, 0)),
            "X-RateLimit-Reset": f"{began + self.per:.3f}", "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": _LIMITED[route],
        }  # fmt: skip
        if used >= self.posts:
            refusal = limited(left)
            refusal.headers |= headers
            raise refusal
        self._windows[bucket] = (began, used + 1)
        return headers
