"""What Slack's errors mean to the outbox. Sources: the tables of errors on each method's page,
https://docs.slack.dev/reference/methods/chat.postMessage, https://docs.slack.dev/apis/web-api/rate-limits
"""

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.platforms.contract import DeliveryRefused, HistoryUnreadable

# Of this one place or message: no later try would be taken.
FOR_GOOD = {
    "cannot_dm_bot", "cannot_reply_to_message", "channel_not_found", "channel_type_not_supported", "is_archived",
    "messages_tab_disabled", "metadata_too_large", "method_not_supported_for_channel_type", "msg_blocks_too_long",
    "msg_too_long", "no_text", "not_in_channel", "restricted_action", "restricted_action_non_threadable_channel",
    "restricted_action_read_only_channel", "restricted_action_thread_locked",
    "restricted_action_thread_only_channel", "thread_not_found", "too_many_attachments", "too_many_users",
    "user_disabled", "user_not_found", "user_not_visible", "users_not_found",
}  # fmt: skip
# Of all that we send with this token.
OF_THE_ACCOUNT = {
    "access_denied", "account_inactive", "ekm_access_denied", "enterprise_is_restricted", "invalid_auth",
    "missing_scope", "no_permission", "not_allowed_token_type", "not_authed", "org_login_required",
    "team_access_not_granted", "token_expired", "token_revoked", "two_factor_setup_required",
}  # fmt: skip
OF_SCOPE = {"access_denied", "missing_scope", "no_permission", "not_allowed_token_type"}  # what else we do, works
GONE = {"message_not_found", "cant_update_message", "edit_window_closed", "update_failed"}
NOT_WELL = {"fatal_error", "internal_error", "request_timeout", "service_unavailable"}
OF_FILES = {"slack_connect_file_link_sharing_blocked"}  # of the files of a message, not of the message
RATE = {"ratelimited", "rate_limited", "message_limit_exceeded"}
REMEDY = {
    "not_in_channel": "invite the bot to it",
    "is_archived": "it is archived; restore it, or take it out of deskbell.yaml",
    "channel_not_found": "the bot cannot see it; invite it, or mend the id in deskbell.yaml",
}


class FilesRefused(Exception):
    """A response URL refuses a message with files and gives no particulars: it may be one of them."""


def said(error: SlackApiError) -> str:
    """The error's word; empty where Slack gave none, as when a proxy answered for it."""
    data = error.response.data if isinstance(error.response, AsyncSlackResponse) else None
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def needed(error: SlackApiError) -> str:
    """The scope that is missing, as Slack names it."""
    data = error.response.data if isinstance(error.response, AsyncSlackResponse) else None
    return str(data.get("needed", "")) if isinstance(data, dict) else ""


def refused(error: SlackApiError) -> DeliveryRefused | None:
    """The refusal it is; None where nobody knows whether the message was taken."""
    word, status = said(error), getattr(error.response, "status_code", 0)
    if status == 429 or word in RATE:
        return DeliveryRefused(word or "ratelimited", permanent=False, retry_after=_retry_after(error))
    if status != 200:
        return None
    if word in OF_THE_ACCOUNT:
        scope = needed(error)
        return DeliveryRefused(f"{word}: {scope}" if scope else word, permanent=False, account=True)
    if word in FOR_GOOD or word.startswith("invalid_"):
        return DeliveryRefused(f"{word}: {REMEDY[word]}" if word in REMEDY else word, permanent=True)
    return None


def of_files(error: SlackApiError | FilesRefused) -> bool:
    """Whether it is about the files of a message, which was not taken. Slack says which block it does not like."""
    if isinstance(error, FilesRefused):
        return True
    word = said(error)
    return word in OF_FILES or (word == "invalid_blocks" and "slack_file" in str(error.response.data))


def for_now(error: SlackApiError) -> bool:
    """Whether it says nothing about what was asked: too many questions, or Slack itself is not well."""
    word = said(error)
    return getattr(error.response, "status_code", 0) != 200 or word in RATE | NOT_WELL or not word


def unseen(error: SlackApiError) -> Exception:
    """Why a look at a history saw nothing. Only what stays so is unreadable: after anything else one looks again, for
    whoever sends without having looked may say it twice.
    """
    refusal, word = refused(error), said(error)
    if refusal is None or not (refusal.permanent or refusal.account):
        return error
    return HistoryUnreadable(word) if refusal.permanent or word in OF_SCOPE else refusal


def _retry_after(error: SlackApiError) -> float | None:
    """Seconds. The header is in whole ones."""
    value = error.response.headers.get("Retry-After", "") if isinstance(error.response, AsyncSlackResponse) else ""
    return float(value) if str(value).isdigit() else None
