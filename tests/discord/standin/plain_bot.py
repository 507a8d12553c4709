"""The least bot there can be, written with discord.py as its documentation has it: the stand-in's own tests use it."""

import asyncio
from typing import Any

import discord
from discord import app_commands, ui

from tests.discord.standin.things import Guild


class OpenForm(ui.Modal, title="Open a ticket"):
    summary = ui.Label(text="Summary", component=ui.TextInput(custom_id="summary", max_length=100))
    urgent = ui.Label(
        text="How urgent",
        component=ui.Select(
            custom_id="urgent",
            options=[discord.SelectOption(label=each, value=each.lower()) for each in ("Now", "Later")],
        ),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        typed = self.summary.component.value
        await interaction.response.send_message(f"opened {typed}, {self.urgent.component.values[0]}", ephemeral=True)


class Bot(discord.AutoShardedClient):
    """The least bot there can be; `heard` is what it was told, `hold` lets a test keep an answer back."""

    def __init__(self, guild: Guild, **options: Any) -> None:
        intents = discord.Intents(guilds=True, messages=True, reactions=True, message_content=True, members=True)
        super().__init__(
            intents=options.pop("intents", intents), guild_ready_timeout=0.05, chunk_guilds_at_startup=False,
            max_messages=None, allowed_mentions=discord.AllowedMentions.none(), **options,
        )  # fmt: skip
        self.heard: list[str] = []
        self.hold = asyncio.Event()
        self.failed: list[BaseException] = []
        self.tree = app_commands.CommandTree(self)
        self.tree.error(self._failed)
        self._here = discord.Object(guild.id)
        self._commands()

    async def _failed(self, _: discord.Interaction, error: app_commands.AppCommandError) -> None:
        self.failed.append(error.__cause__ or error)

    async def setup_hook(self) -> None:
        await self.tree.sync(guild=self._here)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """The default sleeps for five seconds before a second session."""

    def _commands(self) -> None:
        @self.tree.command(guild=self._here)
        async def hello(interaction: discord.Interaction, name: str) -> None:
            """Say hello."""
            await interaction.response.send_message(f"hello {name}", ephemeral=True)

        @self.tree.command(guild=self._here)
        async def slow(interaction: discord.Interaction) -> None:
            """Think first."""
            await interaction.response.defer(ephemeral=True, thinking=True)
            await self.hold.wait()
            await interaction.edit_original_response(content="thought")

        @self.tree.command(guild=self._here)
        async def late(interaction: discord.Interaction) -> None:
            """Answer when it is over."""
            await self.hold.wait()
            await interaction.response.send_message("too late")

        @self.tree.command(guild=self._here)
        async def form(interaction: discord.Interaction) -> None:
            """Open a form."""
            await interaction.response.send_modal(OpenForm())

        @self.tree.command(guild=self._here)
        async def ack(interaction: discord.Interaction, ticket: int) -> None:
            """Take a ticket."""
            await interaction.response.send_message(f"{ticket} is yours")

        @ack.autocomplete("ticket")
        async def tickets(_: discord.Interaction, typed: str) -> list[app_commands.Choice[int]]:
            known = {17: "17 · VPN", 18: "18 · printer"}
            return [app_commands.Choice(name=known[each], value=each) for each in known if str(each).startswith(typed)]

        @self.tree.context_menu(name="Open a ticket", guild=self._here)
        async def open_from(interaction: discord.Interaction, message: discord.Message) -> None:
            await interaction.response.send_message(f"opened from: {message.content}")

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            pressed = f"{interaction.user.display_name} pressed {(interaction.data or {})['custom_id']}"
            await interaction.response.edit_message(content=pressed, view=None)

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(f"{message.author.display_name}: {message.content}")

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        self.heard.append(f"edited: {payload.message.content}")

    async def on_raw_message_delete(self, _: discord.RawMessageDeleteEvent) -> None:
        self.heard.append("deleted")

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        self.heard.append(f"reacted: {payload.emoji}")

    async def on_shard_resumed(self, _: int) -> None:
        self.heard.append("resumed")

    async def on_shard_disconnect(self, _: int) -> None:
        self.heard.append("away")
