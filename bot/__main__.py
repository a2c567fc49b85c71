"""`python -m bot` is `muster`."""

from bot.cli.main import main

if __name__ == "__main__":
    main()
