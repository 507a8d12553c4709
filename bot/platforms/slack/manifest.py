"""The app's manifest, from what the code declares that it needs.

Source: https://docs.slack.dev/reference/app-manifest
"""

from typing import Any

from bot.platforms.slack.payloads import ABOUT, OPEN
from bot.platforms.slack.scopes import EVENTS, SCOPES
from config.loaded import Slack

LONGEST_NAME = 35


def manifest(settings: Slack, url: str | None = None, name: str = "Deskbell") -> dict[str, Any]:
    """For Socket Mode; with `url` (`https://desk.example/slack/events`) for HTTP."""
    at = {"url": url} if url else {}
    requests = {"request_url": url} if url else {}
    options = {"message_menu_options_url": url} if url else {}
    events = sorted({*EVENTS, *(event for scope in SCOPES for event in scope.events)})
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": name[:LONGEST_NAME], "description": "Ring it for help; it rings when something breaks.",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": name, "always_online": True},
            "shortcuts": _shortcuts(),
            "slash_commands": _commands(settings, at),
        },
        "oauth_config": {"scopes": {"bot": [scope.name for scope in SCOPES]}},
        "settings": {
            "event_subscriptions": {**requests, "bot_events": events},
            "interactivity": {"is_enabled": True, **requests, **options},
            "org_deploy_enabled": False, "socket_mode_enabled": url is None, "token_rotation_enabled": False,
        },
    }  # fmt: skip


def _shortcuts() -> list[dict[str, str]]:
    return [
        {"name": "Open a ticket", "type": "global", "callback_id": OPEN, "description": "Ask the desk for something"},
        {
            "name": "Open a ticket from this", "type": "message", "callback_id": ABOUT,
            "description": "A ticket with this message, its author and its thread",
        },
    ]  # fmt: skip


def _commands(settings: Slack, at: dict[str, str]) -> list[dict[str, Any]]:
    """Names of people and channels come as they were typed: nothing of a line is active for us anyway."""
    main = {
        "command": settings.command, "description": "Ask for help, work alerts, ask for numbers",
        "usage_hint": "help · open VPN drops · ack 17", "should_escape": False, **at,
    }  # fmt: skip
    others = [
        {"command": alias, "description": "Open a ticket", "usage_hint": "what is wrong", "should_escape": False, **at}
        for alias in settings.aliases
    ]  # fmt: skip
    return [main, *others]
