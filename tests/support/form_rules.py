"""What independent libraries say of our forms: none of them is asked to build, only to judge."""

from collections.abc import Mapping
from typing import Any

import blockkit
import slackblocks
from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.views import View as SdkView

from bot.sandbox.rules.views import problems


def assert_form_accepted(form: Mapping[str, Any]) -> None:
    """The form is one that the sandbox, slack_sdk, blockkit and slackblocks take, and reads back as it was written."""
    assert problems(form, "modal") == []
    SdkView(**form).validate_json()
    assert _modal(form).build() == form
    for block in form["blocks"]:
        parsed = SdkBlock.parse(block)
        assert parsed is not None
        assert parsed.to_dict() == block
        if block["type"] == "input":
            _judged_by_slackblocks(block)


def without_confirmations(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """*blocks* whose buttons ask nothing; what they ask has been judged."""
    return [
        {**block, "elements": [_unasked(one) for one in block["elements"]]} if block["type"] == "actions" else block
        for block in blocks
    ]


def _unasked(element: dict[str, Any]) -> dict[str, Any]:
    asked = element.get("confirm")
    if asked is not None:
        built: Any = blockkit.Confirm(*(_text(asked[name]) for name in ("title", "text", "confirm", "deny")))
        assert built.build() == asked
    return {name: value for name, value in element.items() if name != "confirm"}


def _modal(form: Mapping[str, Any]) -> Any:
    modal = blockkit.Modal(_text(form["title"]), [_block(block) for block in form["blocks"]]).close(
        _text(form["close"])
    )
    if "submit" in form:
        modal = modal.submit(_text(form["submit"]))
    return modal.callback_id(form["callback_id"]).private_metadata(form["private_metadata"])


def _block(block: Mapping[str, Any]) -> Any:
    if block["type"] == "context":
        return blockkit.Context([_text(one) for one in block["elements"]])
    if block["type"] == "section":
        return blockkit.Section(_text(block["text"]))
    if block["type"] == "divider":
        return blockkit.Divider()
    built = blockkit.Input(_text(block["label"]), _element(block["element"])).block_id(block["block_id"])
    built = built.optional(block["optional"])
    return built.hint(_text(block["hint"])) if "hint" in block else built


def _element(given: Mapping[str, Any]) -> Any:
    match given["type"]:
        case "plain_text_input":
            text = blockkit.PlainTextInput(action_id=given["action_id"]).multiline(given["multiline"])
            text = text.max_length(given["max_length"])
            return text.initial_value(given["initial_value"]) if "initial_value" in given else text
        case "static_select":
            menu = blockkit.StaticSelect(options=[_option(one) for one in given["options"]]).action_id(
                given["action_id"]
            )
            return menu.initial_option(_option(given["initial_option"])) if "initial_option" in given else menu
        case "checkboxes":
            boxes = blockkit.Checkboxes(options=[_option(one) for one in given["options"]]).action_id(
                given["action_id"]
            )
            ticked = [_option(one) for one in given.get("initial_options", ())]
            return boxes.initial_options(*ticked) if ticked else boxes
        case "users_select":
            person = blockkit.UsersSelect(action_id=given["action_id"])
            return person.initial_user(given["initial_user"]) if "initial_user" in given else person
        case "multi_users_select":
            people = blockkit.MultiUsersSelect(action_id=given["action_id"])
            return people.initial_users(*given["initial_users"]) if "initial_users" in given else people
        case "conversations_select":
            place = blockkit.ConversationsSelect(action_id=given["action_id"]).filter(
                blockkit.ConversationFilter(**given["filter"])
            )
            return (
                place.initial_conversation(given["initial_conversation"]) if "initial_conversation" in given else place
            )
        case other:
            raise AssertionError(f"no rule for {other}")


def _judged_by_slackblocks(block: Mapping[str, Any]) -> None:
    # It reads no inputs, but builds them, and judges while it does.
    slackblocks.InputBlock(
        label=_words(block["label"]),
        element=_element_of_slackblocks(block["element"]),
        hint=_words(block["hint"]) if "hint" in block else None,
        optional=block["optional"],
        block_id=block["block_id"],
    )


def _element_of_slackblocks(given: Mapping[str, Any]) -> Any:
    known = {"action_id": given["action_id"]}
    match given["type"]:
        case "plain_text_input":
            return slackblocks.PlainTextInput(
                **known,
                initial_value=given.get("initial_value"),
                multiline=given["multiline"],
                max_length=given["max_length"],
            )
        case "static_select":
            return slackblocks.StaticSelectMenu(**known, options=[_choice(one) for one in given["options"]])
        case "checkboxes":
            return slackblocks.CheckboxGroup(**known, options=[_choice(one) for one in given["options"]])
        case "users_select":
            return slackblocks.UserSelectMenu(**known, initial_user=given.get("initial_user"))
        case "multi_users_select":
            return slackblocks.UserMultiSelectMenu(**known, initial_users=given.get("initial_users"))
        case _:
            return slackblocks.ConversationSelectMenu(
                **known,
                initial_conversation=given.get("initial_conversation"),
                filter=slackblocks.ConversationFilter(**given["filter"]),
            )


def _option(given: Mapping[str, Any]) -> Any:
    return blockkit.Option(_text(given["text"]), given["value"])


def _choice(given: Mapping[str, Any]) -> Any:
    return slackblocks.Option(_words(given["text"]), given["value"])


def _text(given: Mapping[str, Any]) -> Any:
    text = blockkit.Text(given["text"]).type(given["type"])
    return text.emoji(given["emoji"]) if "emoji" in given else text.verbatim(given["verbatim"])


def _words(given: Mapping[str, Any]) -> Any:
    return slackblocks.Text(given["text"], slackblocks.TextType.PLAINTEXT, emoji=given["emoji"])
