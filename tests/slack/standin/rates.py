"""How often one may call: a bucket for each method and workspace, and one for each channel that is posted to.

https://docs.slack.dev/apis/web-api/rate-limits
"""

import math
from dataclasses import dataclass, field

from tests.slack.standin.refusal import SlackNo

TIER = {
    "chat.postEphemeral": 4, "chat.update": 3, "chat.delete": 3, "conversations.history": 3,
    "conversations.replies": 3, "conversations.info": 3, "conversations.list": 2, "conversations.members": 4,
    "conversations.open": 3, "users.info": 4, "users.list": 2, "views.open": 4, "views.update": 4, "views.push": 4,
    "users.conversations": 3, "views.publish": 4, "reactions.add": 3, "reactions.get": 3, "files.info": 4,
    "files.getUploadURLExternal": 4, "files.completeUploadExternal": 4,
}  # fmt: skip


@dataclass
class Bucket:
    left: float
    at: float


@dataclass
class Rates:
    """`on` turns all of it off. A tier is calls a minute; a channel takes `burst` posts at once, then one a `post`.

    Slack says `tier 3: 50+ per minute`; `+` is left out here. Tier 1 and the special ones have no limit.
    """

    on: bool = True
    burst: float = 3
    post: float = 1.0
    tiers: dict[int, float] = field(default_factory=lambda: {2: 20.0, 3: 50.0, 4: 100.0})
    _buckets: dict[tuple[str, ...], Bucket] = field(default_factory=dict)

    def spend(self, method: str, channel: str, now: float) -> None:
        """Raises `ratelimited` with 429 and the whole seconds until the next one."""
        if not self.on:
            return
        if method == "chat.postMessage":
            self._take((method, channel), self.burst, 1 / self.post, now)
        elif method in TIER:
            size = self.tiers[TIER[method]]
            self._take((method,), size, size / 60, now)

    def _take(self, key: tuple[str, ...], size: float, per_second: float, now: float) -> None:
        bucket = self._buckets.setdefault(key, Bucket(size, now))
        bucket.left = min(size, bucket.left + max(0.0, now - bucket.at) * per_second)
        bucket.at = now
        if bucket.left < 1 - 1e-9:
            wait = math.ceil((1 - bucket.left) / per_second - 1e-6)
            raise SlackNo("ratelimited", status=429, retry_after=max(1, wait))
        bucket.left -= 1
