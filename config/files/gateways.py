"""What leads from the desk to people besides chat: the `mail:` server, the `push:` gateways, and our `public_url:`."""

import re
from collections.abc import Iterator, Mapping
from string import ascii_letters, digits
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from config.files import platforms
from config.loaded import Gateway, Mail, Outward
from config.problems import nearest, shown
from config.tokens import is_this_machine
from config.values import Line, Settings, Slug
from config.yaml_lines import Document
from desk.canned import places
from desk.ways import CHAT, MAIL

PUSH = "push"  # the section
FIELDS = {
    "to": "the person's address", "title": "what it is and how bad", "text": "all that is said", "url": "where one"
    " acknowledges it", "number": "the alert's number", "severity": "how severe it is", "token": "the gateway's token",
}  # fmt: skip
IN_HEADERS = ("to", "token", "number")  # nothing that somebody else may have written
TOPIC = re.compile(r"[-_A-Za-z0-9]{1,64}")
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
HEADER = re.compile(rf"[{ascii_letters}{digits}-]{{1,80}}")
PORTS = {"starttls": 587, "tls": 465, "none": 25}
LONGEST = 1000  # characters of `{text}`, where a gateway does not say


def _plain(value: str) -> str:
    if not all("\x20" <= letter < "\x7f" for letter in value):
        raise ValueError("expected plain ASCII in one line")
    return value


def web_address(value: str) -> str:
    """Without a `/` at its end."""
    safe(value)
    if "?" in value or "#" in value:
        raise ValueError("an address has no query or fragment here")
    return value.rstrip("/")


def safe(value: str) -> None:
    """HTTPS, or plain HTTP to this machine: what leaves by it is a key to something."""
    try:
        parts = urlsplit(_plain(value))
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not host or not value.startswith(("https://", "http://")):
        raise ValueError(f"expected an address such as https://desk.example, got {shown(value)}")
    if value.startswith("http://") and not is_this_machine(host):
        raise ValueError("an address begins with `https://`; plain `http://` is for this machine alone")


def _template(value: str) -> str:
    """With fields that there are, and none in the part that says where it leads."""
    if places(re.split(r"[/?#]", value.partition("://")[2], maxsplit=1)[0]):
        raise ValueError("no field may stand in the name of the host: it would lead anywhere")
    safe(value)
    return known_fields(value)


def known_fields(value: str, fields: tuple[str, ...] = tuple(FIELDS)) -> str:
    unknown = next((place for place in places(value) if place not in fields), None)
    if unknown in FIELDS:
        raise ValueError(f"`{{{unknown}}}` cannot stand in a header: others may have written it")
    if unknown is not None:
        raise ValueError(f"there is no field `{{{unknown[:40]}}}` to fill in{nearest(unknown, fields)}")
    return value


def mail_address(value: str) -> str:
    if not ADDRESS.fullmatch(value):
        raise ValueError(f"expected an e-mail address such as desk@example.com, got {shown(value)}")
    return value


def _header(value: str) -> str:
    if not HEADER.fullmatch(value):
        raise ValueError(f"expected the name of a header such as X-Api-Key, got {shown(value)}")
    return value


def _in_header(value: str) -> str:
    return known_fields(_plain(value), IN_HEADERS)


def _inside(value: Any) -> Any:
    """Every text inside a body of JSON."""
    if isinstance(value, str):
        known_fields(value)
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _inside(part)
    return value


def _free(name: str) -> str:
    if name in (CHAT, MAIL, "webchat"):
        raise ValueError(f"`{name}` is a way that is there without being named; choose another name")
    return name


WebAddress = Annotated[str, AfterValidator(web_address)]
MailAddress = Annotated[str, AfterValidator(mail_address)]
Template = Annotated[str, AfterValidator(known_fields)]


class MailSettings(Settings):
    host: Annotated[Line, AfterValidator(_plain)]
    port: int | None = Field(default=None, ge=1, le=65535)
    tls: Literal["starttls", "tls", "none"] = "starttls"
    sender: MailAddress
    user: Annotated[Line, AfterValidator(_plain)] | None = None


class GatewaySettings(Settings):
    """An ntfy server, or any other thing that takes a request."""

    ntfy: WebAddress | None = None
    url: Annotated[str, AfterValidator(_template)] | None = None
    method: Literal["POST", "PUT", "GET"] = "POST"
    headers: dict[Annotated[str, AfterValidator(_header)], Annotated[str, AfterValidator(_in_header)]] = Field(
        default_factory=dict
    )
    body: Annotated[dict[str, Any] | str, AfterValidator(_inside)] | None = None
    form: dict[str, Template] | None = None
    longest: int = Field(default=LONGEST, ge=50, le=4000)


Gateways = dict[Annotated[Slug, AfterValidator(_free)], GatewaySettings]


def check(mail: MailSettings | None, push: Mapping[str, GatewaySettings], document: Document) -> None:
    """What no single value shows: a password in clear, a gateway that is two things or none, a name that is taken."""
    if mail and mail.user and mail.tls == "none" and not is_this_machine(mail.host):
        sentence = "`mail`: a password is not sent in clear: leave `tls` as it is, or `user` out."
        document.complain((MAIL, "tls"), sentence)
    for name, gateway in push.items():
        if name in platforms.known(document):
            document.complain((PUSH, name), f"`{PUSH}.{name}` is a platform's name already; choose another.")
        for key, sentence in _troubles(gateway):
            document.complain((PUSH, name, key), f"`{PUSH}.{name}`: {sentence}.")


def _troubles(gateway: GatewaySettings) -> Iterator[tuple[str, str]]:
    given = gateway.model_fields_set
    if (gateway.ntfy is None) == (gateway.url is None):
        yield "url", "it needs either `ntfy`, the address of such a server, or the `url` of a gateway"
    elif gateway.ntfy:
        yield from ((key, f"`{key}` is for a `url`; ntfy needs none") for key in given - {"ntfy", "url", "longest"})
    if gateway.body is not None and gateway.form is not None:
        yield "form", "a request has a `body` or a `form`, not both"
    if gateway.method == "GET" and (gateway.body is not None or gateway.form is not None):
        yield "method", "a GET has no body; put the fields into the `url`"


def mail(settings: MailSettings | None) -> Mail | None:
    if settings is None:
        return None
    port = settings.port or PORTS[settings.tls]
    return Mail(settings.host, port, settings.tls, settings.sender, settings.user)


def gateways(settings: Mapping[str, GatewaySettings]) -> dict[str, Gateway]:
    return {
        name: Gateway(
            name, own.ntfy or own.url or "", ntfy=own.ntfy is not None, method=own.method,
            headers=tuple(own.headers.items()), body=own.body, form=own.form, longest=own.longest,
        )
        for name, own in settings.items()
    }  # fmt: skip


def outward(settings: MailSettings | None, push: Mapping[str, GatewaySettings]) -> dict[str, Outward]:
    """Mail, if there is any, and the gateways, by the names of their ways."""
    server = mail(settings)
    return {**gateways(push), **({MAIL: server} if server else {})}


def known(document: Document) -> tuple[str, ...]:
    """The names of all ways."""
    return (CHAT, MAIL, *document.entries(PUSH))
