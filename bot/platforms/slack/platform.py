"""A workspace of Slack, both doors: what the composition root builds, starts and takes down."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.arrivals import Answer, Arrival
from bot.door import Door
from bot.platforms.contract import Finding, Outbound, Pace, PlatformRefused, UnknownPlaces
from bot.platforms.fetching import fetch
from bot.platforms.slack import examining, refusals
from bot.platforms.slack.accounts import Accounts
from bot.platforms.slack.answers import Answers
from bot.platforms.slack.connection import Sockets, bolt
from bot.platforms.slack.examining import Auth
from bot.platforms.slack.hearing import Hearing
from bot.platforms.slack.inbound import Inbound
from bot.platforms.slack.outbound import SlackOutbound
from bot.platforms.slack.payloads import Us
from bot.platforms.slack.signed import Response, Signed
from bot.platforms.slack.workspace import Workspace
from bot.ports import Clock
from config.loaded import Config, Slack
from config.tokens import SlackSecrets
from handlers.context import Command

NOT_YET: Response = (503, {"content-type": "text/plain", "retry-after": "5"}, b"not connected yet")
NOT_HERE: Response = (404, {"content-type": "text/plain"}, b"events come by Socket Mode")

log = structlog.get_logger(__name__)


class SlackPlatform:
    """Events come by Socket Mode where there is an app token; else `handle_http` is to be mounted."""

    pace = Pace(1.0, 45)

    def __init__(
        self, name: str, secrets: SlackSecrets, settings: Slack, door: Door, config: Callable[[], Config],
        clock: Clock, commands: Mapping[str, Command],
    ) -> None:  # fmt: skip
        self.name = name
        self._secrets, self._settings, self._door = secrets, settings, door
        self._config, self._clock, self._commands = config, clock, commands
        self._workspace = Workspace(name, secrets)
        self._out = SlackOutbound(self._workspace, config, clock, door.enclosed)
        self._answers = Answers(self._workspace, door, clock, settings.command)
        self._inbound: Inbound | None = None
        self._sockets: Sockets | None = None
        self._signed: Signed | None = None
        self._hearing: Hearing | None = None

    @property
    def out(self) -> Outbound:
        return self._out

    @property
    def by_http(self) -> bool:
        """Whether Slack calls us, so that `handle_http` must be reachable."""
        return self._secrets.app_token is None

    async def start(self) -> None:
        self._workspace.open()
        try:
            auth = await self._authorised()
            await self._look_at_channels(auth)
            await self._listen(auth)
        except BaseException:
            await self.close()
            raise
        log.info("listening", platform=self.name, team=auth["team"], bot=auth["user"], by_http=self.by_http)

    async def close(self) -> None:
        """Nothing more comes in; what was begun may end."""
        for part in (self._hearing, self._sockets, self._signed, self._inbound):
            if part is not None:
                await part.close()
        self._hearing = self._sockets = self._signed = self._inbound = None
        await self._workspace.close()

    async def answer(self, arrival: Arrival, answer: Answer) -> None:
        if "user" in arrival.back:
            await self._answers.give(arrival.back, answer)

    async def handle_http(self, headers: Mapping[str, str], body: bytes) -> Response:
        """Status, headers and body for what Slack posted to our address."""
        if not self.by_http:
            return NOT_HERE
        return await self._signed.handle(headers, body) if self._signed else NOT_YET

    async def fetch(self, source: str, limit: int) -> bytes:
        """What lies at `url_private`: Slack asks for our token there too."""
        api, token = self._secrets.api_url, self._secrets.bot_token
        home = urlsplit(api).hostname or ""
        ours = {"Authorization": f"Bearer {token}"}
        return await fetch(source, limit, hosts={"slack.com", home}, api=api, headers=ours)

    async def examine(self) -> list[Finding]:
        was_open = self._workspace.is_open
        self._workspace.open()
        try:
            return await self._findings()
        finally:
            if not was_open:
                await self._workspace.close()

    async def _findings(self) -> list[Finding]:
        what = f"{self.name}: token"
        try:
            auth = await self._authorised()
        except PlatformRefused as error:
            return [Finding(what, False, error.sentence)]
        found = [Finding(what, True, f"@{auth['user']} in {auth['team']}"), *examining.scopes(self.name, auth)]
        if self._secrets.app_token is not None:
            found.append(await self._app_token())
        return found + await self._channels(auth)

    async def _app_token(self) -> Finding:
        what = f"{self.name}: app token"
        try:
            await self._workspace.web.apps_connections_open(app_token=self._secrets.app_token or "")
        except SlackApiError as error:
            return Finding(what, False, examining.refusal(self.name, "app_token", error))
        return Finding(what, True, "Socket Mode is on")

    async def _channels(self, auth: Auth) -> list[Finding]:
        what, places = f"{self.name}: channels", self._places()
        try:
            found = await examining.troubles(self._workspace, places, auth["user"])
        except SlackApiError as error:
            sentence = f"{self.name}: they cannot be looked at: Slack answered `{refusals.said(error)}`."
            return [Finding(what, False, sentence)]
        bad = [Finding(what, False, trouble.sentence) for trouble in found]
        return bad or [Finding(what, True, f"{len(places)} are there, and the bot is in them")]

    async def _authorised(self) -> Auth:
        """Who we are here. Raises PlatformRefused."""
        try:
            return await self._workspace.web.auth_test()
        except SlackApiError as error:
            if not refusals.said(error):
                raise PlatformRefused(f"{self.name}: Slack does not answer as it should. It is tried again.") from error
            raise PlatformRefused(examining.refusal(self.name, "bot_token", error)) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            sentence = f"{self.name}: nobody answers at {self._secrets.api_url}. Is there a way out?"
            raise PlatformRefused(sentence) from error

    async def _look_at_channels(self, auth: Auth) -> None:
        """A missing scope takes a feature away and no more; an unknown channel is a mistake of the configuration."""
        for finding in examining.scopes(self.name, auth):
            if not finding.well:
                log.warning(finding.sentence)
        try:
            found = await examining.troubles(self._workspace, self._places(), auth["user"])
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            log.warning("the channels could not be looked at", platform=self.name, error=type(error).__name__)
            return
        if unknown := [trouble.sentence for trouble in found if trouble.unknown]:
            raise UnknownPlaces(f"{self.name}: {' '.join(unknown)}")
        for trouble in found:
            log.warning(trouble.sentence, platform=self.name)

    async def _listen(self, auth: Auth) -> None:
        us = Us(
            self.name, auth["team_id"], auth["user_id"], auth.get("bot_id", ""), self._settings.command,
            self._settings.reaction, self._settings.pin,
        )  # fmt: skip
        accounts = Accounts(self._workspace, self._door, us.team, self._clock)
        inbound = self._inbound = Inbound(
            us, self._workspace, self._door, self._clock, accounts, self._answers, self._commands
        )
        app = bolt(self._workspace, inbound.receive)
        hearing = self._hearing = Hearing(us, self._workspace, self._door, self._clock, inbound, accounts, self._hears)
        if self._secrets.app_token is not None:
            self._sockets = Sockets(
                self._workspace, self._secrets.app_token, app, self._clock, heard=hearing.heard, silent=hearing.silent
            )
            try:
                await self._sockets.start()
            except SlackApiError as error:
                raise PlatformRefused(examining.refusal(self.name, "app_token", error)) from error
        elif self._secrets.signing_secret is not None:
            self._signed = Signed(self.name, self._secrets.signing_secret, app, self._door, self._clock)
        else:
            raise PlatformRefused(f"{self.name}: there is neither an app token nor a signing secret. Set one of them.")
        await hearing.start()

    def _hears(self) -> bool:
        return self._signed is not None or bool(self._sockets and self._sockets.connected)

    def _places(self) -> dict[str, str]:
        channels = self._config().channels.values()
        return {channel.id: channel.places[self.name] for channel in channels if self.name in channel.places}
