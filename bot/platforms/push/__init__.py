"""Push services and gateways by HTTP: a way out, and none in."""
