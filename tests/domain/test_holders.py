"""Who can hold something: how they are typed, and how they are mentioned."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.holders import holder_in, is_group, is_holder, mention, mentions

ids = st.from_regex(r"\A[UWS][A-Z0-9]{1,10}\Z")


@pytest.mark.parametrize(
    ("word", "holder"),
    [
        ("<@U0PM>", "U0PM"),
        ("<@W0PM|ana, the PM>", "W0PM"),
        ("<!subteam^S0ML>", "S0ML"),
        ("<!subteam^S0ML|@ml-team>", "S0ML"),
        ("@ana", None),
        ("U0PM", None),
        ("<#C0TEAM|team>", None),
        ("<!here>", None),
        ("<@U0PM> and", None),
        ("<@B0BOT>", None),
    ],
)
def test_only_slacks_own_mention_of_a_person_or_a_group_names_somebody(word: str, holder: str | None) -> None:
    assert holder_in(word) == holder


@given(ids)
def test_what_is_mentioned_reads_back_as_the_same(holder: str) -> None:
    assert is_holder(holder)
    assert holder_in(mention(holder)) == holder
    assert is_group(holder) == holder.startswith("S")


@pytest.mark.parametrize("text", ["", "U", "C0TEAM", "u0pm", "U0PM ", "<@U0PM>", "U0PM,U0ML"])
def test_what_is_no_id_is_no_holder(text: str) -> None:
    assert not is_holder(text)


def test_several_are_mentioned_each_once() -> None:
    assert mentions([]) == "nobody"
    assert mentions(["U1", "U1"]) == "<@U1>"
    assert mentions(["U1", "S2"]) == "<@U1> and <!subteam^S2>"
    assert mentions(["U1", "U2", "U3"]) == "<@U1>, <@U2> and <@U3>"
