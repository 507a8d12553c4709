"""How a ticket can have ended: words for reports, where an operator names no others."""

from collections.abc import Mapping

SELF_SERVICE = "self_service"  # its requester says that an article answered it

# By id, with what people read. The first is meant where nobody says one.
CODES: Mapping[str, str] = {
    "fixed": "Fixed",
    "workaround": "A way around it was found",
    "duplicate": "The same as another ticket",
    "not_reproducible": "Could not be seen again",
    "no_action": "Nothing had to be done",
    "user_error": "Shown how it is done",
    SELF_SERVICE: "Answered by an article",
}
