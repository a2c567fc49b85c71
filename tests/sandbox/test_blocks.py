"""One step over each of Slack's limits is refused, in its words and at its place."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.blocks import problems, text_length

Json = dict[str, Any]

PICTURE: Json = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"}
MENTION: Json = {"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U1"}]}


def plain(text: str = "x", **more: Any) -> Json:
    return {"type": "plain_text", "text": text, **more}


def mrkdwn(text: str = "x", **more: Any) -> Json:
    return {"type": "mrkdwn", "text": text, **more}


def section(**parts: Any) -> Json:
    return {"type": "section", **parts}


def button(**parts: Any) -> Json:
    return {"type": "button", "text": plain(), **parts}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def select(count: int = 1, **parts: Any) -> Json:
    options = [{"text": plain(), "value": str(number)} for number in range(count)]
    return {"type": "static_select", "options": options, **parts}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def raw(text: str = "x") -> Json:
    return {"type": "raw_text", "text": text}


def data_table(*rows: list[Json], **parts: Any) -> Json:
    return {"type": "data_table", "caption": "c", "rows": list(rows), **parts}


def chart(chart: Json) -> Json:
    return {"type": "data_visualization", "title": "t", "chart": chart}


def series(*points: Any, count: int = 1) -> list[Json]:
    data = [{"label": label, "value": value} for label, value in points]
    return [{"name": f"s{number}", "data": data} for number in range(count)]


def task(task_id: str, status: str) -> Json:
    return {"task_id": task_id, "title": "t", "status": status}


REFUSED: list[tuple[Json, str]] = [
    (
        {"type": "header", "text": plain("x" * 151)},
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    (
        {"type": "header", "text": plain("😀" * 76)},
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    ({"type": "header", "text": mrkdwn()}, "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"),
    ({"type": "header"}, "missing required field: text [json-pointer:/blocks/0]"),
    ({"type": "divider", "text": plain()}, "invalid additional property: text [json-pointer:/blocks/0]"),
    ({"type": "divider", "block_id": "x" * 256}, "must be less than 256 characters [json-pointer:/blocks/0/block_id]"),
    ({"type": "alert", "text": plain()}, "unsupported type: alert [json-pointer:/blocks/0/type]"),
    ({"type": "file"}, "unsupported type: file [json-pointer:/blocks/0/type]"),
    ({"text": plain()}, "unsupported type: None [json-pointer:/blocks/0/type]"),
    (section(), "must define either `text` or `fields` [json-pointer:/blocks/0]"),
    (section(text="x"), "must provide an object [json-pointer:/blocks/0/text]"),
    (section(text=mrkdwn("")), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    (section(text=mrkdwn("x" * 3001)), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    (section(text=mrkdwn(emoji=True)), "invalid additional property: emoji [json-pointer:/blocks/0/text]"),
    (section(text=plain(verbatim=True)), "invalid additional property: verbatim [json-pointer:/blocks/0/text]"),
    (section(text=mrkdwn(verbatim="yes")), "must provide a boolean [json-pointer:/blocks/0/text/verbatim]"),
    (section(text=None), "must provide an object [json-pointer:/blocks/0/text]"),
    (section(fields=[]), "no fewer than 1 items allowed [json-pointer:/blocks/0/fields]"),
    (section(fields=[plain()] * 11), "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
    (section(fields=[plain("x" * 2001)]), "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]"),
    (section(text=plain(), accessory=plain()), "unsupported type: plain_text [json-pointer:/blocks/0/accessory/type]"),
    (
        {"type": "context", "elements": [plain()] * 11},
        "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
    ),
    ({"type": "context", "elements": [button()]}, "unsupported type: button [json-pointer:/blocks/0/elements/0/type]"),
    ({**PICTURE, "alt_text": "x" * 2001}, "must be less than 2001 characters [json-pointer:/blocks/0/alt_text]"),
    ({**PICTURE, "image_url": "file:///etc"}, "must be a valid URL [json-pointer:/blocks/0/image_url]"),
    ({"type": "image", "alt_text": "a"}, "must define either `image_url` or `slack_file` [json-pointer:/blocks/0]"),
    (
        {**PICTURE, "slack_file": {"id": "F1"}},
        "must define only one of `image_url` or `slack_file` [json-pointer:/blocks/0]",
    ),
    (actions(), "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
    (actions(*[button()] * 26), "no more than 25 items allowed [json-pointer:/blocks/0/elements]"),
    (
        actions(button(text=plain("x" * 76))),
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    (actions(button(value="x" * 2001)), "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]"),
    (
        actions(button(url="https://" + "x" * 2993)),
        "must be less than 3001 characters [json-pointer:/blocks/0/elements/0/url]",
    ),
    (
        actions(button(action_id="x" * 256)),
        "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]",
    ),
    (actions(button(style="blue")), "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]"),
    (actions(button(action_id="a"), button(action_id="a")), '`action_id` "a" already exists [json-pointer:/blocks/0]'),
    (
        actions(button(confirm={"title": plain("x" * 101), "text": plain(), "confirm": plain(), "deny": plain()})),
        "must be less than 101 characters [json-pointer:/blocks/0/elements/0/confirm/title/text]",
    ),
    (actions(select(101)), "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]"),
    (
        actions({"type": "static_select"}),
        "must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]",
    ),
    (
        actions(select(options=[{"text": plain(), "value": "x" * 151}])),
        "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]",
    ),
    (
        actions(select(options=[{"text": plain(), "value": "x", "url": "https://example.com"}])),
        "invalid additional property: url [json-pointer:/blocks/0/elements/0/options/0]",
    ),
    (
        actions({"type": "overflow", "options": [{"text": plain(), "value": "x"}] * 6}),
        "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        actions({"type": "checkboxes", "options": [{"text": mrkdwn(), "value": "x"}] * 11}),
        "no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        {"type": "input", "label": plain(), "element": button()},
        "unsupported type: button [json-pointer:/blocks/0/element/type]",
    ),
    (
        {"type": "input", "label": plain("x" * 2001), "element": {"type": "plain_text_input"}},
        "must be less than 2001 characters [json-pointer:/blocks/0/label/text]",
    ),
    (
        {"type": "input", "label": plain(), "element": {"type": "plain_text_input", "max_length": 3001}},
        "must be a number between 1 and 3000 [json-pointer:/blocks/0/element/max_length]",
    ),
    (
        {"type": "context_actions", "elements": [button()]},
        "unsupported type: button [json-pointer:/blocks/0/elements/0/type]",
    ),
    (rich(), "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
    (rich({"type": "text", "text": "x"}), "unsupported type: text [json-pointer:/blocks/0/elements/0/type]"),
    (
        rich({"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}),
        "must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]",
    ),
    (
        rich({"type": "rich_text_preformatted", "elements": MENTION["elements"]}),
        "unsupported type: user [json-pointer:/blocks/0/elements/0/elements/0/type]",
    ),
    (
        rich({"type": "rich_text_list", "style": "stars", "elements": [MENTION]}),
        "must be one of: bullet, ordered [json-pointer:/blocks/0/elements/0/style]",
    ),
    (
        rich({"type": "rich_text_list", "style": "bullet", "indent": 9, "elements": [MENTION]}),
        "must be a number between 0 and 8 [json-pointer:/blocks/0/elements/0/indent]",
    ),
    ({"type": "table", "rows": [[raw()] * 21]}, "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]"),
    ({"type": "table", "rows": [[raw()]] * 101}, "no more than 100 items allowed [json-pointer:/blocks/0/rows]"),
    ({"type": "table", "rows": [[raw("")]]}, "must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]"),
    (
        {
            "type": "table",
            "rows": [[raw("x" * 5001), rich({**MENTION, "elements": [{"type": "text", "text": "x" * 5000}]})]],
        },
        "must be less than 10001 characters in all cells [json-pointer:/blocks/0]",
    ),
    (data_table([raw()]), "no fewer than 2 items allowed [json-pointer:/blocks/0/rows]"),
    (data_table(*[[raw()]] * 102), "no more than 101 items allowed [json-pointer:/blocks/0/rows]"),
    (data_table([raw()], [raw(), raw()]), "all rows must have the same number of cells [json-pointer:/blocks/0]"),
    (data_table([rich(MENTION)], [raw()]), "header cells must not be rich_text [json-pointer:/blocks/0]"),
    (
        data_table([raw()], [raw()], page_size=101),
        "must be a number between 1 and 100 [json-pointer:/blocks/0/page_size]",
    ),
    (
        data_table([raw()], [{"type": "raw_number", "value": float("nan"), "text": "n/a"}]),
        "must provide a number [json-pointer:/blocks/0/rows/1/0/value]",
    ),
    (
        chart({"type": "pie", "segments": [{"label": "a", "value": 0}]}),
        "must be a number between 0 and inf [json-pointer:/blocks/0/chart/segments/0/value]",
    ),
    (
        chart({"type": "line", "series": series(("a", 1)), "axis_config": {"categories": ["a", "b"]}}),
        "every series needs a value for every category, in their order [json-pointer:/blocks/0/chart]",
    ),
    (
        chart({"type": "line", "series": series(("a", 1), count=13), "axis_config": {"categories": ["a"]}}),
        "no more than 12 items allowed [json-pointer:/blocks/0/chart/series]",
    ),
    (chart({"type": "bubble"}), "unsupported type: bubble [json-pointer:/blocks/0/chart/type]"),
    (
        {"type": "card", "subtitle": plain()},
        "must define either `hero_image` or `title` or `actions` or `body` [json-pointer:/blocks/0]",
    ),
    (
        {"type": "carousel", "elements": [{"type": "divider"}]},
        "unsupported type: divider [json-pointer:/blocks/0/elements/0/type]",
    ),
    (
        {"type": "task_card", **task("1", "pending")},
        "must be one of: in_progress, complete, error [json-pointer:/blocks/0/status]",
    ),
    (
        {"type": "plan", "title": "p", "tasks": [task("1", "pending")] * 2},
        '`task_id` "1" already exists [json-pointer:/blocks/0]',
    ),
    (
        {"type": "container", "title": plain(), "child_blocks": [{"type": "markdown", "text": "x"}]},
        "unsupported type: markdown [json-pointer:/blocks/0/child_blocks/0/type]",
    ),
    (
        {"type": "container", "title": plain(), "child_blocks": [{"type": "divider"}], "default_collapsed": True},
        "`default_collapsed` needs `is_collapsible` [json-pointer:/blocks/0]",
    ),
]


@pytest.mark.parametrize(
    ("block", "problem"), REFUSED, ids=[f"{n}-{b.get('type')}" for n, (b, _) in enumerate(REFUSED)]
)
def test_a_block_over_a_limit_is_refused_for_that_alone(block: Json, problem: str) -> None:
    assert problems([block]) == [problem]


def test_a_message_over_a_limit_is_refused() -> None:
    markdown, divider = {"type": "markdown", "text": "x" * 6001}, {"type": "divider", "block_id": "a"}
    pie = chart({"type": "pie", "segments": [{"label": "a", "value": 1}]})

    assert problems([{"type": "divider"}] * 51) == ["no more than 50 items allowed [json-pointer:/blocks]"]
    assert problems([markdown] * 2) == [
        "must be less than 12001 characters in all markdown blocks [json-pointer:/blocks]"
    ]
    assert problems([divider] * 2) == ['`block_id` "a" already exists [json-pointer:/blocks/1/block_id]']
    assert problems([pie] * 3) == ["no more than 2 data_visualization blocks allowed [json-pointer:/blocks]"]
    assert problems({"type": "divider"}) == ["must provide an array [json-pointer:/blocks]"]
    assert problems([[]]) == ["must provide an object [json-pointer:/blocks/0]"]


def test_the_length_of_all_text_counts_what_is_read() -> None:
    blocks = [section(text=mrkdwn("abc", verbatim=True), block_id="not read"), {**PICTURE, "title": plain("😀")}]

    assert text_length(blocks) == len("abc") + len("a") + 2


def _words() -> Iterator[str]:
    """The words of the rules, so that the search below comes deep."""
    for block, _ in REFUSED:
        yield from (str(one) for one in (*block, *block.values()) if isinstance(one, str) and len(one) < 30)


WORD = st.sampled_from(sorted({*_words(), "rows", "elements", "segments", "text", "plain_text", "static_select"}))
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORD,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORD, inner, max_size=4),
    max_leaves=12,
)


@given(parts=st.lists(st.tuples(st.sampled_from(REFUSED), WORD, ANYTHING), max_size=3))
@settings(max_examples=300, deadline=None)
def test_nothing_that_is_sent_confuses_the_rules(parts: list[tuple[tuple[Json, str], str, Any]]) -> None:
    blocks = [{**block, name: anything} for (block, _), name, anything in parts]

    assert all("[json-pointer:/blocks" in one for one in problems(blocks))
    assert text_length(blocks) >= 0
