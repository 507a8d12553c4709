"""Webhooks: events for another system, signed, by HTTP. A way out, and none in."""
