"""The chat platforms in `deskbell.yaml`, and where the channels are on them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from config.loaded import Discord, Slack
from config.problems import shown
from config.reading import place
from config.tokens import SETTINGS
from config.values import Settings, Slug, name_of
from config.yaml_lines import Document

SECTION = "platforms"
SLACK, DISCORD = "slack", "discord"  # each a kind, and a platform that is there without being named
WHAT = "platform"
COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")
EMOJI = re.compile(r"[0-9#*]?[^\w\s!-~]{1,16}")
EMOJI_NAME = re.compile(r"[a-z0-9_+'-]{1,100}")
SLACK_CHANNEL = re.compile(r"[CG][A-Z0-9]{1,20}")
DISCORD_ID = re.compile(r"[0-9]{15,20}")
# Slack's own commands: it takes none of these names for an app's, or runs its own.
# Source: https://slack.com/help/articles/201259356-Use-built-in-slash-commands
BUILT_IN = frozenset({
    "/active", "/apps", "/archive", "/away", "/call", "/close", "/collapse", "/dm", "/dnd", "/expand", "/feed",
    "/feedback", "/huddle", "/invite", "/invite_people", "/join", "/keys", "/kick", "/leave", "/me", "/msg",
    "/mute", "/open", "/part", "/prefs", "/pro", "/remind", "/remove", "/rename", "/search", "/shortcuts", "/shrug",
    "/star", "/status", "/topic", "/who",
})  # fmt: skip

Kind = Literal["slack", "discord"]


def _free(name: str) -> str:
    """Names become parts of variables: `DESKBELL_SLACK__NAME__BOT_TOKEN`."""
    if name == "webchat":
        raise ValueError("the web chat is always there and has no settings")
    if name.replace("-", "_") in SETTINGS:
        raise ValueError(f"`{name}` names a setting in the variables of Slack; choose another name")
    return name


def _known(name: str, info: ValidationInfo) -> str:
    if name == "webchat":
        raise ValueError("every channel is in the web chat, under its own id; leave it out")
    return name_of(WHAT, name, info)


def _digits(value: Any) -> Any:
    """Discord's ids are numbers, which YAML reads as such."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _command(value: str) -> str:
    if not COMMAND.fullmatch(value):
        raise ValueError(
            "a slash command is `/` and at most 31 small letters, digits, dashes or underscores, such as `/desk`"
        )
    return value


PlatformId = Annotated[Slug, AfterValidator(_free)]
PlatformName = Annotated[Slug, AfterValidator(_known)]
PlaceId = Annotated[str, BeforeValidator(_digits)]
Command = Annotated[str, AfterValidator(_command)]


class PlatformSettings(Settings):
    """Of either kind; `check` says what does not belong to it. None: the kind's own default."""

    kind: Kind | None = None
    command: Command | None = None
    aliases: tuple[Command, ...] = Field(default=(), max_length=10)
    reaction: str | None = None
    pin: str | None = None
    copy_files: bool = False


def known(document: Document) -> tuple[str, ...]:
    """The names of all platforms besides the web chat."""
    named = document.entries(SECTION)
    entries = [entry for name, entry in named.items() if name != SLACK and isinstance(entry, dict)]
    unnamed = [SLACK] if any(entry.get("kind") == DISCORD for entry in entries) else [SLACK, DISCORD]
    return tuple(dict.fromkeys((*named, *unnamed)))


def platforms(file: Mapping[str, PlatformSettings]) -> dict[str, Slack | Discord]:
    """Every platform by name; `slack` and `discord` are there with their defaults when the file does not name them."""
    found = {name: _platform(name, settings) for name, settings in file.items()}
    found.setdefault(SLACK, Slack(SLACK))
    if not any(isinstance(platform, Discord) for platform in found.values()):
        found[DISCORD] = Discord(DISCORD)
    return found


def _platform(name: str, settings: PlatformSettings) -> Slack | Discord:
    kind = Discord if kind_of(name, settings) == DISCORD else Slack
    given = settings.model_dump(include={field.name for field in fields(kind)}, exclude_unset=True)
    return kind(name, **given)


