"""Pictures in posts: a chart is kept as data, and drawn and handed to Slack when the post that shows it is sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.domain.charts import Chart
from bot.domain.text import bounded
from bot.errors import MusterError
from bot.kit.blocks import EMPTY, Block, context, plain
from bot.kit.command import Outside
from bot.log import logger
from bot.store import pictures
from bot.store.products import LOCAL_WORKSPACE

LONGEST_ALT = 2_000
"""Slack's limit for the words of an image block."""


def picture(session: Session, key: str, chart: Chart, now: datetime) -> dict[str, Any]:
    """The block that shows *chart* in a post, kept under *key*; under the same key another chart takes its place.

    The relay puts the uploaded file in; where a picture cannot be drawn or uploaded, its words stand in its place.
    """
    pictures.keep(session, LOCAL_WORKSPACE, key, chart, now)
    return {"type": "image", "slack_file": {"id": pictures.reference(key)}, "alt_text": words_of(chart.alt)}


def drawn(outside: Outside, chart: Chart) -> dict[str, Any]:
    """The block that shows *chart* in a private answer, or says it in words where it cannot be shown now."""
    try:
        return outside.picture(chart)
    except MusterError as error:
        logger().warning("picture.in_words", reason=str(error))
        return in_words(chart.alt)


def in_words(alt: str) -> Block:
    """What stands in the place of a picture that cannot be shown: what it would have said."""
    return context(plain(alt))


def shows_files(blocks: Sequence[Block]) -> bool:
    """Whether there are pictures in *blocks* that Slack has, or is to have, as files."""
    return any(_is_file(block) for block in blocks)


def all_in_words(blocks: Sequence[Block]) -> list[Block]:
    """*blocks* with words in the place of each such picture."""
    return [in_words(str(block.get("alt_text", ""))) if _is_file(block) else block for block in blocks]


def words_of(alt: str) -> str:
    """*alt* as Slack takes the words of a picture."""
    return bounded(alt, LONGEST_ALT).strip() or EMPTY


def _is_file(block: Block) -> bool:
    return block.get("type") == "image" and "slack_file" in block
