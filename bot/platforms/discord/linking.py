"""`/link CODE`: the one line that somebody unknown may say, with the code that makes them known."""

from bot.arrivals import Answer
from bot.door import Account, Door
from desk.refusal import DeskError

WORD = "/link "


def is_code(line: str) -> bool:
    return line.lower().startswith(WORD)


async def linked(door: Door, account: Account, line: str) -> Answer | None:
    """What to tell them; None where the line is another one."""
    if not is_code(line):
        return None
    try:
        said = await door.link(account, WORD + line[len(WORD) :].removeprefix("code="))
    except DeskError as error:
        said = error.sentence
    return Answer(error=said) if said else None
