"""Who signs, what it comes to, and which words say so."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.launch import (
    SIGNED_ANEW,
    TAKEN_BACK,
    Decision,
    ReasonNeededError,
    Signatory,
    SignOff,
    Thing,
    Verdict,
    first_given,
    needed,
    outcome_of,
    require_reason,
    why_fallen,
)
from bot.domain.launch_ground import Fact, Part, ground_of
from bot.domain.launch_words import decision_meant, signatory_meant, thing_meant, things_meant
from bot.domain.product import ProductRecord, Risk
from tests.support.builders import MONDAY

GO, NO_GO = Decision.GO, Decision.NO_GO
TICKED = Fact(key="thing/ux", part=Part.THINGS, title="UX", says="ticked", met=True, worth=1)
OPEN = replace(TICKED, says="open", met=False, worth=0)


def signed(signatory: Signatory, decision: Decision = GO, **known: object) -> SignOff:
    """A sign-off of Monday, on a ticked thing."""
    fields = {"id": 1, "product_id": 1, "user": "U0PM", "reason": "so", "signed_at": MONDAY, **known}
    ground = ground_of([TICKED])
    return SignOff(signatory=signatory, decision=decision, ground=ground, **fields)  # type: ignore[arg-type]  # plain fields


@given(
    st.lists(st.booleans(), max_size=4),
    st.dictionaries(st.sampled_from(Signatory), st.sampled_from(Decision)),
    st.sampled_from(Risk),
)
def test_it_is_a_go_only_with_nothing_open_and_a_go_of_everybody_who_must_sign(
    met: list[bool], words: dict[Signatory, Decision], risk: Risk
) -> None:
    facts = [replace(TICKED if one else OPEN, key=f"thing/{number}") for number, one in enumerate(met)]
    record = ProductRecord(risk=risk)

    found = outcome_of(facts, {who: signed(who, word) for who, word in words.items()}, record)

    everybody = all(words.get(who) is GO for who in needed(record))
    expected = Verdict.NO_GO if NO_GO in words.values() else Verdict.GO if all(met) and everybody else Verdict.NOT_YET
    assert found.verdict is expected
    assert found.reasons


def test_the_reasons_name_everything_that_is_missing_and_what_is_gravest_first() -> None:
    harm = Fact(key="error/7", part=Part.ERRORS, title="Error 3", says="harmful", met=False, trouble=True)
    standing = {Signatory.RESEARCH: signed(Signatory.RESEARCH, NO_GO, reason="it guesses prices")}

    found = outcome_of([OPEN, TICKED, harm], standing, ProductRecord())

    assert found.reasons == (
        "Research says no-go: it guesses prices",
        "Error 3: harmful",
        "UX: open",
        "Product has not signed",
        "ML engineering has not signed",
    )


@pytest.mark.parametrize("risk", list(Risk))
def test_compliance_signs_where_the_risk_is_high_or_critical(risk: Risk) -> None:
    asked = needed(ProductRecord(risk=risk))

    assert (Signatory.COMPLIANCE in asked) == (risk in {Risk.HIGH, Risk.CRITICAL})
    assert set(Signatory) - set(asked) <= {Signatory.COMPLIANCE}


def test_a_go_falls_when_its_ground_is_lost_or_who_signed_does_not_speak_any_more() -> None:
    go, ticked, untick = signed(Signatory.PRODUCT), ground_of([TICKED]), ground_of([OPEN])

    assert why_fallen(go, ticked, ["U0PM"]) == ()
    assert why_fallen(go, untick, ["U0PM"]) == ("UX: open. It was: ticked.",)
    assert why_fallen(go, ticked, ["U0ANA"]) == ("Whoever signed does not speak for product any more.",)


def test_a_no_go_stands_whatever_happens_until_it_is_taken_back() -> None:
    no_go = signed(Signatory.ML_ENGINEERING, NO_GO)

    assert why_fallen(no_go, ground_of([OPEN]), []) == ()


def test_what_was_taken_back_or_signed_anew_did_not_fall() -> None:
    over = [
        signed(Signatory.PRODUCT, fallen_at=MONDAY, fallen_why=why) for why in (TAKEN_BACK, SIGNED_ANEW, "UX: open.")
    ]

    assert [one.fell for one in [*over, signed(Signatory.PRODUCT)]] == [False, False, True, False]


def test_a_no_go_and_a_go_with_open_points_take_a_reason() -> None:
    with pytest.raises(ReasonNeededError, match="why it is a no-go"):
        require_reason(NO_GO, " ", [TICKED])
    with pytest.raises(ReasonNeededError, match="With 1 point open"):
        require_reason(GO, "", [TICKED, OPEN])

    require_reason(GO, "", [TICKED])
    require_reason(GO, "the golden set has 120 rows", [OPEN])


def test_words_for_decisions() -> None:
    said = ("go!", "GO: all well", "no-go, it harms", "no go!", "nogo.", "not yet", "no", "")

    assert [decision_meant(words.split()) for words in said] == [
        (GO, 1),
        (GO, 1),
        (NO_GO, 1),
        (NO_GO, 2),
        (NO_GO, 1),
        None,
        None,
        None,
    ]


def test_words_for_functions_and_things() -> None:
    assert [signatory_meant(words.split()) for words in ("ml engineering: go", "ML_Engineering", "pm, go", "go")] == [
        (Signatory.ML_ENGINEERING, 2),
        (Signatory.ML_ENGINEERING, 1),
        (Signatory.PRODUCT, 1),
        None,
    ]
    assert [thing_meant(words.split()) for words in ("roll back tested", "Go-To-Market", "UX", "ask support")] == [
        (Thing.ROLLBACK, 2),
        (Thing.GTM, 1),
        (Thing.UX, 1),
        None,
    ]


@pytest.mark.parametrize(
    ("words", "things", "taken"),
    [
        ("ux and safety", (Thing.UX, Thing.SAFETY), 3),
        ("ux, go to market & roll back tried", (Thing.UX, Thing.GTM, Thing.ROLLBACK), 7),
        ("ux, safety, and evals", (Thing.UX, Thing.SAFETY, Thing.EVALS), 4),
        ("ux and ux", (Thing.UX,), 3),
        ("ux safety was asked", (Thing.UX,), 1),
        ("ux and more", (Thing.UX,), 1),
        ("rollback, tried on Tuesday", (Thing.ROLLBACK,), 1),
        ("and ux", (), 0),
        ("", (), 0),
    ],
)
def test_words_for_several_things(words: str, things: tuple[Thing, ...], taken: int) -> None:
    assert things_meant(words.split()) == (things, taken)


def test_a_word_that_is_signed_anew_was_first_given_where_it_was_first_signed() -> None:
    def over(number: int, why: str, decision: Decision = GO, user: str = "U0PM") -> SignOff:
        return signed(Signatory.PRODUCT, decision, id=number, user=user, fallen_at=MONDAY, fallen_why=why)

    stands = signed(Signatory.PRODUCT, id=9)

    assert [
        first_given(stands, [*before, stands])
        for before in (
            [],
            [over(3, SIGNED_ANEW), over(5, SIGNED_ANEW)],
            [over(3, SIGNED_ANEW), over(5, TAKEN_BACK)],
            [over(3, SIGNED_ANEW), over(5, "Rollback: open."), over(7, SIGNED_ANEW)],
            [over(5, SIGNED_ANEW, NO_GO)],
            [over(5, SIGNED_ANEW, user="U0TWO")],
            [replace(over(5, SIGNED_ANEW), signatory=Signatory.RESEARCH)],
        )
    ] == [9, 3, 9, 7, 9, 9, 9]
