"""`python -m bot` is `deskbell`."""

from bot.cli import main

if __name__ == "__main__":
    main()
