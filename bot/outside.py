"""The outside heartbeat: somebody elsewhere who rings when we fall silent."""

import asyncio
from collections.abc import Callable

import httpx

from config.files.auditing import TOKEN
from config.loaded import Config

LIMIT = 5.0  # seconds for one ping
POST_IS_NOT_KNOWN = (404, 405)  # some services know GET alone


class OutsideHeartbeat:
    """`token` stands where the address says `{token}`, else it goes along as a bearer's."""

    def __init__(self, config: Callable[[], Config], token: str, web: httpx.AsyncClient) -> None:
        self._config, self._web = config, web
        self.token = token

    @property
    def wanted(self) -> bool:
        return self._config().desk.outside_heartbeat is not None

    async def ping(self) -> str:
        """Say that all is well. Empty when that was taken, else why not: a sentence without an address, which may hold
        the token.
        """
        written = self._config().desk.outside_heartbeat or ""
        address = written.replace(TOKEN, self.token)
        headers = {"Authorization": f"Bearer {self.token}"} if self.token and TOKEN not in written else {}
        try:
            async with asyncio.timeout(LIMIT):
                answer = await self._web.post(address, headers=headers)
                if answer.status_code in POST_IS_NOT_KNOWN:
                    answer = await self._web.get(address, headers=headers)
        except TimeoutError:
            return f"it did not answer within {LIMIT:g} s"
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return f"it cannot be reached ({type(error).__name__})"
        return "" if answer.is_success else f"it answered with status {answer.status_code}"
