"""What a silence hides right now, and whether that is so much that one is asked first."""

from dataclasses import dataclass

from desk.alerts import Alert, Severity
from desk.holds import Silence
from desk.matchers import all_match
from desk.signals import Signal
from handlers import holding
from handlers.context import Tx

MOST = 1000  # alerts and held signals of a client that are looked at


@dataclass(frozen=True, slots=True)
class Hidden:
    """`alerts` call nobody, since all of each is hidden; `signals` fire, whether they rang or not. `everything`: it is
    also whatever may come of that client.
    """

    alerts: tuple[Alert, ...]
    signals: tuple[Signal, ...]
    everything: bool

    def critical(self) -> tuple[Alert, ...]:
        bad = {s.alert for s in self.signals if s.severity is Severity.CRITICAL}
        return tuple(a for a in self.alerts if a.severity is Severity.CRITICAL or a.number in bad)

    def critical_signals(self) -> tuple[Signal, ...]:
        """Those that none of the alerts stands for."""
        named = {a.number for a in self.alerts}
        return tuple(s for s in self.signals if s.severity is Severity.CRITICAL and s.alert not in named)


def hidden(tx: Tx, silence: Silence) -> Hidden:
    """As if it held now."""
    alerts: list[Alert] = []
    signals: list[Signal] = []
    for alert in tx.alerts(client=silence.client, limit=MOST):
        firing = tx.signals_of(alert.number, firing_only=True, limit=holding.MOST)
        fits = [s for s in firing if all_match(silence.matchers, s.labels)]
        signals += fits
        if fits and len(fits) == len(firing) == alert.firing:
            alerts.append(alert)
    held = tx.held_signals(silence.client, limit=MOST)
    signals += [s for s in held if all_match(silence.matchers, s.labels)]
    return Hidden(tuple(alerts), tuple(signals), is_everything(silence))


def is_everything(silence: Silence) -> bool:
    """Whether it fits what nothing is known of but whose it is and how bad: then it fits nearly all there can be."""
    anything = ({"client": silence.client, "severity": str(each), "kind": "?"} for each in Severity)
    return all(all_match(silence.matchers, labels) for labels in anything)
