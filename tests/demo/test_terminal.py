import re
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from rich.console import Console

from bot.demo.terminal import render, show
from bot.domain.text import escape
from bot.kit import blocks
from tests.support.hostile import hostile_text

NAMES = {"C1": "copilot-team", "D1": "Ana Lima", "U1": "Ana", "UBOT": "Muster"}


def printed(*messages: dict[str, Any], zone: str = "Europe/Berlin", width: int = 80) -> str:
    console = Console(file=StringIO(), width=width)
    show(messages, console, names=NAMES, zone=zone)
    assert isinstance(console.file, StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


def drawn(*given_blocks: dict[str, Any]) -> str:
    """The blocks alone, without the heading of their message."""
    return printed({"channel": "C1", "blocks": list(given_blocks)}).split("\n", 1)[1].removesuffix("\n")


def button(label: str) -> dict[str, Any]:
    return {"type": "button", "text": {"type": "plain_text", "text": label}, "action_id": label}


REVIEW = {
    "channel": "C1",
    "user": "UBOT",
    "ts": "1794816000.000100",
    "text": "Error review: Support Copilot",
    "blocks": [
        blocks.header("Error review: Support Copilot, 9 to 15 November"),
        blocks.section("*1,060* answers seen, 46 without a score. R&amp;D says _hm_."),
        blocks.divider(),
        {
            **blocks.plain_section(
                "1   “I can't transfer [bold]money[/bold] from my account.”\nsaid failed_transfer, expected declined_transfer"
            ),
            "accessory": button("Review"),
        },
        blocks.context(blocks.plain("7 of 20 reviewed"), blocks.markdown("<https://trace.example/1|trace>, <@U1>")),
        {"type": "actions", "elements": [button("Start review"), button("All 20"), button("Finish")]},
    ],
}

REPLIES = [
    {
        "channel": "C1",
        "user": "UBOT",
        "ts": f"17948160{second}.0",
        "thread_ts": REVIEW["ts"],
        "text": f"Answer {second}",
    }
    for second in ("05", "06")
]

NOTE = {
    "channel": "D1",
    "user": "UBOT",
    "ts": "1794812400.5",
    "text": "I could not post to <#C1>.",
    "edited": {"ts": "1"},
}


def test_a_review_its_thread_and_a_direct_message_read_as_in_slack() -> None:
    assert printed(NOTE, REPLIES[1], REVIEW, REPLIES[0]) == (
        """\
Direct message to Ana Lima  Muster  Mon 16 Nov 2026 08:00 CET  (edited)
I could not post to #copilot-team.

#copilot-team  Muster  Mon 16 Nov 2026 09:00 CET
Error review: Support Copilot, 9 to 15 November
1,060 answers seen, 46 without a score. R&D says hm.
────────────────────────────────────────────────────────────────────────────────
1   “I can't transfer [bold]money[/bold] from my account.”            [ Review ]
said failed_transfer, expected declined_transfer
7 of 20 reviewed  trace (https://trace.example/1), @Ana
[ Start review ]  [ All 20 ]  [ Finish ]
    2 replies
    Muster  Mon 16 Nov 2026 09:00 CET
    Answer 05
    Muster  Mon 16 Nov 2026 09:00 CET
    Answer 06
"""
    )


def test_replies_without_their_message_say_so() -> None:
    assert printed(REPLIES[0]) == (
        """\
    1 reply to an earlier message
    #copilot-team  Muster  Mon 16 Nov 2026 09:00 CET
    Answer 05
"""
    )


def test_a_numbered_preview_shows_no_time() -> None:
    assert printed({"channel": "U1", "ts": "1.000000", "text": "Hello"}) == "Direct message to Ana\nHello\n"


@pytest.mark.parametrize(
    ("mrkdwn", "seen"),
    [
        ("*bold* _italic_ ~gone~ `code *x*` *_both_*", "bold italic gone code *x* both"),
        ("2 * 3 * 4, snake_case_name, a*b*c x*y* z, * no *", "2 * 3 * 4, snake_case_name, a*b*c x*y* z, * no *"),
        ("```one\n*two*```", "one\n*two*"),
        ("&lt;!channel&gt; &amp;amp; @here :smile:", "<!channel> &amp; @here :smile:"),
        ("<!here> <@U1> <@U9> <#C1> <#C9|other>", "@here @Ana @U9 #copilot-team #other"),
        ("<!date^1794816000^{date}|Monday> <!subteam^S1|@team>", "Monday @team"),
        ("<https://a.example/?x=1&amp;y=2>", "https://a.example/?x=1&y=2"),
    ],
)
def test_our_own_text_reads_as_formatted(mrkdwn: str, seen: str) -> None:
    assert drawn(blocks.section(mrkdwn)) == seen


def test_a_long_button_is_shown_whole() -> None:
    shown = drawn({**blocks.plain_section("beside"), "accessory": button("x" * 60)})

    assert shown.count("x") == 60


def test_text_from_outside_is_never_formatted() -> None:
    attack = "*b* _i_ `c` <!channel> <https://evil.example|bank> &amp; :smile: [red]x[/red]"

    assert drawn(blocks.plain_section(attack)) == attack


@pytest.mark.parametrize(
    ("block", "seen"),
    [
        (
            {"type": "image", "image_url": "https://a.example/x.png", "alt_text": "Twelve weeks"},
            "[image: Twelve weeks]",
        ),
        (
            {"type": "section", "fields": [{"type": "mrkdwn", "text": f"*{name}*"} for name in "abc"]},
            f"a{' ' * 39}b\nc",
        ),
        (
            {
                "type": "input",
                "label": {"type": "plain_text", "text": "Why?"},
                "element": {"type": "plain_text_input", "placeholder": {"type": "plain_text", "text": "One sentence"}},
            },
            "Why?\n[ One sentence ]",
        ),
        ({"type": "actions", "elements": [{"type": "overflow"}]}, "[overflow]"),
        ({"type": "table", "rows": []}, "[table]"),
        (
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": "*not bold* ", "style": {"italic": True}},
                            {"type": "link", "url": "https://a.example", "text": "here"},
                            {"type": "text", "text": " "},
                            {"type": "user", "user_id": "U1"},
                            {"type": "channel", "channel_id": "C1"},
                            {"type": "broadcast", "range": "here"},
                            {"type": "emoji", "name": "smile"},
                            {"type": "color", "value": "#fff"},
                        ],
                    },
                    {
                        "type": "rich_text_list",
                        "style": "ordered",
                        "indent": 1,
                        "elements": [
                            {"type": "rich_text_section", "elements": [{"type": "text", "text": word}]}
                            for word in ("one", "two")
                        ],
                    },
                    {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x = 1"}]},
                    {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]},
                ],
            },
            "*not bold* here (https://a.example) @Ana#copilot-team@here:smile:#fff\n  1. one\n  2. two\nx = 1\n│ said",
        ),
    ],
    ids=["image", "fields", "input", "unnamed element", "unknown block", "rich text"],
)
def test_every_kind_of_block_has_a_shape(block: dict[str, Any], seen: str) -> None:
    assert drawn(block) == seen


