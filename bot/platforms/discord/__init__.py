"""Discord: cards as embeds, forms as modals, commands as application commands, buttons that outlive a restart."""
