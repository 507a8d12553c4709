"""Grafana Alerting's webhook. It sends what Alertmanager sends, and more.

Source: https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
"""

from dataclasses import replace
from typing import Any

from desk.hooks import alertmanager
from desk.hooks.told import Told, an_object, first, texts

parts = alertmanager.parts


def told(part: Any) -> Told | None:
    """With the values seen, and a link to where they are drawn."""
    found, alert = alertmanager.told(part), an_object(part, "an alert")
    if found is None or "alerts" in alert:
        return found
    values = ", ".join(f"{name} = {seen}" for name, seen in sorted(texts(alert.get("values")).items()))
    link = first(alert.get("panelURL"), alert.get("dashboardURL"), alert.get("generatorURL"))
    return replace(found, sentence=f"{found.sentence} ({values})" if values else found.sentence, link=link)
