"""The whole desk on the stand-in, with Ann who asks and Ben who works, in its client's channel and its team's."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.configuration import DEMO, load_folder
from bot.platforms.discord.marks import unmarked
from bot.platforms.discord.rest import aim
from config.loaded import Config
from config.secrets import Secrets
from tests.discord.standin.people import People
from tests.discord.standin.server import Server
from tests.discord.standin.state import Discord
from tests.discord.standin.things import Channel, Guild, Message, User
from tests.webapp import Web, web_bot


@dataclass
class Desk:
    discord: Discord
    server: Server
    data: Path
    guild: Guild
    team: Channel
    help: Channel
    ann: User
    ben: User
    change: Callable[[Config], Config]
    life: AsyncExitStack = field(default_factory=AsyncExitStack)

    def __post_init__(self) -> None:
        self.people = People(self.discord)

    async def start(self) -> None:
        config = self.change(load_folder(DEMO))
        channels = dict(config.channels)
        for name, place in (("acme-team", self.team), ("acme-help", self.help)):
            channels[name] = replace(channels[name], places={"discord": str(place.id)})
        given = {"token": "standin", "guild_ids": str(self.guild.id), "api_url": self.server.rest}
        bot = web_bot(self.data, replace(config, channels=channels), secrets=Secrets(DESKBELL_DISCORD=given))
        self.web: Web = await self.life.enter_async_context(bot)

    async def restart(self) -> None:
        await self.life.aclose()
        await self.start()

    def shown(self, who: User, where: Channel | User | int) -> list[str]:
        return [unmarked(m.text()) for m in self.people.seen(who, where)]

    async def message(self, who: User, where: Channel | User | int, words: str) -> Message:
        """The first message of ours there that says these words."""

        def find() -> Message | None:
            ours = [m for m in self.people.seen(who, where) if m.author == self.discord.bot.id]
            return next((m for m in ours if words in unmarked(m.text())), None)

        return await self.people.until(find)

    async def asked(self, subject: str, **values: object) -> Message:
        """Ann sends the form of `/open` in the help channel; what she alone is told there."""
        form = await self.people.answered(self.people.slash(self.ann, self.help, "open"))
        told = await self.people.answered(self.people.submit(self.ann, form, subject=subject, **values))
        answer = self.people.answer(told)
        assert answer is not None
        return answer

    async def open(self, subject: str) -> tuple[Message, Message]:
        """A ticket that is answered by direct message; its cards in Ann's direct channel and in the team's."""
        await self.asked(subject, confidential=["yes"])
        own, teams = await self.message(self.ann, self.ann, subject), await self.message(self.ben, self.team, subject)
        return await self.known(own), await self.known(teams)

    async def known(self, message: Message) -> Message:
        """People see a post a moment before the bot knows where it stands."""
        await self.web.until(
            lambda: self.web.count("SELECT COUNT(*) FROM posts WHERE message_id = ?", str(message.id))
        )  # fmt: skip
        return message

    async def open_in_a_thread(self, subject: str) -> tuple[Channel, Message]:
        """A ticket that Ann asks for in the help channel: its own thread there, and its card in that."""
        await self.asked(subject)
        thread = await self.people.until(lambda: next(iter(self.threads(self.ann)), None))
        return thread, await self.known(await self.message(self.ann, thread, subject))

    def threads(self, who: User) -> list[Channel]:
        return self.people.threads(who, self.help)


@asynccontextmanager
async def desk(
    data: Path, denied: Iterable[str] = (), change: Callable[[Config], Config] = lambda config: config,
    **discord: object,
) -> AsyncIterator[Desk]:  # fmt: skip
    """Ben is known by a code that he said; Ann is let in as a requester of acme by acme's channel, in which the bot
    lacks what is `denied`.
    """
    there = Discord(lambda: datetime.now(UTC), posts=None, **discord)
    guild = there.guild()
    team, ask = there.text_channel(guild, "acme-team"), there.text_channel(guild, "acme-help", denied=denied)
    async with Server(there) as server:
        ann, ben = there.person("Ann", guild), there.person("Ben", guild)
        made = Desk(there, server, data, guild, team, ask, ann, ben, change)
        try:
            async with made.life:
                await made.start()
                code = await made.web.bot.identity.code_for("ben")
                await made.people.answered(made.people.slash(made.ben, team, "link", code=code))
                yield made
        finally:
            aim(None)
