"""The API's routes: what a person does in the web chat becomes one arrival, and its answer one JSON object."""

from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query
from fastapi.responses import JSONResponse, StreamingResponse

from bot.arrivals import Arrival, Takes
from bot.platforms.webchat import messages, shapes, stream
from bot.platforms.webchat.bell import Bell
from bot.platforms.webchat.messages import Body, Rows, Window
from bot.platforms.webchat.render import answer_json, channel_json, person_json
from bot.platforms.webchat.room import NAME, Place, Room, number_of
from bot.platforms.webchat.showing import pictures
from bot.ports import Ids
from bot.store.store import Store
from desk.cards import Text
from desk.people import Person
from desk.refusal import DeskError, Why
from desk.words import LIMIT, clean

NO_ACTING = (
    "Nobody may act as somebody here, and sign-in is not built yet. `deskbell run --act-as` allows it on this machine."
)
Who = Annotated[str, Query(alias="as", description="the id of the person who acts")]


@dataclass(frozen=True, slots=True)
class Door:
    """What the routes are made of. `act_as`: whether a call may name its person, as in the demo."""

    room: Room
    store: Store
    takes: Takes
    bell: Bell
    ids: Ids
    act_as: bool

    def key(self, ask: shapes.Ask) -> str:
        """The caller's own id; else a form is sent once by its id, and anything else is a new thing each time."""
        form = ask.form if isinstance(ask, shapes.Submit) and "~" in ask.form else None
        return f"{NAME}/{ask.who}/{ask.id or form or self.ids.token()}"

    async def answer(self, person: Person, arrival: Arrival, shown: str | None = None) -> JSONResponse:
        answer = await self.takes.take(arrival)
        said = answer_json(answer, person.zone, self.room.now())
        return JSONResponse({**said, "message": shown} if answer.status < 400 else said, answer.status)

    async def show(self, key: str, person: Person, place: Place, text: str) -> str:
        """A line that is no command is seen by the whole channel, as in any chat; said again, it is one line. Its id.

        Other words under the same id are refused before anybody sees them.
        """

        def put(tx: Rows) -> tuple[int, tuple[str, int | None, Text]]:
            number = messages.put(
                tx, channel=place.channel, thread=place.thread, author=person.id, send_key=key, body=Body(words=(text,))
            )  # fmt: skip
            kept = messages.one(tx, number)
            return number, (kept.channel, kept.thread, kept.body.words) if kept else ("", None, ())

        number, kept = await self.store.write(put)
        if kept != (place.channel, place.thread, (text,)):
            raise DeskError("This id was used for something else already. Send it with a new one.", why=Why.CONFLICT)
        return str(number)