def test_a_terminal_that_follows_links_shows_the_label_alone() -> None:
    console = Console(file=StringIO(), width=80, force_terminal=True, color_system="standard", legacy_windows=False)
    console.print(render({"channel": "C1", "text": "the <https://trace.example/1|trace>"}, names=NAMES))
    assert isinstance(console.file, StringIO)
    shown = console.file.getvalue()

    assert re.search(r"\x1b\]8;id=\d+;https://trace\.example/1\x1b\\\x1b\[4mtrace\x1b\[0m\x1b\]8;;\x1b\\", shown)
    assert "(https" not in shown


@given(hostile_text)
def test_whatever_is_said_nothing_reaches_the_terminal_but_text(text: str) -> None:
    shown = printed(
        {
            "channel": "C1",
            "ts": "1794816000.1",
            "text": text,
            "blocks": [
                blocks.header(text),
                blocks.plain_section(text),
                blocks.section(text),
                blocks.context(blocks.plain(text), blocks.markdown(escape(text))),
                {"type": "section", "text": {"type": "mrkdwn", "text": text}, "accessory": button(text)},
                {"type": "rich_text", "elements": [{"type": "text", "text": text}, {"type": "link", "url": text}]},
                {"type": "image", "alt_text": text},
            ],
        },
        {"channel": "C1", "ts": "1794816000.2", "text": text, "username": text},
    )

    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)


@pytest.mark.parametrize(
    "bare",
    [
        *({"type": kind} for kind in ("section", "header", "context", "actions", "rich_text", "input", "image")),
        {"type": "context", "elements": [{}]},
        {"type": "rich_text", "elements": [{}]},
        {},
    ],
    ids=str,
)
def test_a_block_with_nothing_in_it_breaks_nothing(bare: dict[str, Any]) -> None:
    assert printed({"channel": "C1", "blocks": [bare, blocks.plain_section("after")]}).endswith("after\n")


@pytest.mark.parametrize("width", [80, 120, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    longest = {"channel": "C1", "blocks": [blocks.plain_section("x" * 500), blocks.plain_section("word " * 200)]}

    assert max(map(len, printed(REVIEW, longest, width=width).splitlines())) <= width
