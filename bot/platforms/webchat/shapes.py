"""The JSON of the API: what is asked (validated) and what is answered (described, for the OpenAPI page)."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from desk.refusal import DeskError
from desk.words import clean

ROOMY = 1_000_000  # characters that are taken at the door; what is too long for its place is the router's to say

# An id may come back as the string we gave or as the number it looks like.
MessageId = Annotated[str, Field(coerce_numbers_to_str=True)]
Values = dict[str, str | int | float | bool | None]


class Ask(BaseModel):
    """`as` is who acts. `id` counts per person: repeated, it gets the first answer."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    who: str = Field(alias="as")
    channel: str
    id: Annotated[str, Field(min_length=1, max_length=64, coerce_numbers_to_str=True)] | None = None

    @field_validator("id")
    @classmethod
    def _printable(cls, value: str | None) -> str | None:
        if value is not None and not value.isprintable():
            raise ValueError("only printable characters")
        return value


class Say(Ask):
    text: str
    thread: MessageId | None = None


class Press(Ask):
    """`version` is the one the person saw; `command` the button's line."""

    message: MessageId
    version: Annotated[int, Field(ge=0, le=2**31)]
    command: str


class Submit(Ask):
    """`form` is the form's id."""

    form: str
    values: Annotated[Values, Field(max_length=100)] = Field(default_factory=dict)

    @field_validator("values", mode="before")
    @classmethod
    def _single(cls, values: Any) -> Any:
        for name, value in values.items() if isinstance(values, dict) else ():
            if isinstance(value, list | dict):
                shown = clean(name, ROOMY)[:80]
                raise DeskError(
                    f"{shown}: Send words, a number or true or false here, no list and no object.", field=shown
                )
        return values


class ErrorJson(BaseModel):
    error: str


class PersonJson(BaseModel):
    """`roles` of every client together; `zone` is the IANA zone in which this person reads times."""

    id: str
    name: str
    roles: list[str]
    client: str | None
    client_name: str | None
    zone: str


class ChannelJson(BaseModel):
    """`last` is the id of the newest message at the top level."""

    id: str
    name: str
    client: str | None
    client_name: str | None
    kind: str
    last: str | None


class ButtonJson(BaseModel):
    """`confirm` is a question to ask first; empty when there is none."""

    label: str
    command: str
    confirm: str
    primary: bool


Spans = list[str | dict[str, str]]


class FieldJson(BaseModel):
    """`spans` is the value as plain strings and `{at, style}` instants (ISO 8601, UTC), for a page that keeps time."""

    name: str
    value: str
    spans: Spans


class PictureJson(BaseModel):
    """A chart of some of the card's numbers: the address of it in each look (`light`, `dark`, and narrow ones)."""

    alt: str
    looks: dict[str, str]


class PageJson(BaseModel):
    """Where the same is on the pages; the caller adds who reads, as `as`."""

    label: str
    address: str


class CardJson(BaseModel):
    """`state` is a symbol and a word; `tone` (`bad warn good calm`) only colours it."""

    key: str
    number: int | None
    title: str
    state: str
    fields: list[FieldJson]
    tone: str
    lines: list[Spans]
    table: list[list[Spans]]
    buttons: list[ButtonJson]
    text: str
    picture: PictureJson | None
    pages: list[PageJson]


class ThreadJson(BaseModel):
    """`thread` is the id of the message at its head, `name` that of the person who reads there."""

    channel: str
    thread: str
    name: str


class MessageJson(BaseModel):
    """`text` is the whole message in plain words, times in the reader's zone. `replies` stand in its thread.

    `their_thread` stands on a ticket's card for its staff: where the requester reads what they write.
    """

    id: str
    version: int
    at: str
    author: str
    text: str
    card: CardJson | None
    thread: str | None
    buttons: list[ButtonJson]
    channel: str
    author_name: str
    spans: Spans
    replies: int
    last_reply: str | None
    copy_of_another: bool
    their_thread: ThreadJson | None


class ChoiceJson(BaseModel):
    value: str
    label: str


class FormFieldJson(BaseModel):
    """`kind` is `text`, `long`, `choice` or `number`; `error` is empty when the value is not refused."""

    name: str
    label: str
    kind: str
    required: bool
    choices: list[ChoiceJson]
    value: str
    error: str
    hint: str


class FormJson(BaseModel):
    id: str
    title: str
    fields: list[FormFieldJson]
    submit: str
    intro: list[Spans]


class AnswerJson(BaseModel):
    """What only the asker sees. `message` is the id of the line that was said, where it is shown to others."""

    reply: CardJson | None
    form: FormJson | None
    message: str | None = None


class RefusalJson(BaseModel):
    error: str
    form: FormJson | None = None
    reply: CardJson | None = None


REFUSALS: dict[int | str, dict[str, Any]] = {
    403: {"model": ErrorJson, "description": "Not for this person, or nobody may act as somebody here"},
    404: {"model": ErrorJson, "description": "Unknown, or nothing that this person may see"},
}
ASK_REFUSALS: dict[int | str, dict[str, Any]] = {
    **REFUSALS,
    409: {"model": RefusalJson, "description": "It cannot be done in the present state, or the id was used already"},
    413: {"model": ErrorJson, "description": "More than 1 MB"},
    415: {"model": ErrorJson, "description": "Not JSON"},
    422: {"model": RefusalJson, "description": "Something in it is missing or wrong; a form names its fields"},
}
