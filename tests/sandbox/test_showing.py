"""What people would see: the oracle finds each mention, link, preview and format, and none in letters shown as they are."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kit import blocks as kit
from bot.sandbox.showing import formats_in, links_in, mentions_in, unfurls_in

SAFE: dict[str, Any] = {
    "parse": "none",
    "link_names": False,
    "mrkdwn": False,
    "unfurl_links": False,
    "unfurl_media": False,
}
HOSTILE = "<!channel> <@U1> @here #general <https://evil.example|click> https://evil.example *b* _i_ ~s~ `c` ```p```"


def message(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"text": "", "blocks": list(blocks), **more}


def section(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, **more}}


def seen(said: dict[str, Any]) -> tuple[list[str], list[str], list[str], list[str]]:
    return mentions_in(said), links_in(said), unfurls_in(said), formats_in(said)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<@U1>, <@W2|ana>", ["<@U1>", "<@W2|ana>"]),
        (
            "<!here> <!channel> <!everyone|all> <!subteam^S1|@team>",
            ["<!here>", "<!channel>", "<!everyone|all>", "<!subteam^S1|@team>"],
        ),
        ("<#C1|general>", ["<#C1|general>"]),
        ("@here, @Channel! (@everyone)", ["@here", "@Channel", "@everyone"]),
        ("in #general and #año-2", ["#general", "#año-2"]),
        ("&lt;!channel&gt; &lt;@U1&gt;", []),
        ("a@here.b, @hereafter, @@here, number #17, C# x", []),
        ("<!date^1|{date}|then> a < b > c <nothing>", []),
    ],
)
def test_whom_a_text_of_ours_calls(text: str, found: list[str]) -> None:
    assert mentions_in(message(section(text))) == found


def test_verbatim_stops_what_slack_would_find_by_itself_but_not_what_is_written_out() -> None:
    text = "@here #general https://a.example <!here> <https://b.example|b>"

    assert mentions_in(message(section(text, verbatim=True))) == ["<!here>"]
    assert links_in(message(section(text, verbatim=True))) == ["https://b.example"]
    assert mentions_in(message(section(text))) == ["<!here>", "@here", "#general"]
    assert links_in(message(section(text))) == ["https://b.example", "https://a.example"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://a.example/x?y=1.", ["https://a.example/x?y=1."]),
        ("evil.com/path or www.evil.io", ["evil.com/path", "www.evil.io"]),
        ("write to ana@example.com", ["ana@example.com"]),
        ("<mailto:a@b.example|Ana> <tel:1> <slack://x>", ["mailto:a@b.example", "tel:1", "slack://x"]),
        ("<!date^1^{date}^https://a.example|then>", ["https://a.example"]),
        ("version 2.0.0, e.g. the end.Next", []),
    ],
)
def test_where_a_text_of_ours_leads(text: str, found: list[str]) -> None:
    assert links_in(message(section(text))) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("*bold* _italic_ ~gone~ `code`", ["*bold*", "_italic_", "~gone~", "`code`"]),
        ("```a\nb```", ["```a\nb```"]),
        ("&gt; quoted\nnot > quoted", ["&gt; quoted"]),
        ("2 * 3 * 4, snake_case_name, ~ 5 ~ 6, a ` b", []),
    ],
)
def test_what_is_set_otherwise_than_plain(text: str, found: list[str]) -> None:
    assert formats_in(message(section(text))) == found


def test_top_level_text_is_read_as_its_message_asks() -> None:
    said: dict[str, Any] = {"text": "@here *b* https://a.example <!here>"}

    assert seen(said) == (["<!here>"], ["https://a.example"], ["https://a.example"], ["*b*"])
    assert mentions_in({**said, "link_names": True}) == ["<!here>", "@here"]
    assert seen({**said, "parse": "full"})[0::3] == (["<!here>", "@here"], [])
    assert seen({**said, **SAFE}) == (["<!here>"], [], [], [])


@pytest.mark.parametrize(("links", "media", "count"), [(False, False, 0), (True, False, 1), (False, True, 1)])
def test_a_preview_is_fetched_unless_both_kinds_are_refused(links: object, media: object, count: int) -> None:
    said = {"text": "https://a.example", "unfurl_links": links, "unfurl_media": media}

    assert len(unfurls_in(said)) == count
    assert unfurls_in({"text": "https://a.example", "unfurl_links": "0"}) == ["https://a.example"]
    assert unfurls_in({"text": "<mailto:a@b.example>"}) == []


def test_a_markdown_block_and_an_attachment_are_read_for_everything() -> None:
    markdown = {"type": "markdown", "text": "# Title\n**b** [x](https://a.example) <@U1> #general"}
    attached = {"text": "", "attachments": [{"text": "@here", "blocks": [section("<!channel>")]}]}

    assert seen(message(markdown)) == (
        ["<@U1>", "#general"],
        ["https://a.example"],
        ["https://a.example"],
        ["# Title", "**b**"],
    )
    assert mentions_in(attached) == ["@here", "<!channel>"]


def test_rich_text_calls_and_leads_by_its_elements_only() -> None:
    elements = [
        {"type": "text", "text": HOSTILE, "style": {"bold": True}},
        {"type": "user", "user_id": "U1"},
        {"type": "usergroup", "usergroup_id": "S1"},
        {"type": "channel", "channel_id": "C1"},
        {"type": "broadcast", "range": "here"},
        {"type": "link", "url": "https://a.example"},
    ]
    block = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": HOSTILE}, block]]}

    for said in (message(block), message(table)):
        assert mentions_in(said) == ["<@U1>", "<!subteam^S1>", "<#C1>", "<!here>"]
        assert links_in(said) == ["https://a.example"]
        assert formats_in(said) == []


def test_the_addresses_of_buttons_and_pictures_are_no_links_of_the_text() -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "go"}, "url": "https://a.example"}
    picture = {"type": "image", "image_url": "https://b.example", "alt_text": HOSTILE}

    assert seen(message({"type": "actions", "elements": [button]}, picture)) == ([], [], [], [])


@given(text=st.text(max_size=60) | st.just(HOSTILE))
def test_letters_shown_as_they_are_call_nobody_and_lead_nowhere(text: str) -> None:
    """slack.md D7: the bot's own builders for text that is not ours."""
    said = message(kit.header(text), kit.plain_section(text), kit.context(kit.plain(text)), **SAFE)

    assert seen({**said, "text": kit.fallback(text)}) == ([], [], [], [])


@given(text=st.text(alphabet="<>@#!|*_~`&; \nabhereU1:/.com[]()^", max_size=60))
def test_the_oracle_reads_anything(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    assert all(part in text for part in mentions_in(message(section(text))))
    assert mentions_in(message(section(escaped, verbatim=True))) == []
    assert links_in(message(section(escaped, verbatim=True))) == []
