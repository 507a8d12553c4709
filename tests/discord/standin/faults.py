"""Which calls are to go wrong, and how: a queue for each route, by the stand-ins' common fault menu."""

from dataclasses import dataclass

from tests.discord.standin.refusals import Refused, limited, no
from tests.standin.faults import Fault, Plan, Tells, plan

__all__ = ["Fault", "Faults", "Plan", "Tells"]


@dataclass
class Planned:
    route: str
    fault: Fault
    times: int
    channel: int | None
    status: int
    plan: Plan


class Faults:
    """`route` is a method and a path of `routes.ROUTES`, or the beginning of one."""

    def __init__(self) -> None:
        self.planned: list[Planned] = []

    def add(
        self, route: str, fault: Fault, *, times: int = 1, channel: int | None = None, status: int = 500,
        retry_after: float = 3.0, late: float = 20.0,
    ) -> None:  # fmt: skip
        """The next `times` calls of a route (in a channel) go wrong. `status` is that of ERROR and ERROR_TAKEN."""
        made = plan(fault, retry_after=retry_after, late=late)
        self.planned.append(Planned(route, fault, times, channel, status, made))

    def clear(self) -> None:
        self.planned.clear()

    def take(self, route: str, channel: int | None) -> Planned | None:
        """What is planned for this call: it is used up by asking."""
        for each in self.planned:
            if route.startswith(each.route) and each.channel in {None, channel}:
                each.times -= 1
                if each.times == 0:
                    self.planned.remove(each)
                return each
        return None


def refusal(planned: Planned) -> Refused:
    """What the caller is told where the fault is an answer."""
    words = {
        Tells.REFUSED: "missing access", Tells.ACCOUNT: "unauthorized", Tells.UNREADABLE: "missing access",
        Tells.GONE: "unknown message",
    }  # fmt: skip
    tells = planned.plan.tells
    if tells is Tells.RATE:
        return limited(planned.plan.retry_after)
    if tells is Tells.ERROR:
        return Refused(planned.status, 0, f"{planned.status}: Internal Server Error")
    return no(words[tells])
