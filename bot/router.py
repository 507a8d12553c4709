"""The router: line, word, permission, handler, card. The one place where an arrival becomes an effect."""

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot import here, inbox, pressing, sharing
from bot.arrivals import STATUS, Answer, Arrival
from bot.store.errors import Conflict, StoreBusy, StoreClosed, StoreFull
from bot.store.store import Store, StoreTx
from bot.understanding import Edit, Meaning, Nothing, Reply, Request, Say, Slip, understand
from config.loaded import Config, dm
from desk.cards import Form, Post, text
from desk.detail import Own
from desk.people import Person, may_anywhere, visible_clients
from desk.refusal import DeskError, Why
from desk.tickets import Attachment
from handlers import arguments, asking
from handlers.commands.help import offered
from handlers.context import Command, Context, Where
from handlers.events import edited, reply
from handlers.forms import form_of
from handlers.saving import note_audit
from handlers.subjects import subject_of

REMEMBERED = 2000  # answers to reads, which leave no row
AGAIN_AFTER = timedelta(seconds=5)

log = structlog.get_logger(__name__)


async def _nobody_waits(_arrival: Arrival, _answer: Answer) -> None:
    """The web chat's asker holds the line, and asks again with the same key."""


class Router:
    """`take` may be called any number of times with one arrival, and its effect is there once."""

    def __init__(
        self,
        store: Store,
        config: Callable[[], Config],
        commands: Mapping[str, Command],
        tell: Callable[[Arrival, Answer], Awaitable[None]] = _nobody_waits,
    ) -> None:
        """`tell` gives an answer to somebody who no longer waits for it: after a crash, or on a second try."""
        self._store = store
        self._tell = tell
        self._config = config
        self._commands = commands
        self._reads: OrderedDict[str, tuple[str, Answer]] = OrderedDict()

    async def keep(self, arrival: Arrival) -> None:
        """Store what will have an effect, to be acknowledged before it is handled. Raises the store's errors."""
        meaning = understand(arrival, self._commands, self._config().channels.get(arrival.channel))
        if not _only_reads(arrival, meaning) and arrival.key not in self._reads:
            await self._store.write(lambda tx: inbox.add(tx, arrival))

    async def check(self, arrival: Arrival) -> Answer | None:
        """What is wrong with a form that is about to close, None if it can be taken. Changes nothing."""
        config = self._config()
        person = self._person(config, arrival)
        meaning = understand(arrival, self._commands, config.channels.get(arrival.channel))
        if person is None or not isinstance(meaning, Say):
            return None

        def work(tx: StoreTx) -> Answer | None:
            if inbox.seen(tx, arrival):
                return None  # it gets the answer it got
            ctx = self._context(tx, arrival, person)
            try:
                given = arguments.read(meaning.command.args, _values(ctx, meaning))
                if given.args is None:
                    return _ask(tx, ctx, arrival, meaning.command, _values(ctx, meaning), given)
                if meaning.command.check:
                    meaning.command.check(tx, ctx, given.args)
            except DeskError as error:
                return _stamped(tx, ctx, self._refusal(tx, ctx, arrival, meaning, error), arrival)
            return None

        answer = await self._store.read(work, clients=visible_clients(person, config.clients))
        return answer if answer is not None and answer.form is not None else None

    async def take(self, arrival: Arrival) -> Answer:
        config = self._config()
        person = self._person(config, arrival)
        if person is None:
            return Answer(404, "I don't know you. Ask your administrator to add you to people.yaml.")
        known = self._reads.get(arrival.key)
        if known:
            return known[1] if known[0] == inbox.fingerprint(arrival) else _other_content()
        meaning = understand(arrival, self._commands, config.channels.get(arrival.channel))
        if isinstance(meaning, Nothing) and arrival.kind == "submit":
            return Answer(404, f"There is no form “{arrival.form[:40]}”. `/help` shows what there is.")
        try:
            if _only_reads(arrival, meaning):
                return await self._read(arrival, person, meaning)
            return await self._write(arrival, person, meaning)
        except Conflict as error:
            return Answer(409, error.sentence)
        except (StoreBusy, StoreFull, StoreClosed) as error:
            return Answer(503, error.sentence)
        except Exception:
            log.exception("a handler failed", arrival=arrival.key, person=person.id)
            return await self._failed(arrival)

    def _person(self, config: Config, arrival: Arrival) -> Person | None:
        person = config.people.get(arrival.person)
        return person and sharing.here(person, config, arrival.platform)

    async def turn(self, now: datetime) -> int:
        """Handle what was stored and not handled, after a crash or a failure. How many there were."""
        left = await self._store.read(lambda tx: inbox.waiting(tx, now - AGAIN_AFTER))
        for arrival in left:
            if arrival.person in self._config().people:
                answer = await self.take(arrival)
                await self._tell(arrival, answer)
            else:  # whoever asked has left: nobody may do it in their name any more
                await self._store.write(partial(inbox.set_aside, key=arrival.key))
        return len(left)

    async def _read(self, arrival: Arrival, person: Person, meaning: Meaning) -> Answer:
        clients = visible_clients(person, self._config().clients)

        def work(tx: StoreTx) -> tuple[Answer, bool]:
            earlier = inbox.seen(tx, arrival)
            if earlier:  # a press that had an effect, told again: its button is gone from the card
                return earlier.answer or Answer() if earlier.same else _other_content(), False
            ctx = self._context(tx, arrival, person)
            try:
                return _stamped(tx, ctx, self._do(tx, ctx, arrival, meaning), arrival), True
            except DeskError as error:
                return _stamped(tx, ctx, self._refusal(tx, ctx, arrival, meaning, error), arrival), False

        answer, read = await self._store.read(work, clients=clients)
        if read:
            self._reads[arrival.key] = (inbox.fingerprint(arrival), answer)
            if len(self._reads) > REMEMBERED:
                self._reads.popitem(last=False)
        return answer

    async def _write(self, arrival: Arrival, person: Person, meaning: Meaning) -> Answer:
        """One transaction: the inbox row, the effect or the refusal, the answer that a repetition gets."""

        def work(tx: StoreTx) -> Answer:
            earlier = inbox.seen(tx, arrival)
            if earlier and not earlier.same:
                return _other_content()
            if earlier and (earlier.answer or earlier.state == "set_aside"):
                return earlier.answer or _set_aside(arrival.key)
            inbox.add(tx, arrival)
            ctx = self._context(tx, arrival, person)
            try:
                with tx.savepoint():
                    answer = self._do(tx, ctx, arrival, meaning)
            except DeskError as error:
                answer = self._refusal(tx, ctx, arrival, meaning, error)
                line = arrival.text[:200] or arrival.form
                note_audit(tx, ctx, "refused", arrival.channel, None, sentence=error.sentence[:200], line=line)
            answer = _stamped(tx, ctx, answer, arrival)
            if arrival.again and answer.status >= 400:
                inbox.forget(tx, arrival.key)
            else:
                inbox.done(tx, arrival.key, answer)
            return answer

        answer = await self._store.write(work, clients=self._clients(arrival, person, meaning))
        if inbox.kept(answer) != answer:
            self._reads[arrival.key] = (inbox.fingerprint(arrival), answer)
        about = answer.reply.key if answer.reply else arrival.thread_key
        log.info("handled", arrival=arrival.key, person=person.id, about=about, status=answer.status)
        return answer

    def _clients(self, arrival: Arrival, person: Person, meaning: Meaning) -> frozenset[str]:
        """Whose rows the transaction may touch. What is shown to a channel holds nothing of another client's."""
        mine = visible_clients(person, self._config().clients)
        channel = self._config().channels.get(arrival.channel)
        shared = isinstance(meaning, Say) and meaning.here and channel is not None and channel.client is not None
        return mine & {channel.client} if shared and channel and channel.client else mine

    async def _failed(self, arrival: Arrival) -> Answer:
        """Stored, so that it is tried again; after the third try it is set aside and people are told."""

        def work(tx: StoreTx) -> bool:
            inbox.add(tx, arrival)
            if not inbox.failed(tx, arrival.key):
                return False
            said = arrival.text[:200] or arrival.form
            told = text(Own(f"{arrival.key} could not be done and was set aside: "), said)
            tx.post(Post(f"aside/{arrival.key}", self._config().desk.admins_channel, None, words=told))
            sorry = text(Own("This could not be done, and the administrators were told: "), said)
            tx.post(Post(f"aside/{arrival.key}", dm(arrival.person), None, words=sorry))
            return True

        aside = await self._store.write(work)
        return _set_aside(arrival.key) if aside else Answer(500, "That failed on our side. It is kept and tried again.")

    def _context(self, tx: StoreTx, arrival: Arrival, person: Person) -> Context:
        message = arrival.message or "" if arrival.kind == "say" else ""
        where = Where(
            arrival.platform, arrival.channel, arrival.thread_key, arrival.thread, arrival.place, message,
            arrival.private,
        )  # fmt: skip
        at = min(arrival.at, tx.now)
        return Context(tx.now, at, person, where, self._config(), arrival.acting_as, self._commands)

    def _do(self, tx: StoreTx, ctx: Context, arrival: Arrival, meaning: Meaning) -> Answer:
        if arrival.kind == "press":
            key, stale = pressing.pressed(tx, arrival)
            if stale:
                return stale
            answer = self._say(tx, ctx, arrival, meaning) if isinstance(meaning, Say) else Answer()
            own = answer.reply is not None and answer.reply.key == key
            return replace(answer, reply=None) if own else answer  # the card that was pressed shows it already
        if isinstance(meaning, Reply):
            return Answer(reply=reply.run(tx, ctx, reply.Reply(meaning.key, meaning.words, _attached(meaning))))
        if isinstance(meaning, Edit):
            edited.run(tx, ctx, edited.Edited(meaning.key, meaning.message, meaning.words, _attached(meaning)))
            return Answer()
        if isinstance(meaning, Request):
            card, form = asking.request(tx, ctx, self._commands["open"], meaning.words)
            return Answer(reply=card, form=form)
        if isinstance(meaning, Slip):
            near = [(c, b) for c, b in zip(meaning.near, meaning.lines, strict=True) if offered(ctx, c)]
            if near:
                return Answer(reply=asking.did_you_mean(meaning.word, near))
            return self._do(tx, ctx, arrival, Request(arrival.text.strip().removeprefix("/")))
        return self._say(tx, ctx, arrival, meaning) if isinstance(meaning, Say) else Answer()

    def _say(self, tx: StoreTx, ctx: Context, arrival: Arrival, meaning: Say) -> Answer:
        command = meaning.command
        if not may_anywhere(ctx.person, command.action):
            raise DeskError(f"/{command.word} is not for you. `/help` shows what is.", why=Why.FORBIDDEN)
        ctx = here.narrowed(ctx) if meaning.here else ctx
        values = _values(ctx, meaning, lenient=meaning.ask)
        if meaning.ask:
            return Answer(form=form_of(command, tx, ctx, values, {}))
        given = arguments.read(command.args, values)
        if given.args is None:
            return _ask(tx, ctx, arrival, command, values, given)
        if command.check:
            command.check(tx, ctx, given.args)
        said = command.run(tx, ctx, given.args)
        if isinstance(said, Form):
            return Answer(form=said)
        if meaning.here and said:
            card = replace(said, key=f"shown/{arrival.key}")
            channel = ctx.config.channels[ctx.where.channel]
            tx.post(Post(card.key, channel.id, channel.client, card, author=ctx.person.id))
            return Answer()
        return Answer(reply=here.may_show(ctx, command, values, said))

    def _refusal(self, tx: StoreTx, ctx: Context, arrival: Arrival, meaning: Meaning, error: DeskError) -> Answer:
        """A sentence; and the form with the sentence beside its field, where the refusal is about one."""
        form = error.form if isinstance(error, _Wrong) else None
        if form is None and isinstance(meaning, Say) and error.field:
            values = _values(ctx, meaning, lenient=True)
            asked = form_of(meaning.command, tx, ctx, values, {error.field: error.sentence})
            form = asked if any(f.name == error.field for f in asked.fields) else None
        status = 422 if form and arrival.kind == "submit" else STATUS[error.why]
        return Answer(status, error.sentence, form=form)


