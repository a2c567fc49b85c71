"""Modals and Home: opened by trigger, filled in, submitted, answered; and what Slack refuses of a view."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import SetClock
from bot.sandbox.outcome import GestureError
from bot.sandbox.rules.views import problems
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import User
from tests.sandbox.listening import ListeningApp, a_button, a_field, a_modal, always, listening, options, plain
from tests.sandbox.places import BOT, TEAM, error_of


@pytest.fixture
async def app(slack: Sandbox) -> AsyncIterator[ListeningApp]:
    async with listening(slack, BOT) as opened:
        yield opened


async def test_a_submission_carries_every_field_as_slack_types_it(
    slack: Sandbox, app: ListeningApp, client: AsyncWebClient
) -> None:
    chosen = options("a", "b", "c")
    fields = [
        a_field("why"),
        a_field("one", "static_select", options=chosen),
        a_field("many", "multi_static_select", options=chosen),
        a_field("who", "users_select"),
        a_field("all", "multi_users_select"),
        a_field("where", "conversations_select"),
        a_field("room", "channels_select"),
        a_field("box", "checkboxes", options=chosen),
        a_field("radio", "radio_buttons", options=chosen),
        a_field("day", "datepicker"),
        a_field("time", "timepicker"),
        a_field("count", "number_input", is_decimal_allowed=False, min_value="1"),
        a_field("more", optional=True),
    ]
    await _open(slack, app, client, a_modal(*fields, private_metadata="row-7", callback_id="note"))
    given = {
        "why": "because", "one": "a", "many": ["a", "B"], "who": "U0PM", "all": ["U0PM"], "where": TEAM, "room": TEAM,
        "box": ["c"], "radio-block": "b", "day": "2026-11-21", "time": "09:30", "count": 3,
    }  # fmt: skip

    outcome = await asyncio.to_thread(slack.submit, "U0PM", given)

    sent = app.seen[-1]
    values = {action: state for block in sent["view"]["state"]["values"].values() for action, state in block.items()}
    first, second, third = chosen
    assert outcome.ok
    assert (sent["type"], sent["view"]["private_metadata"], sent["view"]["callback_id"]) == (
        "view_submission", "row-7", "note",
    )  # fmt: skip
    assert values == {
        "why": {"type": "plain_text_input", "value": "because"},
        "one": {"type": "static_select", "selected_option": first},
        "many": {"type": "multi_static_select", "selected_options": [first, second]},
        "who": {"type": "users_select", "selected_user": "U0PM"},
        "all": {"type": "multi_users_select", "selected_users": ["U0PM"]},
        "where": {"type": "conversations_select", "selected_conversation": TEAM},
        "room": {"type": "channels_select", "selected_channel": TEAM},
        "box": {"type": "checkboxes", "selected_options": [third]},
        "radio": {"type": "radio_buttons", "selected_option": second},
        "day": {"type": "datepicker", "selected_date": "2026-11-21"},
        "time": {"type": "timepicker", "selected_time": "09:30"},
        "count": {"type": "number_input", "value": "3"},
        "more": {"type": "plain_text_input", "value": None},
    }
    assert slack.modal("U0PM") is None


async def test_slack_itself_holds_a_bad_form_back(slack: Sandbox, app: ListeningApp, client: AsyncWebClient) -> None:
    number = a_field("count", "number_input", is_decimal_allowed=False, max_value="5")
    await _open(slack, app, client, a_modal(a_field("why", min_length=3), number))
    empty = await asyncio.to_thread(slack.submit, "U0PM", {"count": "3.5"})
    shown = await asyncio.to_thread(slack.errors, "U0PM")
    await asyncio.to_thread(slack.submit, "U0PM", {"why": "no", "count": "9"})

    assert (empty.ok, empty.status, empty.error) == (False, None, "not_sent")
    assert shown == {
        "why-block": "Please complete this required field.",
        "count-block": "Please enter a number.",
    }
    assert await asyncio.to_thread(slack.errors, "U0PM") == {
        "why-block": "Please enter at least 3 characters.",
        "count-block": "Please enter a number in the range that is asked for.",
    }
    assert [one.get("type") for one in app.seen] == [None]


async def test_errors_keep_the_modal_and_all_that_was_typed(
    slack: Sandbox, app: ListeningApp, client: AsyncWebClient
) -> None:
    await _open(slack, app, client, a_modal())
    app.answer = always({"response_action": "errors", "errors": {"why-block": "Too short."}})
    refused = await asyncio.to_thread(slack.submit, "U0PM", {"why": "x"})
    shown = await asyncio.to_thread(slack.errors, "U0PM")
    app.answer = always({"response_action": "errors", "errors": {"nowhere": "Lost."}})
    lost = await asyncio.to_thread(slack.submit, "U0PM")
    app.answer = None
    taken = await asyncio.to_thread(slack.submit, "U0PM")

    assert (refused.ok, shown) == (True, {"why-block": "Too short."})
    assert lost.error == "invalid_response"
    assert taken.ok
    assert app.seen[-1]["view"]["state"]["values"]["why-block"]["why"]["value"] == "x"
    assert slack.modals("U0PM") == []


async def test_answers_update_push_and_clear(slack: Sandbox, app: ListeningApp, client: AsyncWebClient) -> None:
    await _open(slack, app, client, a_modal(external_id="first"))
    app.answer = always({"response_action": "update", "view": a_modal(callback_id="second", external_id="first")})
    await asyncio.to_thread(slack.submit, "U0PM", {"why": "x"})
    assert [one["callback_id"] for one in slack.modals("U0PM")] == ["second"]
    app.answer = always({"response_action": "push", "view": a_modal(callback_id="deeper")})
    for _ in range(2):
        assert (await asyncio.to_thread(slack.submit, "U0PM", {"why": "x"})).ok
    assert [one["callback_id"] for one in slack.modals("U0PM")] == ["second", "deeper", "deeper"]
    assert slack.modals("U0PM")[2]["previous_view_id"] == slack.modals("U0PM")[1]["id"]
    deepest = await asyncio.to_thread(slack.submit, "U0PM", {"why": "x"})
    assert deepest.error == "push_limit_reached"
    app.answer = always({"response_action": "update", "view": a_modal(title=plain("x" * 25))})
    assert (await asyncio.to_thread(slack.submit, "U0PM", {"why": "x"})).error == "invalid_arguments"
    app.answer = always({"response_action": "clear"})
    await asyncio.to_thread(slack.submit, "U0PM", {"why": "x"})

    assert slack.modals("U0PM") == []


async def test_no_answer_keeps_the_modal(slack: Sandbox, app: ListeningApp, client: AsyncWebClient) -> None:
    await _open(slack, app, client, a_modal())
    app.status = 500
    failed = await asyncio.to_thread(slack.submit, "U0PM", {"why": "x"})
    app.status, app.answer = 200, always("done")
    odd = await asyncio.to_thread(slack.submit, "U0PM")

    assert (failed.error, odd.error) == ("dispatch_failed", "invalid_response")
    assert slack.modals("U0PM")[0]["state"]["values"]["why-block"]["why"]["value"] == "x"


async def test_a_click_in_a_modal_carries_what_was_entered(
    slack: Sandbox, app: ListeningApp, client: AsyncWebClient
) -> None:
    await _open(slack, app, client, a_modal(a_field("why"), _actions()))
    await asyncio.to_thread(slack.fill, "U0PM", {"why": "so far"})
    await asyncio.to_thread(slack.click_in_view, "U0PM", "more", "1")

    sent = app.seen[-1]
    assert (sent["type"], sent["container"]["view_id"]) == ("block_actions", sent["view"]["id"])
    assert sent["view"]["state"]["values"]["why-block"]["why"]["value"] == "so far"
    assert "response_url" not in sent
    updated = await client.views_update(
        view_id=sent["view"]["id"], hash=sent["view"]["hash"], view=a_modal(a_field("why"), a_field("new"))
    )
    assert updated["view"]["state"]["values"]["why-block"]["why"]["value"] == "so far"
    stale = {"view_id": sent["view"]["id"], "hash": sent["view"]["hash"], "view": a_modal()}
    assert await error_of(client, "views.update", **stale) == "hash_conflict"


async def test_home_is_published_shown_and_pressed(slack: Sandbox, app: ListeningApp, client: AsyncWebClient) -> None:
    home = {"type": "home", "blocks": [_actions()]}
    published = (await client.views_publish(user_id="U0PM", view=home))["view"]
    await asyncio.to_thread(slack.open_home, "U0PM")
    await asyncio.to_thread(slack.click_in_view, "U0PM", "more", home=True)

    assert slack.home("U0PM") == published == app.seen[0]["event"]["view"] == app.seen[1]["view"]
    again = (await client.views_publish(user_id="U0PM", view=home, hash=published["hash"]))["view"]
    assert (again["id"], again["hash"] != published["hash"]) == (published["id"], True)
    stale = {"user_id": "U0PM", "view": home, "hash": published["hash"]}
    assert await error_of(client, "views.publish", **stale) == "hash_conflict"
    assert await error_of(client, "views.publish", user_id="U0NONE", view=home) == "user_not_found"
    assert await error_of(client, "views.publish", user_id="U0PM", view=a_modal()) == "invalid_arguments"


async def test_closing_is_told_to_an_app_that_asked(slack: Sandbox, app: ListeningApp, client: AsyncWebClient) -> None:
    await _open(slack, app, client, a_modal())
    quiet = await asyncio.to_thread(slack.close, "U0PM")
    await _open(slack, app, client, a_modal(notify_on_close=True))
    told = await asyncio.to_thread(slack.close, "U0PM")

    assert (quiet.status, told.status) == (None, 200)
    assert (app.seen[-1]["type"], app.seen[-1]["is_cleared"]) == ("view_closed", False)
    with pytest.raises(GestureError, match="no modal"):
        await asyncio.to_thread(slack.close, "U0PM")


async def test_a_trigger_opens_one_view_and_soon(
    slack: Sandbox, app: ListeningApp, client: AsyncWebClient, clock: SetClock
) -> None:
    trigger = await _open(slack, app, client, a_modal())
    late = (await asyncio.to_thread(slack.shortcut, "U0PM", "x")).ids[0]
    clock.advance(timedelta(seconds=3, milliseconds=1))

    assert await error_of(client, "views.open", trigger_id=trigger, view=a_modal()) == "exchanged_trigger_id"
    assert await error_of(client, "views.open", trigger_id=late, view=a_modal()) == "expired_trigger_id"
    assert await error_of(client, "views.open", trigger_id="1.2.x", view=a_modal()) == "invalid_trigger_id"
    assert await error_of(client, "views.open", trigger_id=late) == "invalid_arguments"


async def test_views_stack_three_deep_and_external_ids_are_unique(
    slack: Sandbox, app: ListeningApp, client: AsyncWebClient
) -> None:
    slack.workspace.add(User(id="U2", name="Two"))
    other = (await asyncio.to_thread(slack.shortcut, "U2", "x")).ids[0]
    assert await error_of(client, "views.push", trigger_id=other, view=a_modal()) == "not_found"
    await _open(slack, app, client, a_modal(external_id="only"))
    taken = {"trigger_id": other, "view": a_modal(external_id="only")}
    assert await error_of(client, "views.open", **taken) == "duplicate_external_id"
    for _ in range(2):
        trigger = (await asyncio.to_thread(slack.shortcut, "U0PM", "x")).ids[0]
        await client.views_push(trigger_id=trigger, view=a_modal())
    trigger = (await asyncio.to_thread(slack.shortcut, "U0PM", "x")).ids[0]
    assert await error_of(client, "views.push", trigger_id=trigger, view=a_modal()) == "push_limit_reached"

    updated = await client.views_update(external_id="only", view=a_modal(external_id="only", callback_id="new"))
    assert updated["view"]["callback_id"] == slack.modals("U0PM")[0]["callback_id"] == "new"
    assert await error_of(client, "views.update", external_id="none", view=a_modal()) == "not_found"
    assert await error_of(client, "views.update", view=a_modal()) == "invalid_arguments"


async def test_a_view_too_large_is_refused(slack: Sandbox, app: ListeningApp, client: AsyncWebClient) -> None:
    trigger = (await asyncio.to_thread(slack.shortcut, "U0PM", "x")).ids[0]
    section = {"type": "section", "text": plain("x" * 3000)}

    assert await error_of(client, "views.open", trigger_id=trigger, view=a_modal(*[section] * 90)) == "view_too_large"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"title": plain("x" * 25)}, "must be less than 25 characters [json-pointer:/view/title/text]"),
        ({"submit": plain("x" * 25)}, "must be less than 25 characters [json-pointer:/view/submit/text]"),
        ({"close": plain("x" * 25)}, "must be less than 25 characters [json-pointer:/view/close/text]"),
        ({"private_metadata": "x" * 3001}, "must be less than 3001 characters [json-pointer:/view/private_metadata]"),
        ({"callback_id": "x" * 256}, "must be less than 256 characters [json-pointer:/view/callback_id]"),
        ({"external_id": "x" * 256}, "must be less than 256 characters [json-pointer:/view/external_id]"),
        ({"blocks": [{"type": "divider"}] * 101}, "no more than 100 items allowed [json-pointer:/view/blocks]"),
        ({"blocks": [{"type": "markdown", "text": "x"}]}, "unsupported type: markdown [json-pointer:/view/blocks/0/type]"),
        ({"blocks": [a_field("a"), a_field("a")]}, '`block_id` "a-block" already exists [json-pointer:/view]'),
        (
            {"blocks": [a_field("a", focus_on_load=True), a_field("b", focus_on_load=True)]},
            "only one element may have focus_on_load [json-pointer:/view]",
        ),
        ({"type": "home"}, "invalid additional property: title [json-pointer:/view]"),
        ({"nonsense": 1}, "invalid additional property: nonsense [json-pointer:/view]"),
    ],
)  # fmt: skip
def test_what_slack_refuses_of_a_view(fields: dict[str, Any], problem: str) -> None:
    assert problems(a_modal(), "modal") == []
    assert problem in problems({**a_modal(), **fields}, "modal")


def test_inputs_need_a_way_to_be_sent() -> None:
    view = a_modal()
    del view["submit"]

    assert problems(view, "modal") == ["missing required field: submit, for there are inputs [json-pointer:/view]"]
    assert problems({**view, "blocks": [{"type": "divider"}]}, "modal") == []


async def test_only_what_is_on_the_form_can_be_entered(
    slack: Sandbox, app: ListeningApp, client: AsyncWebClient
) -> None:
    menu = a_field("many", "multi_static_select", options=options("a", "b"), max_selected_items=1)
    await _open(slack, app, client, a_modal(menu, a_field("day", "datepicker")))
    for values, problem in (
        ({"many": ["z"]}, "no option “z”"),
        ({"many": ["a", "b"]}, "takes 1 at most"),
        ({"day": "soon"}, "takes no “soon”"),
        ({"other": "x"}, "no field other"),
    ):
        with pytest.raises(GestureError, match=problem):
            await asyncio.to_thread(slack.fill, "U0PM", values)


def _actions() -> dict[str, Any]:
    return {"type": "actions", "elements": [a_button("more", "1")]}


async def _open(slack: Sandbox, app: ListeningApp, client: AsyncWebClient, view: dict[str, Any]) -> str:
    """Open a modal for Ana, and give the trigger that did."""
    trigger = (await asyncio.to_thread(slack.command, "U0PM", TEAM, "/muster")).ids[0]
    await client.views_open(trigger_id=trigger, view=view)
    return trigger