def api(door: Door) -> APIRouter:
    """Every route under `/api`."""

    def acting() -> None:
        if not door.act_as:
            raise DeskError(NO_ACTING, why=Why.FORBIDDEN)

    router = APIRouter(prefix="/api", dependencies=[Depends(acting)], tags=["web chat"])
    _add_reading(router, door)
    _add_doing(router, door)

    @router.api_route("/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
    async def nothing(rest: str) -> JSONResponse:
        raise DeskError(f"There is nothing at /api/{rest[:40]}.", why=Why.NOT_FOUND)

    return router


def _add_reading(router: APIRouter, door: Door) -> None:
    room = door.room

    @router.get("/people", responses={200: {"model": list[shapes.PersonJson]}, 403: shapes.REFUSALS[403]})
    async def people() -> JSONResponse:
        """Whom one may act as."""
        config = room.config()
        return JSONResponse([person_json(p, config.clients) for p in config.people.values()])

    @router.get("/channels", responses={200: {"model": list[shapes.ChannelJson]}, **shapes.REFUSALS})
    async def channels(who: Who) -> JSONResponse:
        """The channels this person may see. `X-Deskbell-Seq` is where live updates go on from here."""
        person = room.person(who)
        place = await _place(room, person)
        found, clients = await room.channels(person), room.config().clients
        return JSONResponse([channel_json(channel, last, clients) for channel, last in found], headers=place)

    @router.get("/channels/{channel}/messages", responses={200: {"model": list[shapes.MessageJson]}, **shapes.REFUSALS})
    async def channel_messages(
        channel: str, who: Who, thread: str | None = None, after: str = "", before: str = "", *, newest: bool = False,
        head: bool = False,
    ) -> JSONResponse:  # fmt: skip
        """Oldest first, at most 200: the top level, or one thread. `after` pages on.

        `newest` takes the last 200 instead of the first, `before` those ahead of a message; `head` puts the message
        above the thread first. The header `X-Deskbell-Seq` is where live updates go on: `/api/events?after=`.
        """
        person = room.person(who)
        place = await room.place(person, channel, thread)
        window = Window(_number("after", after, 0), _number("before", before, Window().before), newest=newest)
        seq = await _place(room, person)
        found = await room.page(person, place, window)
        above = [place.head] if head and place.head else []
        return JSONResponse(await pictures(room, person, [*above, *found]), headers=seq)

    @router.get("/events", response_class=StreamingResponse, responses={**shapes.REFUSALS, 200: {
        "content": {"text/event-stream": {}}, "description": "`event: message`, its `data` a message, its `id` a place",
    }})  # fmt: skip
    async def events(
        who: Who, after: str | None = None, last_event_id: Annotated[str | None, Header()] = None
    ) -> StreamingResponse:
        """Posts and edits as they happen. `Last-Event-ID` (or `after`) continues from an event's id.

        `event: restart` says that the id is of another store and that everything is to be read again.
        """
        person, asked = room.person(who), stream.last_seq(last_event_id or after)
        # Known before the answer begins: what happens after it has begun is not missed.
        place = stream.place_of(asked, await room.newest_seq(person))
        feed = stream.events(room, door.bell, person, place)
        return StreamingResponse(feed, media_type="text/event-stream", headers={"Cache-Control": "no-store"})


def _add_doing(router: APIRouter, door: Door) -> None:
    room = door.room
    answers: dict[int | str, dict[str, Any]] = {200: {"model": shapes.AnswerJson}, **shapes.ASK_REFUSALS}

    @router.post("/say", responses=answers)
    async def say(ask: shapes.Say) -> JSONResponse:
        """Say a line. One that starts with `/` is a command, and only the asker sees what comes of it."""
        limit = shapes.ROOMY if ask.text.lstrip().startswith("/") else LIMIT
        person, text = room.person(ask.who), clean(ask.text, limit)
        place = await room.place(person, ask.channel, ask.thread)
        if not text:
            raise DeskError("There is nothing in this line. Write something, or `/help`.", field="text")
        arrival = _arrival(door, ask, place, "say", text=text)
        if text.startswith("/"):
            return await door.answer(person, arrival)
        shown = await door.show(arrival.key, person, place, text)
        return await door.answer(person, replace(arrival, message=shown), shown)

    @router.post("/press", responses=answers)
    async def press(ask: shapes.Press) -> JSONResponse:
        """Press a button of a message, in the version the person saw."""
        person = room.person(ask.who)
        message, place = await room.message(person, ask.channel, ask.message)
        arrival = _arrival(
            door, ask, place, "press", text=clean(ask.command, shapes.ROOMY), message=str(message.id),
            version=ask.version,
        )  # fmt: skip
        return await door.answer(person, arrival)

    @router.post("/submit", responses=answers)
    async def submit(ask: shapes.Submit) -> JSONResponse:
        """Send a form. Refused fields come back in it, with 422."""
        person = room.person(ask.who)
        place = await room.place(person, ask.channel, None)
        values = {clean(name): _value(name, value) for name, value in ask.values.items()}
        return await door.answer(person, _arrival(door, ask, place, "submit", form=clean(ask.form), values=values))


async def _place(room: Room, person: Person) -> dict[str, str]:
    """Read before anything else, so that what happens meanwhile is told twice rather than never."""
    return {"X-Deskbell-Seq": str(await room.newest_seq(person))}


def _number(name: str, given: str, usual: int) -> int:
    number = number_of(given) if given else usual
    if number is None:
        raise DeskError(f"`{name}`: the id of a message is wanted here.")
    return number


def _arrival(door: Door, ask: shapes.Ask, place: Place, kind: Any, **what: Any) -> Arrival:
    return Arrival(
        key=door.key(ask), kind=kind, platform=NAME, person=ask.who, channel=place.channel, at=door.room.now(),
        again=True,
        thread=None if place.thread is None else str(place.thread), thread_key=place.thread_key, acting_as=True, **what,
    )  # fmt: skip


def _value(name: str, value: str | float | bool | None) -> str:  # noqa: FBT001 - JSON's own kinds
    if value is None:
        return ""
    try:
        return clean(value if isinstance(value, str) else str(value).lower(), shapes.ROOMY)
    except DeskError as error:
        raise DeskError(f"{name}: {error.sentence}", field=name) from error
