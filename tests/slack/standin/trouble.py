"""What a test lets go wrong with a call: a queue of faults, each for the next call that it is about."""

from dataclasses import dataclass, field

from tests.slack.standin.world import Json
from tests.standin.faults import Fault, Plan, Tells, plan

ERRORS = {
    Fault.REFUSE: "channel_not_found", Fault.ACCOUNT: "token_revoked",
    Fault.UNREADABLE: "missing_scope", Fault.GONE: "message_not_found",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trouble:
    """`method` is Slack's, `response_url`, or `*`; `channel` None is any. `status` is told for an error: 500, 503."""

    fault: Fault
    method: str
    channel: str | None
    plan: Plan
    status: int
    error: str


NO_TROUBLE = Trouble(Fault.NONE, "*", None, Plan(0.0, Tells.OK), 200, "")


@dataclass
class Troubles:
    waiting: list[Trouble] = field(default_factory=list)

    def add(
        self, fault: Fault, method: str = "chat.postMessage", *, channel: str | None = None, times: int = 1,
        retry_after: float = 1.0, delay: float = 0.0, late: float = 20.0, status: int = 500, error: str = "",
    ) -> None:  # fmt: skip
        """The next `times` calls of the method (in the channel) go wrong like this; `error` is Slack's word for it."""
        one = Trouble(
            fault, method, channel, plan(fault, delay=delay, retry_after=retry_after, late=late),
            status, error or ERRORS.get(fault, ""),
        )  # fmt: skip
        self.waiting += [one] * times

    def next(self, method: str, arguments: Json) -> Trouble:
        for number, one in enumerate(self.waiting):
            if one.method in {"*", method} and one.channel in {None, arguments.get("channel")}:
                return self.waiting.pop(number)
        return NO_TROUBLE
