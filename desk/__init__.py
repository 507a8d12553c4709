"""The rules: frozen values and pure functions that take `now`. No I/O, no clock, no randomness, no `async`."""
