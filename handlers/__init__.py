"""What the bot does when something happens. A handler loads, asks the rules, and saves; it has no other effect."""