def _attached(meaning: Reply | Edit) -> tuple[Attachment, ...]:
    return tuple(Attachment(f.name, f.size, f.type, f.link, f.source) for f in meaning.files)


def _only_reads(arrival: Arrival, meaning: Meaning) -> bool:
    """A message's words are stored even if they only ask: a history tells of them again, and they are answered once."""
    if arrival.kind == "say" and arrival.message and not isinstance(meaning, Nothing):
        return False
    if isinstance(meaning, Say):
        return meaning.ask or not (meaning.here or meaning.command.may_write(meaning.words()))
    return not isinstance(meaning, Reply | Edit)


def _values(ctx: Context, meaning: Say, *, lenient: bool = False) -> dict[str, str]:
    if meaning.values is not None:
        return dict(meaning.values)
    kind, number = subject_of(ctx.where.thread_key) or ("", 0)
    implied = {"number": str(number)} if kind else {}
    if kind == "alert":
        implied["alert"] = str(number)
    try:
        return arguments.parse(meaning.command.args, meaning.rest, implied)
    except DeskError:
        if lenient:
            return implied
        raise


def _ask(
    tx: StoreTx, ctx: Context, arrival: Arrival, command: Command, values: dict[str, str], given: arguments.Read
) -> Answer:
    """Something is missing or wrong: the form, with all that is known filled in."""
    errors = dict(given.errors)
    if arrival.kind == "submit":
        errors |= dict.fromkeys(given.missing, "This is needed.")
    form = form_of(command, tx, ctx, values, errors)
    if not errors:
        return Answer(form=form)
    name, sentence = next(iter(errors.items()))
    raise _Wrong(arguments.complaint(command.args, name, sentence), form)


class _Wrong(DeskError):
    """Values that do not fit; the form that says so is ready."""

    def __init__(self, sentence: str, form: Form) -> None:
        super().__init__(sentence)
        self.form = form


def _stamped(tx: StoreTx, ctx: Context, answer: Answer, arrival: Arrival) -> Answer:
    """What may leave for where it was asked. A form gets an id of its own, the same each time the same question is
    answered: it is sent once.
    """
    answer = sharing.reduced(tx, ctx, arrival, answer)
    if answer.form is None:
        return answer
    stamp = arrival.form.partition("~")[2] or hashlib.sha256(arrival.key.encode()).hexdigest()[:16]
    return replace(answer, form=replace(answer.form, id=f"{answer.form.id.partition('~')[0]}~{stamp}"))


def _other_content() -> Answer:
    return Answer(409, "This id was used for something else already. Send it with a new one.")


def _set_aside(key: str) -> Answer:
    return Answer(500, f"That could not be done. It was set aside as {key}, and the administrators were told.")
