"""What Slack says of our tokens, scopes and channels: for the start, and for the doctor."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rapidfuzz import process
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.platforms.contract import Finding
from bot.platforms.slack import refusals
from bot.platforms.slack.scopes import SCOPES, lacking, missing
from bot.platforms.slack.workspace import Workspace
from config.tokens import variable

NEAR = 70  # of a hundred: how like one name must be to another to be meant by it
WRONG = {
    "account_inactive": "the bot's user or its workspace was deactivated",
    "invalid_auth": "Slack does not know the token",
    "not_authed": "there is no token",
    "not_allowed_token_type": "this is a token of another kind",
    "token_expired": "the token has expired",
    "token_revoked": "the token was revoked",
}
Auth = AsyncSlackResponse


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a configured channel; `unknown` where Slack shows us no such channel."""

    channel: str
    sentence: str
    unknown: bool = False


def refusal(name: str, setting: str, error: SlackApiError) -> str:
    """One sentence with the remedy. `name` is the platform's, `setting` the token's."""
    word = refusals.said(error)
    where = variable("slack", setting if name == "slack" else f"{name.replace('-', '_')}__{setting}")
    page = "OAuth & Permissions" if setting == "bot_token" else "Basic Information, App-Level Tokens"
    if word == "missing_scope":
        return f"{name}: `{where}` lacks the scope `{refusals.needed(error)}`. Make a token that has it ({page})."
    why = WRONG.get(word, f"Slack answered `{word}`" if word else "Slack did not answer as it should")
    return f"{name}: {why}. Copy it anew from api.slack.com/apps, {page}, into `{where}`."


def granted(auth: Auth) -> frozenset[str]:
    listed = str(auth.headers.get("x-oauth-scopes", ""))
    return frozenset(scope.strip() for scope in listed.split(",") if scope.strip())


def scopes(name: str, auth: Auth) -> list[Finding]:
    what = f"{name}: scopes"
    lost = [Finding(what, False, f"{name}: {lacking(scope)}") for scope in missing(granted(auth))]
    return lost or [Finding(what, True, f"all {len(SCOPES)} are granted")]


async def troubles(workspace: Workspace, places: Mapping[str, str], bot: str) -> list[Trouble]:
    """`places` maps the channels of the configuration to their ids in this workspace. Raises SlackApiError."""
    found, known = [], None
    for channel, id_ in places.items():
        try:
            seen = (await workspace.web.conversations_info(channel=id_))["channel"]
        except SlackApiError as error:
            if refusals.said(error) != "channel_not_found":
                raise
            known = await _channels(workspace) if known is None else known
            found.append(Trouble(channel, _unknown(channel, id_, known, bot), unknown=True))
            continue
        if sentence := _trouble(seen, bot):
            found.append(Trouble(channel, f"`{channel}`: {sentence}"))
    return found


def _trouble(seen: Mapping[str, Any], bot: str) -> str:
    name = seen.get("name", seen["id"])
    if seen.get("is_archived"):
        return f"#{name} is archived. Restore it, or take it out of deskbell.yaml."
    if not seen.get("is_member"):
        return f"the bot is not in #{name}. Write `/invite @{bot}` there."
    return ""


def _unknown(channel: str, id_: str, known: Mapping[str, str], bot: str) -> str:
    said = f"`{channel}`: there is no channel {id_} that the bot can see."
    like = process.extractOne(id_, list(known), score_cutoff=NEAR)
    named = process.extractOne(channel, list(known.values()), score_cutoff=NEAR)
    nearest = like[0] if like else next((k for k, name in known.items() if named and name == named[0]), "")
    hint = f" The nearest is {nearest} (#{known[nearest]})." if nearest else ""
    return f"{said}{hint} If it is a private one, write `/invite @{bot}` there."


async def _channels(workspace: Workspace) -> dict[str, str]:
    """Id and name of the channels that the bot can see; none where it may not list them."""
    found: dict[str, str] = {}
    cursor = None
    try:
        while True:
            page = await workspace.web.conversations_list(
                types="public_channel,private_channel", exclude_archived=True, limit=1000, cursor=cursor
            )
            found |= {c["id"]: c.get("name", "") for c in page["channels"]}
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return found
    except SlackApiError:
        return found
