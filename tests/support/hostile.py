"""Text of the kind that people and models paste, by accident or to break something."""

from hypothesis import strategies as st

FRAGMENTS = (
    "<!channel>", "<!here>", "<!everyone>", "<@U123>", "<#C123>", "<!subteam^S1>", "<http://evil.example|bank>",
    "@here", "@everyone", "#general", "https://evil.example/?q=1&r=2", "```", "`", "*b*", "_i_", "~s~", ":smile:",
    "&amp;", "&lt;!channel&gt;", "&", "<", ">", "|", "\x00", "\x1b[31m", "\x07", "\r\n", "\r", "\n", "\t", "\x85",
    "\u2028", "\u202e", "\u202d", "\u2066", "\u2069", "\u200b", "\u200d", "\u200c", "\u200e", "\ufeff", "\u00ad",
    "\u2060", "\U000e0041", "\ufe0f", "\u034f", "\u3164", "\ud83d", "\ude00", "\udfff", "\U0001f600",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u2764\ufe0f", "\U0001f44d\U0001f3fd", "\U0001f1e9\U0001f1ea",
    "1\ufe0f\u20e3", "e\u0301", "Z" + "\u0321\u0334\u0308" * 7, "\u0645\u06cc\u200c\u062e", "\u0915\u094d\u200d\u0937",
    "[bold]", "[/]", "word ", "42", "x" * 160,
)  # fmt: skip

hostile_text = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(st.characters(), max_size=8)), max_size=30).map(
    "".join
)
"""Any code point at all, lone surrogates included, between fragments that mean something somewhere."""
