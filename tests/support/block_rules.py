"""What three independent libraries say of our blocks: none of them is asked to build, only to judge."""

from collections.abc import Iterable
from typing import Any

import blockkit
import slackblocks
from slack_sdk.models.blocks import Block as SdkBlock


def assert_accepted(blocks: Iterable[dict[str, Any]]) -> None:
    """Each block is one that slack_sdk, blockkit and slackblocks take, and read back as it was written."""
    for block in blocks:
        parsed = SdkBlock.parse(block)
        assert parsed is not None, block
        assert parsed.to_dict() == block
        assert _rebuilt(block).build() == block
        slackblocks.Block.from_dict(block)


def _rebuilt(block: dict[str, Any]) -> Any:
    match block["type"]:
        case "header":
            return blockkit.Header(_text(block["text"]))
        case "section":
            return blockkit.Section(_text(block["text"]))
        case "context":
            return blockkit.Context([_text(element) for element in block["elements"]])
        case "divider":
            return blockkit.Divider()
        case other:
            raise AssertionError(f"no rule for {other}")


def _text(given: dict[str, Any]) -> Any:
    text = blockkit.Text(given["text"]).type(given["type"])
    return text.emoji(given["emoji"]) if "emoji" in given else text.verbatim(given["verbatim"])
