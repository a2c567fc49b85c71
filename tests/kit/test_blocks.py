import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text import clean, escape, length
from bot.kit import blocks, limits
from bot.kit.blocks import Block
from tests.support.block_rules import assert_accepted
from tests.support.hostile import hostile_text

HUGE = "Sehr geehrte Damen & Herren <!channel> \u202e" * 300_000
CONTROL_SEQUENCE = re.compile(r"<[@#!]|<[^<>|]*\|")


def texts_of(part: Any, kind: str) -> list[str]:
    """Every text object of this kind, however deep."""
    if isinstance(part, dict):
        own = [part["text"]] if part.get("type") == kind else []
        return own + [text for value in part.values() for text in texts_of(value, kind)]
    return [text for value in part for text in texts_of(value, kind)] if isinstance(part, list) else []


def size_of(built: list[Block]) -> int:
    return sum(length(text) for kind in ("plain_text", "mrkdwn") for text in texts_of(built, kind))


def every_builder(text: str) -> list[Block]:
    """*text*, which is not ours, in every place where a message can show it."""
    label = blocks.link("https://trace.example/1", text)
    assert label is not None
    return [
        blocks.header(text),
        blocks.plain_section(text),
        blocks.section(escape(text)),
        blocks.section(label),
        blocks.context(blocks.plain(text), blocks.markdown(escape(text)), blocks.markdown(label)),
        blocks.divider(),
    ]


@given(hostile_text)
def test_any_text_makes_blocks_that_three_libraries_accept(text: str) -> None:
    assert_accepted(every_builder(text))


@given(hostile_text)
def test_text_from_outside_stays_within_every_limit(text: str) -> None:
    head, plain, escaped, *_ = (length(block["text"]["text"]) for block in every_builder(text)[:3])

    assert 0 < head <= 142
    assert 0 < plain <= 2_850
    assert 0 < escaped <= 2_850
    assert length(blocks.fallback(text)) <= 3_800


@given(hostile_text)
def test_text_from_outside_makes_no_mention_no_link_and_no_format(text: str) -> None:
    built = every_builder(text)

    for block in built:
        for holder in (block.get("text"), *block.get("elements", [])):
            if holder:
                assert holder.get("emoji") is False or holder.get("verbatim") is True
    for shown in [blocks.fallback(text), *texts_of(built, "mrkdwn")]:
        ours = shown.removeprefix("<https://trace.example/1|").removesuffix(">")
        assert not re.search(r"[<>]|&(?!(?:amp|lt|gt);)", ours), ours
        assert clean(shown) == shown


def test_plain_text_is_shown_letter_for_letter() -> None:
    attack = "<!channel> <@U1> @here #general <http://evil|click> ```*b* _i_ :smile: &amp;"

    assert blocks.plain_section(attack) == {
        "type": "section",
        "text": {"type": "plain_text", "text": attack, "emoji": False},
    }


def test_a_section_of_our_own_keeps_its_links_and_formats() -> None:
    ours = "*7 of 20* reviewed, <https://trace.example/1?a=1&amp;b=2|trace>"

    assert blocks.section(ours) == {"type": "section", "text": {"type": "mrkdwn", "text": ours, "verbatim": True}}


def test_a_header_is_one_line() -> None:
    assert blocks.header(" Error review:\n Support\tCopilot ")["text"]["text"] == "Error review: Support Copilot"


@pytest.mark.parametrize("nothing", ["", "  \n ", "\x00\x1b"])
def test_nothing_to_read_is_said_because_slack_refuses_empty_text(nothing: str) -> None:
    built = [blocks.header(nothing), blocks.plain_section(nothing), blocks.context(blocks.plain(nothing))]

    assert texts_of(built, "plain_text") == ["(empty)"] * 3


