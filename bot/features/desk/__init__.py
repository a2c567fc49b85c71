"""The desk: help, the short menu, and what waits for a person."""

from bot.features.desk import commands
from bot.kit.command import Shortcut
from bot.kit.feature import Feature

FEATURE = Feature(
    name="desk",
    summary="Help, and what waits for a person",
    commands=commands.COMMANDS,
    synonyms={
        "?": "help",
        "-h": "help",
        "--help": "help",
        "commands": "help",
        "mine": "me",
        "my": "me",
        "todo": "me",
        "inbox": "me",
    },
    shortcuts=(
        Shortcut(
            name="desk.me",
            label="What waits for me",
            description="See what waits for you in Muster",
            run=commands.me,
        ),
    ),
    home=commands.home,
    home_order=20,
)
