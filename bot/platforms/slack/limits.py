"""What fits into Slack, as docs.slack.dev gives it. Lengths are UTF-16 units, the most that Slack could count."""

import json
from typing import Any

# https://docs.slack.dev/reference/methods/chat.update: a longer text is refused (msg_too_long).
TEXT = 4000
# Not documented: chat.postMessage refuses (msg_blocks_too_long) at about 13,200 characters, braces included.
BLOCKS_JSON = 12_000
VIEW_BLOCKS = 100  # https://docs.slack.dev/reference/views
VIEW_BYTES = 250_000  # https://docs.slack.dev/reference/methods/views.publish (view_too_large)
VIEW_TITLE = 24
VIEW_METADATA = 3000
CALLBACK_ID = 255
HEADER = 150  # https://docs.slack.dev/reference/block-kit/blocks/header-block
ACTIONS = 25  # https://docs.slack.dev/reference/block-kit/blocks/actions-block
LABEL = 75  # of a button and of an option
OVERFLOW = 5  # https://docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element
# https://docs.slack.dev/reference/block-kit/composition-objects/option-object: what a button of a menu carries, where
# a button of its own has 2,000.
VALUE = 150
CONFIRM_TITLE, CONFIRM_TEXT, CONFIRM_BUTTON = 100, 300, 30
INPUT_LABEL = 2000  # https://docs.slack.dev/reference/block-kit/blocks/input-block, of a hint too
INPUT = 3000  # https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element
IMAGE_ALT = 2000  # https://docs.slack.dev/reference/block-kit/blocks/image-block
FILE_ALT = 1000  # https://docs.slack.dev/reference/methods/files.getUploadURLExternal (alt_txt_too_large)
OPTIONS = 100  # https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element


def units(words: str) -> int:
    return len(words.encode("utf-16-le", "surrogatepass")) // 2


def weight(blocks: Any) -> int:
    """How long the blocks are as JSON."""
    return units(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))
