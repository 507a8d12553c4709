"""One module for each file of a configuration: its settings, what must hold among them, and the values they become."""
