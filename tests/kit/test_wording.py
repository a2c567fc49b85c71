"""Templates that a team may write: refused with the line and what is wrong, or rendered within limits."""

from time import perf_counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.updates import Part
from bot.kit.wording import (
    LONGEST_SOURCE,
    LONGEST_TEXT,
    OURS,
    BrokenTemplateError,
    fields_in_words,
    ours,
    require_sound,
    worded,
)
from bot.kit.wording_samples import BARE, FULL


@pytest.mark.parametrize("part", OURS)
def test_our_own_templates_are_sound(part: Part) -> None:
    require_sound(ours(part))


def test_a_template_says_one_statement_a_line_without_empty_lines() -> None:
    source = (
        "\n{% if update.cost %}\n  A ticket: {{ update.cost.value }}{{ update.cost.beside }}.\n{% endif %}\n\nAll.\n"
    )

    assert worded(source, FULL) == (
        "A ticket: $4.20 (target: at most $5.00; half a dollar less than in September; October).\nAll."
    )
    assert worded(source, BARE) == "All."


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("{% if update.cost %}\nno end", "Line 2: Unexpected end of template. Jinja was looking for"),
        ("fine\n{{ update.kost }}", "Line 2: there is no field “kost” here. Did you mean cost?"),
        ("{{ updat.cost }}", "Line 1: there is no “updat”: everything is a field of “update”. Did you mean update?"),
        ("\n\n{{ csot }}", "Did you mean update.cost?"),
        ("{{ update.cost.value }}", "Line 1: there may be nothing to take “value” of."),
        ("{{ update.cost.vaule if update.cost }}", "Did you mean value?"),
        ("a\n{{ range(9) }}", "Line 2: “call” is not possible here"),
        ("{{ 9 * 9 }}", "“mul” is not possible here"),
        ("{{ 'a' * 1000000000 }}", "“mul” is not possible here"),
        ("{% set a = 'a' %}", "“assign” is not possible here"),
        ("{% macro a() %}{% endmacro %}", "“macro” is not possible here"),
        ("{% include 'a' %}", "is not possible here"),
        ("{{ update.status | center(1000000000) }}", "there is no filter “center”. There are: capitalize"),
        ("{{ update.status | join('xx') | join('xx') }}", "“join” takes a field, as it is."),
        ("{% for a in 'abc' %}{% endfor %}", "a loop goes over a field, as it is."),
        ("{% for update in update.done %}{% endfor %}", "call it something else"),
        ("{{ update.status is callable }}", "there is no test “callable”"),
        ("{{ update.__class__ }}", "there is no field “__class__” here."),
        ("{{ update.figures }}", "there is no field “figures” here."),
        ("{{ update.done.count }}", "there is no field “count” here."),
        ("(" * 2000, None),
        ("{{" + "(" * 1000 + "1" + ")" * 1000 + "}}", "nested too deep"),
        ("{% if update.cost %}" * 60 + "{% endif %}" * 60, "nested too deep"),
        ("x" * (LONGEST_SOURCE + 1), "it is too long"),
        ("{% for a in update.done %}" * 3 + "{% endfor %}" * 3, "at most 2 loops"),
        ("{% for a in update.safety %}{% for b in update.safety %}xxxxxxxxxxx{% endfor %}{% endfor %}", "too much"),
    ],
)
def test_a_broken_template_is_refused_with_what_is_wrong(source: str, wrong: str | None) -> None:
    if wrong is None:
        require_sound(source)
        return
    with pytest.raises(BrokenTemplateError) as refused:
        require_sound(source)
    assert wrong in str(refused.value)


NAMES = st.sampled_from(
    ["update.status", "update.cost", "update.cost.value", "one", "update.done", "loop.last", "x.y", "1e400"]
)
PIECES = st.one_of(
    NAMES.map(lambda name: f"{{{{ {name} }}}}"),
    NAMES.map(lambda name: f"{{% if {name} %}}"),
    NAMES.map(lambda name: f"{{% for one in {name} %}}"),
    NAMES.map(lambda name: f"{{{{ {name} | join('xxxx') | upper | default('y') }}}}"),
    st.sampled_from(
        ["{% endif %}", "{% endfor %}", "{% else %}", "{{", "}}", "{%", "%}", "{#", "#}", "{% raw %}", "(", "["]
    ),
    st.text(max_size=30),
)


@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=14).map("".join)))
@example("{{ " + "9" * 2700 + " }}")
@example("{% for a in update.safety %}{% for b in update.safety %}{% endfor %}{% endfor %}" * 30)
@example("{{ " + " ~ ".join(["update.safety"] * 180) + " }}")
@example("{{ " + "not " * 600 + "1 }}")
@example("{{ update" + ".a" * 1300 + " }}")
def test_any_template_is_refused_or_says_little_in_little_time(source: str) -> None:
    began = perf_counter()
    try:
        said = worded(source, FULL)
    except BrokenTemplateError as error:
        said = str(error)
    assert len(said) <= LONGEST_TEXT
    assert perf_counter() - began < 5


def test_whoever_writes_a_template_is_told_what_there_is() -> None:
    told = fields_in_words()

    assert "satisfaction" in told
    assert "beside" in told
    assert "figures" not in told
