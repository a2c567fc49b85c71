"""The rich_text block: sections, lists, quotes and preformatted text, made of small runs."""

from bot.sandbox.rules.objects import ID, KIND
from bot.sandbox.rules.schema import Check, boolean, items, number, one_of, record, string, tagged, url

_STYLE = record({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), boolean))
_MENTION_STYLE = record(
    {}, dict.fromkeys(("bold", "italic", "strike", "highlight", "client_highlight", "unlink"), boolean)
)
_STYLED: dict[str, Check] = {"style": _STYLE}
_MENTIONED: dict[str, Check] = {"style": _MENTION_STYLE}

_RUNS: dict[str, Check] = {
    "text": record({**KIND, "text": string()}, _STYLED),
    "link": record({**KIND, "url": string(3000)}, {"text": string(), "unsafe": boolean, **_STYLED}),
    "emoji": record({**KIND, "name": string()}, {"unicode": string(), **_STYLED}),
    "user": record({**KIND, "user_id": string()}, _MENTIONED),
    "usergroup": record({**KIND, "usergroup_id": string()}, _MENTIONED),
    "channel": record({**KIND, "channel_id": string()}, _MENTIONED),
    "broadcast": record({**KIND, "range": one_of("here", "channel", "everyone")}, _STYLED),
    "color": record({**KIND, "value": string()}, _STYLED),
    "date": record(
        {**KIND, "timestamp": number(0), "format": string()}, {"url": url(), "fallback": string(), **_STYLED}
    ),
}

_RUN = tagged(_RUNS)
_PLAIN_RUN = tagged({kind: _RUNS[kind] for kind in ("text", "link")})
_BORDER: dict[str, Check] = {"border": number(0, 1)}
_SECTION = record({**KIND, "elements": items(_RUN, least=0)})

PARTS: dict[str, Check] = {
    "rich_text_section": _SECTION,
    "rich_text_list": record(
        {
            **KIND,
            "style": one_of("bullet", "ordered"),
            "elements": items(tagged({"rich_text_section": _SECTION})),
        },
        {"indent": number(0, 8), "offset": number(0), **_BORDER},
    ),
    "rich_text_quote": record({**KIND, "elements": items(_RUN)}, _BORDER),
    "rich_text_preformatted": record({**KIND, "elements": items(_PLAIN_RUN)}, {"language": string(), **_BORDER}),
}

RICH_TEXT = record({**KIND, "elements": items(tagged(PARTS))}, {"block_id": ID})
"""A rich_text block, on its own or in a table's cell."""
