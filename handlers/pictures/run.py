"""A run of a runbook, from the request to what came of it."""

from config.loaded import Config
from desk.approvals import Approval, ApprovalState
from desk.cards import Button, Card, Style, Text, When, span_of, text
from desk.detail import Own, ours
from desk.runs import Outcome, Run, RunState
from handlers.pictures import name, short

OUTCOMES = {
    Outcome.FIXED: ("✓ fixed-and-verified", "good"),
    Outcome.STILL_DOWN: ("▲ ran-but-still-down", "bad"),
    Outcome.FAILED: ("▲ failed", "bad"),
    Outcome.UNKNOWN: ("? unknown", "warn"),
    Outcome.DONE: ("✓ done", "good"),
    Outcome.DENIED: ("⊘ denied", "calm"),
    Outcome.LAPSED: ("⊘ lapsed", "calm"),
}
STATES = {
    RunState.ASKED: "◌ waiting for an approver",
    RunState.QUEUED: "◌ starting",
    RunState.RUNNING: "◐ running",
    RunState.VERIFYING: "◐ checking again",
}


def key(number: int) -> str:
    return f"run/{number}"


def for_team(run: Run, config: Config) -> Card:
    state, tone = OUTCOMES[run.outcome] if run.outcome else (STATES[run.state], "calm")
    lines = [
        text(f"asked for by {name(config, run.asked_by)} ", When(run.asked_at), *_for(run)),
        _progress(run),
        _ended(run),
        text(f"the check saw: {run.seen}") if run.seen and run.outcome is not Outcome.FIXED else (),
        _advice(run),
    ]
    title = f"{run.runbook} on {run.target}" + "".join(f" {k}={v}" for k, v in run.arguments)
    said = tuple(line for line in lines if line)
    return Card(key(run.number), title, state, run.number, said, buttons=_buttons(run), tone=tone)


def _for(run: Run) -> Text:
    return text(f" for alert {run.alert}") if run.alert else ()


def _progress(run: Run) -> Text:
    if run.state is RunState.RUNNING and run.started_at:
        said = f" · line {run.lines}: {short(run.progress, 120)}" if run.lines else ""
        return text("running for ", When(run.started_at, Style.LASTED), said)
    if run.state is RunState.VERIFYING:
        return text(f"exit 0; the same check looks again ({run.successes} good so far)")
    return ()


def _ended(run: Run) -> Text:
    if run.ended is None or run.started_at is None or run.ended_at is None:
        return text(run.ended.reason) if run.ended and run.ended.reason else ()
    took = span_of((run.ended_at - run.started_at).total_seconds())
    last = run.ended.output.strip().splitlines()[-1:] if run.outcome is not Outcome.FIXED else []
    reason = f": {run.ended.reason}" if run.ended.reason else ""
    words = "".join(f" · last words: “{short(line, 120)}”" for line in last)
    return text(f"{run.ended.words()}{reason} after {took}{words}")


def _advice(run: Run) -> Text:
    """What happens next if nobody acts, which after a failed fix is nothing."""
    if run.outcome is Outcome.UNKNOWN:
        return text("Nobody knows whether it worked. It is not run again by itself: look, then decide.")
    if run.outcome in {Outcome.STILL_DOWN, Outcome.FAILED}:
        return text("It is not run again by itself. A person decides what comes next.")
    return ()


def _buttons(run: Run) -> tuple[Button, ...]:
    number = (("number", str(run.number)),)
    return (Button(Own("Output"), "show", number),) if run.ended and run.ended.output else ()


def approval_key(number: int) -> str:
    return f"approval/{number}"


def told_key(number: int) -> str:
    """Of what each approver is told in their own channel."""
    return f"{approval_key(number)}/tell"


def told(approval: Approval, config: Config) -> Text:
    card = for_approvers(approval, config)
    if approval.state is ApprovalState.ASKED:
        return text(card.title, ". ", *card.lines[-1], ".")
    return text(f"{card.title} · {card.state} ", *card.lines[-1])


def for_approvers(approval: Approval, config: Config) -> Card:
    """Who asks to run what on what, which bytes, until when, and who may not answer."""
    asks = f"{name(config, approval.asked_by)} asks to run {approval.runbook} on {approval.target}"
    arguments = "".join(f" {k}={v}" for k, v in approval.arguments)
    number = (("number", str(approval.number)),)
    lines: tuple[Text, ...] = (
        text(f"Needs one approver, not {name(config, approval.asked_by)}. Script {approval.digest[:8]}."),
        ours("Lapses ", When(approval.lapses_at), " (", When(approval.lapses_at, Style.LEFT), ")"),
    )
    if approval.state is ApprovalState.ASKED:
        buttons = (
            Button(Own("Approve"), "approve", number, primary=True), Button(Own("Deny"), "deny", number),
            Button(Own("Show script"), "show", number),
        )  # fmt: skip
        return Card(
            approval_key(approval.number), asks + arguments, "◌ needs an approver", approval.number, lines,
            buttons=buttons, tone="warn",
        )  # fmt: skip
    by = text(f"by {name(config, approval.answered_by)} ", When(approval.answered_at)) if approval.answered_at else ()
    symbol = "✓" if approval.state is ApprovalState.APPROVED else "⊘"
    return Card(
        approval_key(approval.number), asks + arguments, f"{symbol} {approval.state}", approval.number, (lines[0], by)
    )
