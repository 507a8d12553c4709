"""What the world does: one file per event, each with `run(tx, ctx, event)`."""
