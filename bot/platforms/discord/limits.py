"""Discord's documented limits, in characters (code points) unless it says otherwise."""

# https://docs.discord.com/developers/resources/message#create-message
CONTENT = 2000

# https://docs.discord.com/developers/resources/message#embed-object-embed-limits
EMBED_TITLE = 256
EMBED_DESCRIPTION = 4096
EMBED_FIELDS = 25  # fields
EMBED_FIELD_NAME = 256
EMBED_FIELD_VALUE = 1024
EMBED_TOTAL = 6000  # titles, descriptions, names and values of all embeds of a message

# https://docs.discord.com/developers/resources/message#attachment-object
FILE_DESCRIPTION = 1024
FILES_SAID = 300  # ours: of a content that comes with files, to say that they could not be attached

# https://docs.discord.com/developers/components/reference
CUSTOM_ID = 100
ROW = 5  # buttons
LABEL = 80  # of a button
OPTIONS = 25  # of a select menu
OPTION_LABEL = 100
OPTION_VALUE = 100
FIELD_LABEL = 45  # above a modal's field
FIELD_DESCRIPTION = 100
PLACEHOLDER = 100  # of a text input; a select menu takes more
INPUT_VALUE = 4000
TEXT_DISPLAY = 4000

# https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-modal
MODAL_TITLE = 45
MODAL_ROWS = 5

# https://docs.discord.com/developers/interactions/application-commands
COMMANDS = 100  # of one kind
COMMAND_OPTIONS = 25
COMMAND_CHOICES = 25
COMMAND_DESCRIPTION = 100
COMMAND_TOTAL = 8000  # names, descriptions and values of one command
STRING_OPTION = 6000
INTEGER_OPTION = 2**53 - 1  # either way from 0
