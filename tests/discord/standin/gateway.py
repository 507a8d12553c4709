"""The gateway without its sockets: sessions with sequence numbers, intents, resuming, and what can go wrong."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.discord.standin import shapes
from tests.discord.standin.things import DM

if TYPE_CHECKING:
    from tests.discord.standin.state import Discord

# https://discord.com/developers/docs/events/gateway#gateway-intents
_INTENTS = {"guilds": 0, "members": 1, "presences": 8, "messages": 9, "reactions": 10, "dms": 12, "dm_reactions": 13,
            "message_content": 15}  # fmt: skip
_NEEDS = {
    "GUILD_CREATE": ("guilds", "guilds"), "THREAD_CREATE": ("guilds", "guilds"), "THREAD_UPDATE": ("guilds", "guilds"),
    "THREAD_MEMBERS_UPDATE": ("guilds", "guilds"),
    "MESSAGE_CREATE": ("messages", "dms"),
    "MESSAGE_UPDATE": ("messages", "dms"), "MESSAGE_DELETE": ("messages", "dms"),
    "MESSAGE_REACTION_ADD": ("reactions", "dm_reactions"), "MESSAGE_REACTION_REMOVE": ("reactions", "dm_reactions"),
    "GUILD_MEMBER_REMOVE": ("members", "members"),
}  # fmt: skip


@dataclass
class Session:
    id: str
    intents: int
    shard: list[int]
    sent: list[dict[str, Any]] = field(default_factory=list)  # every dispatch, its sequence number is its place + 1
    connection: "Connection | None" = None

    def has(self, intent: str) -> bool:
        return bool(self.intents >> _INTENTS[intent] & 1)

    def dispatch(self, event: str, data: dict[str, Any]) -> None:
        frame = {"op": 0, "t": event, "s": len(self.sent) + 1, "d": data}
        self.sent.append(frame)
        if self.connection is not None:
            self.connection.send(frame)


class Connection:
    """One WebSocket. `send` takes a frame for the bot, a close code, or None for a reset; `hear` what the bot sends."""

    def __init__(self, gateway: "Gateway", send: Callable[[dict[str, Any] | int | None], None]) -> None:
        self._gateway = gateway
        self._out: Callable[[dict[str, Any] | int | None], None] = send
        self.open = True
        self.heard: list[dict[str, Any]] = []
        self._session: Session | None = None
        self.send({"op": 10, "d": {"heartbeat_interval": gateway.heartbeat}, "s": None, "t": None})

    def send(self, frame: dict[str, Any]) -> None:
        if self.open:
            self._out(deepcopy(frame))

    def end(self, code: int | None) -> None:
        """Close with a code, or reset the connection (None)."""
        if self.open:
            self._out(code)
        self.gone()

    def gone(self) -> None:
        """The socket is closed, by whomever. Its session can be resumed."""
        self.open = False
        if self._session is not None and self._session.connection is self:
            self._session.connection = None

    def hear(self, frame: dict[str, Any]) -> None:
        self.heard.append(frame)
        op: int = frame["op"]
        data: Any = frame.get("d")
        if op == 1:
            self.send({"op": 11, "d": None, "s": None, "t": None})
        elif op == 2:
            self._identify(data)
        elif op == 6:
            self._resume(data)
        elif self._session is None:
            self.end(4003)
        elif op == 8:
            self._gateway.members_for(self._session, data)

    def _identify(self, data: dict[str, Any]) -> None:
        if self._session is not None:
            self.end(4005)
        elif data["token"] != self._gateway.discord.token:
            self.end(4004)
        elif not self._gateway.allowed(data["intents"]):
            self.end(4014)
        else:
            self._session = self._gateway.begin(data["intents"], data.get("shard") or [0, 1])
            self._session.connection = self
            self._gateway.greet(self._session)

    def _resume(self, data: dict[str, Any]) -> None:
        session = self._gateway.sessions.get(data["session_id"])
        if data["token"] != self._gateway.discord.token:
            self.end(4004)
        elif session is None:
            self.send({"op": 9, "d": False, "s": None, "t": None})
        elif data["seq"] is None or data["seq"] > len(session.sent):
            self.end(4007)
        else:
            if session.connection is not None:
                session.connection.end(4000)
            self._session, session.connection = session, self
            for frame in session.sent[data["seq"] :]:
                self.send(frame)
            session.dispatch("RESUMED", {})
            self._gateway.resumed += 1


class Gateway:
    """`heartbeat` in milliseconds. `identified` and `resumed` count how often a session began or went on."""

    def __init__(self, discord: "Discord", heartbeat: int = 41_250) -> None:
        self.discord, self.heartbeat = discord, heartbeat
        self.sessions: dict[str, Session] = {}
        self.identified = self.resumed = 0
        self._times = 1
        self._held: list[tuple[str, dict[str, Any]]] | None = None

    # the sockets' side

    def open(self, send: Callable[[dict[str, Any] | int | None], None]) -> Connection:
        return Connection(self, send)

    def allowed(self, intents: int) -> bool:
        """A privileged intent has to be switched on in the portal."""
        asked = {name for name in ("members", "presences", "message_content") if intents >> _INTENTS[name] & 1}
        return asked <= self.discord.privileged

    def begin(self, intents: int, shard: list[int]) -> Session:
        self.identified += 1
        session = Session(f"session-{self.identified}", intents, shard)
        self.sessions[session.id] = session
        return session

    def greet(self, session: Session) -> None:
        discord = self.discord
        here = [each for each in discord.guilds.values() if (each.id >> 22) % session.shard[1] == session.shard[0]]
        session.dispatch("READY", {
            "v": 10, "user": shapes.user(discord.bot), "session_id": session.id, "shard": session.shard,
            "resume_gateway_url": discord.gateway_at,
            "guilds": [{"id": str(each.id), "unavailable": True} for each in here],
            "application": {"id": str(discord.application), "flags": 0},
        })  # fmt: skip
        if session.has("guilds"):
            for each in here:
                session.dispatch("GUILD_CREATE", shapes.guild_create(discord, each, everybody=False))
        self.discord.changed()

    def members_for(self, session: Session, asked: dict[str, Any]) -> None:
        """The answer to a request for a guild's members."""
        guild = self.discord.guilds[int(asked["guild_id"])]
        wanted = [int(each) for each in asked.get("user_ids") or guild.nicks]
        session.dispatch("GUILD_MEMBERS_CHUNK", {
            "guild_id": str(guild.id), "chunk_index": 0, "chunk_count": 1, "nonce": asked.get("nonce"),
            "members": [shapes.member(self.discord, guild, each) for each in wanted if each in guild.nicks],
            "not_found": [str(each) for each in wanted if each not in guild.nicks],
        })  # fmt: skip

    def dispatch(self, event: str, data: dict[str, Any]) -> None:
        """To every session that asked for such events, whether or not it is connected just now."""
        if self._held is not None:
            self._held.append((event, data))
            return
        times, self._times = self._times, 1
        for session in self.sessions.values():
            guild, direct = _NEEDS.get(event, (None, None))
            needed = guild if data.get("guild_id") or event == "GUILD_CREATE" else direct
            if needed is None or session.has(needed):
                for _ in range(times):
                    session.dispatch(event, self.as_seen(session, event, deepcopy(data)))

    def as_seen(self, session: Session, event: str, data: dict[str, Any]) -> dict[str, Any]:
        if event in {"MESSAGE_CREATE", "MESSAGE_UPDATE"} and not session.has("message_content"):
            self.hide(data)
        return data

    def hide(self, message: dict[str, Any]) -> dict[str, Any]:
        """Without the intent a message says nothing, but for direct ones, the bot's own and those that mention it."""
        bot = str(self.discord.bot.id)
        place = self.discord.channels[int(message["channel_id"])]
        mentioned = any(each["id"] == bot for each in message["mentions"])
        if message.get("referenced_message"):
            self.hide(message["referenced_message"])
        if place.type != DM and message["author"]["id"] != bot and not mentioned:
            message.update(content="", embeds=[], attachments=[], components=[])
        return message

    # what can go wrong

    @property
    def connections(self) -> list[Connection]:
        return [each.connection for each in self.sessions.values() if each.connection is not None]

    def close(self, code: int | None = 1001) -> None:
        """Close every connection with a code; None resets it without a word."""
        for each in self.connections:
            each.end(code)

    def reconnect(self) -> None:
        """Ask the bot to connect anew and resume (op 7)."""
        for each in self.connections:
            each.send({"op": 7, "d": None, "s": None, "t": None})

    def forget(self) -> None:
        """Nobody can resume any more: the next attempt is answered with an invalid session. Connections stay."""
        for key in list(self.sessions):
            self.sessions[f"{key} forgotten"] = self.sessions.pop(key)

    def repeat(self, times: int = 2) -> None:
        """The next event is told so many times, each with a sequence number of its own."""
        self._times = times

    @contextmanager
    def out_of_order(self) -> Iterator[None]:
        """What happens inside is told afterwards, the last first."""
        self._held = []
        try:
            yield
        finally:
            held, self._held = self._held, None
            for event, data in reversed(held):
                self.dispatch(event, data)
