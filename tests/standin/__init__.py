"""A chat platform of our own to be tested against: its log is the witness of what was posted."""
