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
        _take_with_slackblocks(block)


def _take_with_slackblocks(block: dict[str, Any]) -> None:
    # It reads no buttons yet, but builds them, and judges while it does.
    match block:
        case {"type": "section", "accessory": dict(button)}:
            slackblocks.SectionBlock(_words(block["text"]), accessory=_pressed(button))
        case {"type": "actions"}:
            slackblocks.ActionsBlock([_pressed(one) for one in block["elements"]], block_id=block["block_id"])
        case _:
            slackblocks.Block.from_dict(block)


def _pressed(given: dict[str, Any]) -> Any:
    if given["type"] == "static_select":
        options = [slackblocks.Option(_words(one["text"]), one["value"]) for one in given["options"]]
        return slackblocks.StaticSelectMenu(
            action_id=given["action_id"], options=options, placeholder=given["placeholder"]["text"]
        )
    return slackblocks.Button(
        _words(given["text"]), given["action_id"], value=given.get("value"), style=given.get("style")
    )


def _words(given: dict[str, Any]) -> Any:
    kind = slackblocks.TextType.PLAINTEXT if given["type"] == "plain_text" else slackblocks.TextType.MARKDOWN
    return slackblocks.Text(given["text"], kind, emoji=given.get("emoji", False))


def _rebuilt(block: dict[str, Any]) -> Any:
    match block["type"]:
        case "header":
            return blockkit.Header(_text(block["text"]))
        case "section" if "accessory" in block:
            return blockkit.Section(_text(block["text"])).accessory(_button(block["accessory"]))
        case "section":
            return blockkit.Section(_text(block["text"]))
        case "actions":
            return blockkit.Actions([_button(one) for one in block["elements"]]).block_id(block["block_id"])
        case "context":
            small = blockkit.Context([_text(element) for element in block["elements"]])
            return small.block_id(block["block_id"]) if "block_id" in block else small
        case "divider":
            return blockkit.Divider()
        case other:
            raise AssertionError(f"no rule for {other}")


def _button(given: dict[str, Any]) -> Any:
    if given["type"] == "static_select":
        menu = blockkit.StaticSelect(action_id=given["action_id"]).placeholder(_text(given["placeholder"]))
        return menu.options(*(blockkit.Option(_text(one["text"]), one["value"]) for one in given["options"]))
    button = blockkit.Button(_text(given["text"]), given["action_id"])
    if "value" in given:
        button = button.value(given["value"])
    if "style" in given:
        button = button.style(given["style"])
    return button


def _text(given: dict[str, Any]) -> Any:
    text = blockkit.Text(given["text"]).type(given["type"])
    return text.emoji(given["emoji"]) if "emoji" in given else text.verbatim(given["verbatim"])
