"""A private answer that is shown to the whole channel: "Show here", in a team's channel only."""

from collections.abc import Mapping
from dataclasses import replace

from desk.cards import Button, Card
from desk.refusal import DeskError, Why
from handlers.context import Command, Context


def narrowed(ctx: Context) -> Context:
    """A shared answer shows what the channel may see: only a team's channel, and only its client."""
    channel = ctx.config.channels.get(ctx.where.channel)
    if channel is None or channel.kind != "team":
        raise DeskError("Answers are shown to others in a team's channel only.", why=Why.FORBIDDEN)
    if channel.client is None:
        return ctx
    roles = {channel.client: ctx.person.roles_at(channel.client)}
    return replace(ctx, person=replace(ctx.person, roles=roles, client=None))


def may_show(ctx: Context, command: Command, values: Mapping[str, str], said: Card | None) -> Card | None:
    """A private answer in a team's channel can be shown to the others there."""
    channel = ctx.config.channels.get(ctx.where.channel)
    if said is None or command.may_write(values.values()) or command.word == "help":
        return said
    if channel is None or channel.kind != "team":
        return said
    args = (*((k, v) for k, v in values.items() if k in command.args.model_fields), ("here", "yes"))
    return replace(said, buttons=(*said.buttons[:4], Button("Show here", command.word, args)))