def kind_of(name: str, settings: PlatformSettings) -> Kind | None:
    """None: neither written nor given by the name."""
    if name in (SLACK, DISCORD):
        return "slack" if name == SLACK else "discord"
    return settings.kind


def check(file: Mapping[str, PlatformSettings], document: Document) -> None:
    """What holds between a platform's settings and its kind, and that Discord is there once."""
    bots = [name for name, settings in file.items() if kind_of(name, settings) == DISCORD]
    for name in bots[1:]:
        sentence = f"`{SECTION}.{name}`: there is one bot for all guilds of Discord, and it is `{bots[0]}`."
        document.complain((SECTION, name), sentence)
    for name, settings in file.items():
        for key, sentence in _troubles(name, settings, document.entries(SECTION)[name]):
            document.complain((SECTION, name, key), f"`{SECTION}.{name}{key and '.'}{key}`: {sentence}.")


def _troubles(name: str, settings: PlatformSettings, written: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Pairs of a key and a sentence; an empty key for the platform as a whole."""
    kind = kind_of(name, settings)
    if kind is None and "kind" not in written:
        yield "", "`kind` is missing; it is `slack` or `discord`"
    if settings.kind not in (None, kind):
        yield "kind", f"`{name}` is the name of {kind.title() if kind else ''}'s own; choose another name"
    if kind == DISCORD:
        yield from ((key, "only Slack has this") for key in ("command", "aliases") if key in written)
        yield from _emoji(settings, Discord(name), EMOJI, "one emoji, like 🎫")
    if kind == SLACK:
        yield from _emoji(settings, Slack(name), EMOJI_NAME, "an emoji's name without colons, like `ticket`")
        yield from _clashing(settings.command or Slack(name).command, settings.aliases)


def _emoji(
    settings: PlatformSettings, usual: Slack | Discord, form: re.Pattern[str], expected: str
) -> Iterator[tuple[str, str]]:
    written = {"reaction": settings.reaction, "pin": settings.pin}
    for key, value in written.items():
        if value is not None and not form.fullmatch(value):
            yield key, f"expected {expected}, got {shown(value)}"
    if (settings.reaction or usual.reaction) == (settings.pin or usual.pin):
        key = "reaction" if settings.pin is None else "pin"
        yield key, "`reaction` opens a ticket and `pin` files into a timeline; choose two emoji"


def _clashing(command: str, aliases: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for key, names in (("command", (command,)), ("aliases", aliases)):
        for name in names:
            if name in BUILT_IN:
                yield key, f"`{name}` is a command of Slack's own, which no app can have; choose another"
    if len({command, *aliases}) < 1 + len(aliases):
        yield "aliases", "a command is there twice"


def check_places(
    channels: Mapping[str, Mapping[str, str]], file: Mapping[str, PlatformSettings], document: Document
) -> None:
    """Each id is one of its platform's kind, and no place belongs to two channels. `channels`: the places of each."""
    taken: dict[tuple[str, str], str] = {}
    for channel, places in channels.items():
        for name, id_ in places.items():
            loc = ("channels", channel, "places", name)
            if sentence := _trouble_at(name, id_, file, document):
                document.complain(loc, f"`{place(loc)}`: {sentence}")
            elif (first := taken.setdefault((name, id_), channel)) != channel:
                document.complain(loc, f"`{name}/{id_}` is a place of both `{first}` and `{channel}`; it can be one's.")


def _trouble_at(name: str, id_: str, file: Mapping[str, PlatformSettings], document: Document) -> str | None:
    if name in document.entries(SECTION) and name not in file:
        return None  # something is wrong with the platform, and that is said there
    kind = kind_of(name, file.get(name, PlatformSettings()))
    if kind == SLACK and not SLACK_CHANNEL.fullmatch(id_):
        return f"{shown(id_)}: write the channel's id (open the channel's details; it is at the bottom), not its name."
    if kind == DISCORD and not DISCORD_ID.fullmatch(id_):
        return f"{shown(id_)}: write the channel's id, 15 to 20 digits (with developer mode on, its menu copies it)."
    return None
