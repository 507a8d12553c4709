"""The door out to a mail server. Whether a server took a mail is only known from its answer to the mail itself.

Whatever fails before that was not taken, and is tried again; what fails between the mail and its answer is unclear, and
no history tells: an urgent one is sent again at once, any other after the quiet time, and both end as `unknown`.
"""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable
from email.mime.text import MIMEText

from aiosmtplib import SMTP, SMTPDataError, SMTPException, SMTPResponseException, SMTPSenderRefused

from bot.platforms.contract import DeliveryRefused, Outgoing
from bot.platforms.graphemes import cut, shown
from bot.platforms.mail.render import letter
from bot.platforms.notices import Link, SaidOnce, notice
from bot.ports import Clock
from config.loaded import Config, Mail
from desk.ways import MAIL

BEFORE = 7.0  # seconds for all that comes before the mail itself, of the ten that a call may take
QUIT = 1.0
LONGEST_REASON = 200
TOO_LARGE = 552  # the one answer about the sender that is about the mail


class MailOutbound(SaidOnce):
    """`link` gives the address where the reader of a message acknowledges it. `lacks` says why we cannot log in."""

    name = MAIL
    patience = BEFORE

    def __init__(
        self,
        settings: Mail,
        password: str,
        config: Callable[[], Config],
        clock: Clock,
        link: Link,
        *,
        lacks: str = "",
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._settings, self._password, self._config = settings, password, config
        self._clock, self._link, self._lacks, self._context = clock, link, lacks, context

    async def post(self, outgoing: Outgoing) -> str:
        config, person = self._config(), outgoing.destination.partition("/")[2]
        ways, known = config.ways.get(person), config.people.get(person)
        to = ways.addresses.get(MAIL) if ways else None
        if known is None or to is None:
            raise DeliveryRefused(f"{person} has no address for mail in people.yaml.", permanent=True)
        now = self._clock.now()
        said = notice(outgoing, known.zone, now, await self._link(outgoing))
        mail = letter(said, outgoing, to, (config.desk.name, self._settings.sender), now)
        await self._hand_over(mail, to)
        return str(mail["Message-ID"]).strip("<>")

    async def greet(self) -> None:
        """All that comes before a mail, and no mail: for the doctor. Raises DeliveryRefused."""
        async with self._connected():
            pass

    async def _hand_over(self, mail: MIMEText, to: str) -> None:
        async with self._connected() as smtp:
            async with _definite(self.patience):
                await smtp.mail(self._settings.sender)
                await smtp.rcpt(to)
            try:
                await smtp.data(mail.as_bytes())
            except SMTPDataError as error:
                raise _refusal(error) from error
            with contextlib.suppress(SMTPException, OSError, TimeoutError):
                await smtp.quit(timeout=QUIT)

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[SMTP]:
        """Logged in. Whatever keeps us from it keeps all our mail from going out."""
        if self._lacks:
            raise DeliveryRefused(self._lacks, permanent=False, account=True)
        own = self._settings
        if own.tls != "none" and self._context is None:
            self._context = await asyncio.to_thread(ssl.create_default_context)  # it takes 40 ms
        smtp = SMTP(
            hostname=own.host, port=own.port, local_hostname=own.sender.rpartition("@")[2], timeout=BEFORE,
            use_tls=own.tls == "tls", start_tls=own.tls == "starttls", tls_context=self._context,
        )  # fmt: skip
        try:
            async with _definite(self.patience, account=True):
                await smtp.connect()
                if own.user:
                    await smtp.login(own.user, self._password)
            yield smtp
        finally:
            smtp.close()


@contextlib.asynccontextmanager
async def _definite(limit: float, *, account: bool = False) -> AsyncIterator[None]:
    """What fails here was not taken. `account`: it is no fault of this mail."""
    try:
        async with asyncio.timeout(limit):
            yield
    except SMTPResponseException as error:
        raise _refusal(error, account=account) from error
    except TimeoutError as error:
        raise DeliveryRefused("The mail server did not answer in time.", permanent=False, account=account) from error
    except (SMTPException, OSError, ValueError) as error:
        said = f"The mail server cannot be used: {_words(str(error))}"
        raise DeliveryRefused(said, permanent=False, account=account) from error


def _refusal(error: SMTPResponseException, *, account: bool = False) -> DeliveryRefused:
    """5xx is for good, 4xx for now. Where the server will not have our sender, it will have none of our mail."""
    for_good = error.code // 100 == 5
    account = account or (isinstance(error, SMTPSenderRefused) and for_good and error.code != TOO_LARGE)
    said = f"The mail server said: {error.code} {_words(error.message)}"
    return DeliveryRefused(said, permanent=for_good and not account, account=account)


def _words(said: str) -> str:
    return cut(" ".join(shown(said).split()), LONGEST_REASON)[0]
