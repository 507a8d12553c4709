"""The demo: a small web shop that really runs and really breaks, and a guide through what the desk does about it."""
