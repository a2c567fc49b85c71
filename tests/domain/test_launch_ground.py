"""What makes a sign-off fall, and what does not."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.launch_ground import Fact, Part, differences, ground_of

SHORT = st.text("abc", min_size=1, max_size=3)
BLANK = st.text("abc", max_size=3)


@st.composite
def a_fact(draw: st.DrawFn, key: str) -> Fact:
    """Any fact at all; a trouble is never as a launch needs it."""
    trouble = draw(st.booleans())
    return Fact(
        key=key,
        part=draw(st.sampled_from(Part)),
        title=key,
        says=draw(SHORT),
        met=not trouble and draw(st.booleans()),
        worth=draw(st.integers(0, 3)),
        holds={} if trouble else draw(st.dictionaries(st.sampled_from(["seen", "recovery", "target"]), BLANK)),
        trouble=trouble,
    )


@st.composite
def a_page(draw: st.DrawFn) -> list[Fact]:
    """A page of up to six facts."""
    return [draw(a_fact(f"fact-{number}")) for number in range(draw(st.integers(1, 6)))]


@st.composite
def better(draw: st.DrawFn, fact: Fact) -> list[Fact]:
    """*fact* as it is or better: gone where it is a trouble, worth more, met, its blanks filled, said otherwise."""
    if fact.trouble and draw(st.booleans()):
        return []
    holds = {label: words or draw(BLANK) for label, words in fact.holds.items()}
    more = draw(st.integers(0, 2))
    met = fact.met or (not fact.trouble and draw(st.booleans()))
    return [replace(fact, says=draw(SHORT), worth=fact.worth + more, met=met, holds=holds)]


@st.composite
def worse(draw: st.DrawFn, fact: Fact) -> list[Fact]:
    """*fact* worse in one way: it is worth less, no longer met, rewritten, emptied, or not there."""
    ways = [[replace(fact, worth=fact.worth - draw(st.integers(1, 3)))]]
    if fact.met:
        ways.append([replace(fact, met=False)])
    if not fact.trouble:
        ways.append([])
    for label, words in fact.holds.items():
        if words:
            ways.append([replace(fact, holds={**fact.holds, label: words + draw(SHORT)})])
            ways.append([replace(fact, holds={**fact.holds, label: ""})])
    return draw(st.sampled_from(ways))


@given(st.data())
def test_what_is_as_it_was_or_better_is_no_difference(data: st.DataObject) -> None:
    page = data.draw(a_page())
    now = [after for fact in page for after in data.draw(better(fact))]
    new = Fact(key="new", part=Part.OWNERS, title="new", says="there", met=True)

    assert differences(ground_of(page), ground_of(page)) == ()
    assert differences(ground_of(page), ground_of([*now, new])) == ()


@given(st.data())
def test_each_thing_that_got_worse_is_told_once_by_its_name_whatever_else_got_better(data: st.DataObject) -> None:
    page = data.draw(a_page())
    place = data.draw(st.integers(0, len(page) - 1))
    now = [
        after
        for number, fact in enumerate(page)
        for after in data.draw(worse(fact) if number == place else better(fact))
    ]

    (told,) = differences(ground_of(page), ground_of(now))

    assert told.startswith(page[place].title)


@given(st.data())
def test_what_was_not_there_before_differs_where_something_is_wrong_with_it(data: st.DataObject) -> None:
    page, new = data.draw(a_page()), data.draw(a_fact("new"))

    told = differences(ground_of(page), ground_of([*page, new]))

    is_news = not new.met or new.part is Part.FAILURE_MODES
    assert told == ((f"new: {new.says}. It was not there before.",) if is_news else ())


def test_a_difference_reads_as_a_sentence_with_what_it_was() -> None:
    accuracy = Fact(
        key="target/accuracy",
        part=Part.TARGETS,
        title="Accuracy",
        says="91 %, target at least 85 %",
        met=True,
        worth=2,
        holds={"the target": "at least 85 %"},
    )
    missed = replace(accuracy, says="81 %, target at least 85 %", met=False, worth=0)
    lower = replace(accuracy, says="91 %, target at least 60 %", holds={"the target": "at least 60 %"})
    before = ground_of([accuracy])

    assert differences(before, ground_of([missed])) == (
        "Accuracy: 81 %, target at least 85 %. It was: 91 %, target at least 85 %.",
    )
    assert differences(before, ground_of([lower])) == ("Accuracy: the target was “at least 85 %”, is “at least 60 %”.",)
    assert differences(before, ground_of([replace(missed, worth=2)])) == differences(before, ground_of([missed]))
    assert differences(before, {}) == ("Accuracy is not on the page any more; it was: 91 %, target at least 85 %.",)
