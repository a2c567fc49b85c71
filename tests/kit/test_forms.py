"""What was filled in comes back by its field, for every kind of element that a form may hold."""

from typing import Any

import pytest

from bot.kit.forms import channel, choice, choices_of, people, person, text_input, values_of

CHOICES = {"a": "The first", "b": "The second"}


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ({"type": "plain_text_input", "value": "typed"}, ("typed",)),
        ({"type": "plain_text_input", "value": None}, ()),
        ({"type": "plain_text_input", "value": ""}, ("",)),
        ({"type": "number_input", "value": "1.5"}, ("1.5",)),
        ({"type": "email_text_input", "value": "a@b.example"}, ("a@b.example",)),
        ({"type": "static_select", "selected_option": {"value": "a", "text": {}}}, ("a",)),
        ({"type": "static_select", "selected_option": None}, ()),
        ({"type": "radio_buttons", "selected_option": {"value": "b"}}, ("b",)),
        ({"type": "checkboxes", "selected_options": [{"value": "a"}, {"value": "b"}]}, ("a", "b")),
        ({"type": "checkboxes", "selected_options": []}, ()),
        ({"type": "multi_static_select", "selected_options": [{"value": "a"}]}, ("a",)),
        ({"type": "users_select", "selected_user": "U1"}, ("U1",)),
        ({"type": "users_select", "selected_user": None}, ()),
        ({"type": "multi_users_select", "selected_users": ["U1", "U2"]}, ("U1", "U2")),
        ({"type": "conversations_select", "selected_conversation": "C1"}, ("C1",)),
        ({"type": "multi_conversations_select", "selected_conversations": ["C1"]}, ("C1",)),
        ({"type": "channels_select", "selected_channel": "C1"}, ("C1",)),
        ({"type": "datepicker", "selected_date": "2026-11-16"}, ("2026-11-16",)),
        ({"type": "timepicker", "selected_time": "09:00"}, ("09:00",)),
    ],
)
def test_every_kind_of_element_is_read(element: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert values_of({"field": {"field": element}}) == {"field": expected}


def test_a_form_without_values_is_empty() -> None:
    assert values_of({}) == {}
    assert values_of({"field": {}}) == {"field": ()}


@pytest.mark.parametrize(
    "block",
    [
        text_input("name", "x" * 5000, initial="y" * 5000, hint="z" * 5000),
        choice("name", "Label", CHOICES, initial="a"),
        choice("name", "Label", {str(number): "w" * 500 for number in range(300)}, initial="nothing"),
        choices_of("name", "Label", CHOICES, initial=["b", "nothing"]),
        person("name", "Label", initial="U1"),
        people("name", "Label", initial=["U1", "U2"]),
        channel("name", "Label", initial="C1", optional=True),
    ],
    ids=lambda block: block["element"]["type"],
)
def test_a_field_carries_its_name_and_stays_within_what_slack_takes(block: dict[str, Any]) -> None:
    assert (block["block_id"], block["element"]["action_id"]) == ("name", "name")
    assert len(block["label"]["text"]) <= 2000
    assert len(block["element"].get("initial_value", "")) <= 3000
    options = block["element"].get("options", [])
    assert len(options) <= 100
    assert all(len(one["text"]["text"]) <= 75 for one in options)
