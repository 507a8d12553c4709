"""What the stand-in refuses, as the large platforms do. No renderer imports this: it must know its limits by itself."""

# https://docs.slack.dev/reference/methods/chat.postMessage (truncating begins at 40,000 characters; 4,000 is advised)
TEXT = 40_000
# https://docs.slack.dev/reference/block-kit/blocks/actions-block
BUTTONS = 25
# https://docs.slack.dev/reference/block-kit/block-elements/button-element
BUTTON_LABEL = 75
# https://docs.slack.dev/reference/block-kit/block-elements/button-element (value)
BUTTON_VALUE = 2_000
# https://docs.slack.dev/messaging/message-metadata (a key is ours to choose; anything long is a mistake of ours)
SEND_KEY = 64