@pytest.mark.parametrize(
    "tail",
    ["<https://trace.example/1|trace>", "&lt;&gt;&amp;" * 4, "<@U12345678> and more"],
)
@pytest.mark.parametrize("before", range(limits.SECTION - 14, limits.SECTION + 1))
def test_a_cut_leaves_no_half_link_and_no_half_entity(tail: str, before: int) -> None:
    shown = blocks.section("x" * before + tail + "y" * 40)["text"]["text"]

    assert length(shown) <= limits.SECTION
    assert re.fullmatch(r"x+(?:<[^<>]+>|&(?:amp|lt|gt);| and more|y)*…", shown), shown[-40:]


def test_twelve_megabytes_make_ordinary_blocks() -> None:
    built = every_builder(HUGE)

    assert_accepted(built)
    assert size_of(built) < 20_000


def test_a_context_of_many_elements_says_how_many_it_left_out() -> None:
    first, *more = (blocks.plain(str(number)) for number in range(13))
    block = blocks.context(first, *more)

    assert [element["text"] for element in block["elements"]] == [*"012345678", "and 4 more"]


def test_a_fallback_of_many_entities_is_cut_between_two_of_them() -> None:
    assert blocks.fallback("&" * 5_000) == "&amp;" * 759 + "…"


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://langfuse.example/trace/abc?x=1&y=2#top", "https://langfuse.example/trace/abc?x=1&amp;y=2#top"),
        ("http://localhost:3000/~ana/(1)", "http://localhost:3000/~ana/(1)"),
        ("HTTPS://EXAMPLE.COM", "HTTPS://EXAMPLE.COM"),
    ],
)
def test_a_plain_web_address_becomes_a_link(url: str, target: str) -> None:
    assert blocks.link(url, "the trace & more") == f"<{target}|the trace &amp; more>"


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "ftp://files.example/x",
        "//evil.example",
        "https://",
        "https:///path",
        "https://bank.example|evil",
        "https://a.example/>x<!channel>",
        "https://a.example/a b",
        "https://a.example/\n",
        "https://a.example/\x00",
        "https://ana:secret@a.example/",
        "https://bank.example@evil.example/",
        "https://bank.example\\@evil.example/",
        "https://a.example:99999/",
        "https://a.example:port/",
        "https://a.example/\u202egnp.exe",
        "https://b\u00e4nk.example/",
        'https://a.example/"x"',
        "https://a.example/?u=[e-mail]",
        "https://a.example/" + "x" * 3_000,
        "https://a.example/?" + "&" * 700,
    ],
)
def test_an_address_that_could_break_out_or_mislead_is_no_link(url: str | None) -> None:
    assert blocks.link(url, "trace") is None


@given(hostile_text, hostile_text)
def test_whatever_becomes_a_link_is_exactly_one_link(url: str, label: str) -> None:
    made = blocks.link(f"https://a.example/{url}", label)

    assert made is None or re.fullmatch(r"<https://a\.example/[!-;=?-{}~]*\|[^<>\n]+>", made)


def test_what_fits_is_left_alone() -> None:
    fifty = [blocks.plain_section(str(number)) for number in range(50)]

    assert blocks.fit(fifty) == fifty


def test_the_last_block_says_how_many_did_not_fit() -> None:
    many = [blocks.plain_section(str(number)) for number in range(120)]

    assert blocks.fit(many) == [
        *many[:49],
        blocks.context(blocks.plain("71 more parts left out: a message holds no more than this.")),
    ]


@given(st.lists(st.integers(min_value=1, max_value=3_000), max_size=70), st.integers(min_value=1, max_value=50))
def test_a_message_is_never_too_long_and_accounts_for_every_block(sizes: list[int], room: int) -> None:
    given_blocks = [blocks.plain_section("x" * size) for size in sizes]
    fitted = blocks.fit(given_blocks, room)

    assert len(fitted) <= room
    assert size_of(fitted) <= 11_400
    if fitted != given_blocks:
        kept = len(fitted) - 1
        note = fitted[-1]["elements"][0]["text"]
        assert fitted[:kept] == given_blocks[:kept]
        assert int(note.split()[0]) == len(given_blocks) - kept


def test_blocks_are_plain_json() -> None:
    built = every_builder("x")

    assert json.loads(json.dumps(built)) == built
