"""Slack: inbound, render (pure), outbound."""
