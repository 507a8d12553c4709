"""A message to a person as an e-mail: plain text, one recipient, nothing of it markup. Pure.

The headers are made by `email.header`, which encodes what somebody wrote. `email.message.EmailMessage` reads it first:
of a title with `=?utf-8?q?x=0D=0ABcc=3A…?=` in it, it makes a header of its own.
"""

import hashlib
import re
from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime

from bot.platforms.contract import Outgoing
from bot.platforms.graphemes import shown
from bot.platforms.notices import Notice

POLICY = compat32.clone(linesep="\r\n")
DIGITS = 32
ACKNOWLEDGE = "Acknowledge it: "
ABOUT_LINK = "The page that opens asks once more. The link works once, for a day."
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]*")
_TEXT = Charset("utf-8")
_TEXT.body_encoding = QP


def message_id(send_key: str, sender: str) -> str:
    """The same for every attempt at one message, so that a mailbox can tell a second copy."""
    return f"<{_digest(send_key)}@{sender.rpartition('@')[2]}>"


def letter(notice: Notice, outgoing: Outgoing, to: str, sender: tuple[str, str], now: datetime) -> MIMEText:
    """`sender` is a name and an address. All about one alert is one conversation in the reader's mailbox."""
    name, address = sender
    mail = MIMEText(_body(notice), "plain", _TEXT, policy=POLICY)  # type: ignore[arg-type] # a Charset is taken, too
    mail["From"] = f"{_encoded(name)} <{address}>"
    mail["To"] = to
    mail["Subject"] = _encoded(notice.title, "Subject")
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id(outgoing.send_key, address)
    about = f"<{_digest('/'.join((*outgoing.key.split('/')[:2], to)))}@{address.rpartition('@')[2]}>"
    mail["In-Reply-To"] = mail["References"] = about
    mail["Auto-Submitted"] = "auto-generated"
    if notice.severity == "critical":
        mail["Importance"] = "high"
    return mail


def _encoded(words: str, header: str = "From") -> str:
    line = " ".join(shown(words).split())
    return line if _PLAIN.fullmatch(line) and len(line) < 60 else Header(line, "utf-8", header_name=header).encode()


def _body(notice: Notice) -> str:
    lines = [notice.title, "", *notice.lines]
    if notice.url:
        lines += ["", ACKNOWLEDGE + notice.url, ABOUT_LINK]
    return "\n".join(lines) + "\n"


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:DIGITS]
