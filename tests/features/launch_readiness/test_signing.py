"""Who may sign, what it takes, and how it is taken back; most of it straight from the handlers."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session

from bot.domain.launch import Decision, Signatory
from bot.domain.ownership import Did, Happened, Origin, assigned, nobody_yet
from bot.domain.people import Role
from bot.domain.product import Product
from bot.kit.launching import missing_from
from bot.kit.reply import Reply
from bot.store import audit, ownerships, products, sign_offs
from bot.store.session import Database
from tests.features.health_check.filling import fill
from tests.features.launch_readiness.ready import (
    LAWYER,
    PEOPLE,
    RECORD,
    a_ready_product,
    own,
    signed_by_all,
    untick,
)
from tests.support.builders import MONDAY
from tests.support.dialogue import answer, pressed, shown
from tests.support.office import ML, OTHER, PM, buttons, read

ADMIN = "U0ADMIN"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session with a ready product, of which nothing is kept."""
    with database.trying() as session:
        a_ready_product(session)
        yield session


def the_product(session: Session) -> Product:
    return products.everything(session)[0]


def said(reply: Reply) -> str:
    return read(shown(reply))


def standing(session: Session) -> dict[Signatory, tuple[str, Decision]]:
    found = sign_offs.standing(session, the_product(session).id)
    return {who: (one.user, one.decision) for who, one in found.items()}


def test_who_speaks_for_one_function_need_not_name_it_and_hears_what_is_missing(session: Session) -> None:
    heard = said(answer(session, "launch sign copilot go", user=ML))

    assert heard == (
        "You signed *go* for ML engineering of *Support Copilot*.\nNot yet: Product and Research not signed.\n"
        "[Take it back]\n[See the page]"
    )
    assert standing(session) == {Signatory.ML_ENGINEERING: (ML, Decision.GO)}
    assert audit.everything(session)[-1].what == "launch sign-off"


@pytest.mark.parametrize("user", [ADMIN, ML])
def test_nobody_signs_in_the_place_of_those_who_speak_for_a_function_no_admin_either(
    session: Session, user: str
) -> None:
    heard = answer(session, "launch sign research go", user=user, admins=(ADMIN,)).text

    assert heard == (
        "Only who speaks for a function signs for it, and no admin in their place: a sign-off says who stands behind"
        f" it. research: <@{OTHER}>. `/muster product edit copilot` names people."
    )
    assert standing(session) == {}


def test_a_function_nobody_speaks_for_says_so_and_how_to_name_somebody(session: Session) -> None:
    products.assign(session, the_product(session), Role.RESEARCH, [])

    page = answer(session, "launch")
    form = answer(session, buttons(shown(page))["Name who signs"]["value"])
    fill(session, form, {"research": (OTHER,)})
    named = said(answer(session, "launch"))

    assert "☐ Research: nobody speaks for it yet\n" in said(page)
    assert f"☐ Research: not signed; <@{OTHER}> may\n" in named
    assert "[Name who signs]" not in named


def test_a_no_go_of_compliance_stands_in_sight_when_the_risk_is_lowered_and_until_it_is_taken_back(
    database: Database,
) -> None:
    with database.trying() as session:
        a_ready_product(session, people={**PEOPLE, Role.COMPLIANCE: LAWYER})
        answer(session, "product set risk=high")
        signed_by_all(session)
        answer(session, "launch sign compliance no-go it leaks", user=LAWYER)
        answer(session, "product set risk=medium")
        page = said(answer(session, "launch"))
        answer(session, "launch back compliance", user=LAWYER)
        lifted = said(answer(session, "launch"))

    assert page.startswith("No-go: Support Copilot\n• Compliance says no-go: it leaks\n*The nine")
    assert (
        f"☒ Compliance: *no-go*, <@{LAWYER}> Mon 16 Nov 2026: it leaks. It need not sign, but this stands until"
        " `/muster launch back compliance`\n"
    ) in page
    assert lifted.startswith("Go: Support Copilot\n")
    assert "☒ Compliance" not in lifted
    assert "☐ Compliance" not in lifted


def test_three_that_fell_for_one_reason_say_it_once(session: Session) -> None:
    signed_by_all(session)
    untick(session, the_product(session))

    page = said(answer(session, "launch"))

    assert page.count("Rollback: open. It was: ticked") == 1
    assert page.count(" fell, for the same reason\n") == 2


def test_who_speaks_for_two_signs_each_on_its_own(session: Session) -> None:
    products.assign(session, the_product(session), Role.RESEARCH, [PM])

    which = answer(session, "launch sign go").text
    answer(session, "launch sign research go")

    assert which == (
        "You speak for product and research, and sign for each on its own: `/muster launch sign product go` or"
        " `/muster launch sign research go`."
    )
    assert standing(session) == {Signatory.RESEARCH: (PM, Decision.GO)}


def test_who_answers_for_a_part_of_the_launch_speaks_for_it_where_the_nine_areas_are_on(session: Session) -> None:
    own(session, the_product(session), "launch_readiness/research", "U0NEW")
    off = "signed" in answer(session, "launch sign research no-go not yet", user="U0NEW").text
    answer(session, "product set areas=yes")

    answer(session, "launch sign research no-go not yet", user="U0NEW")

    assert ownerships.one(session, the_product(session).id, "launch_readiness/research") is not None
    assert (off, standing(session)) == (False, {Signatory.RESEARCH: ("U0NEW", Decision.NO_GO)})


def test_compliance_signs_only_where_the_risk_asks_for_it(database: Database) -> None:
    def asked(risk: str) -> tuple[str, str]:
        with database.trying() as session:
            a_ready_product(session, people={**PEOPLE, Role.COMPLIANCE: LAWYER})
            answer(session, f"product set risk={risk}")
            signed_by_all(session)
            return (
                said(answer(session, "launch")).splitlines()[1],
                answer(session, "launch sign compliance go", user=LAWYER).text,
            )

    assert RECORD.risk == "low"
    assert asked("medium") == (
        "Everything is there, and everybody who must sign says go.",
        "Compliance signs where the risk is high or critical; here it is medium.",
    )
    assert asked("high") == ("• Not signed: Compliance", "You signed *go* for compliance of *Support Copilot*.")


def test_a_go_with_open_points_takes_a_reason_and_is_no_go_for_the_launch(session: Session) -> None:
    untick(session, the_product(session))

    bare = answer(session, "launch sign go").text
    signed_with = [answer(session, "launch sign go although it is open", user=user).text for user in (PM, ML, OTHER)]
    page = said(answer(session, "launch"))

    assert bare == "With 1 point open, say why it is a go all the same, in a few words."
    assert signed_with[0] == "You signed *go* for product of *Support Copilot*: although it is open."
    assert page.startswith("Not yet: Support Copilot\n• Open: Rollback\n*The nine")


def test_a_go_with_open_points_holds_when_they_are_closed(session: Session) -> None:
    untick(session, the_product(session))
    for user in (PM, ML, OTHER):
        answer(session, "launch sign go although it is open", user=user)

    answer(session, "launch tick rollback")

    assert said(answer(session, "launch")).startswith("Go: Support Copilot\n")


def test_who_signs_second_for_a_function_hears_who_was_first(session: Session) -> None:
    products.assign(session, the_product(session), Role.ML_LEAD, [ML, "U0TWO"])
    answer(session, "launch sign go", user=ML)

    heard = answer(session, "launch sign no-go wait", user="U0TWO").text

    assert heard == (
        f"<@{ML}> signed go for ML engineering Mon 16 Nov 2026; yours was not saved. It can be taken back first."
    )
    assert standing(session) == {Signatory.ML_ENGINEERING: (ML, Decision.GO)}


def test_who_signs_again_replaces_their_word(session: Session) -> None:
    answer(session, "launch sign go")
    answer(session, "launch sign no go, the refunds are wrong")

    every = sign_offs.of_product(session, the_product(session).id)

    assert standing(session) == {Signatory.PRODUCT: (PM, Decision.NO_GO)}
    assert [(one.decision, one.reason, one.fell) for one in every] == [
        (Decision.GO, "", False),
        (Decision.NO_GO, "the refunds are wrong", False),
    ]


def test_who_signs_the_same_again_hears_that_it_is_so_and_nothing_is_signed(session: Session) -> None:
    answer(session, "launch sign go")

    again = answer(session, "launch sign go!").text

    assert again == "It is so already: you signed *go* for product of *Support Copilot* Mon 16 Nov 2026."
    assert len(sign_offs.of_product(session, the_product(session).id)) == 1


def test_what_fell_is_signed_again_by_the_same_words(session: Session) -> None:
    answer(session, "launch sign go on we go")
    untick(session, the_product(session))

    assert answer(session, "launch sign product, go on we go").text.startswith("You signed *go* for product")


def test_the_channel_hears_of_a_go_once_however_often_it_is_signed_while_it_stands(session: Session) -> None:
    signed_by_all(session)
    first = told(session)
    answer(session, "launch sign go because we tried it")
    again = told(session)
    answer(session, "launch back product")
    answer(session, "launch sign go")

    assert (first, again) == (again, first)
    assert told(session) != first


def told(session: Session) -> list[str]:
    """What the channel would be told now, by its key."""
    (product,) = products.everything(session)
    return [post.key for post in pressed(session, "launch_readiness.tell", str(product.id)).posts]


def test_who_is_named_for_a_part_of_the_launch_signs_once_they_said_yes(session: Session) -> None:
    product = the_product(session)
    answer(session, "product set areas=yes")
    named = assigned(nobody_yet(product.id, "launch_readiness/research", MONDAY), ["U0NEW"], None, by=PM, now=MONDAY)
    ownerships.save(session, named, Happened(by=PM, at=MONDAY, what=Did.ASSIGNED, origin=Origin.COMMAND))
    refused = answer(session, "launch sign research no-go not yet", user="U0NEW").text
    early = standing(session)
    missing = missing_from(session, products.current(session, product.id), "U0NEW")

    own(session, product, "launch_readiness/research", "U0NEW")
    answer(session, "launch sign research: no-go not yet", user="U0NEW")

    assert refused.startswith("Only who speaks for a function signs for it")
    assert "Who is named for its part of the launch accepts that first." in refused
    assert (early, missing) == ({}, ())
    assert standing(session) == {Signatory.RESEARCH: ("U0NEW", Decision.NO_GO)}


def test_a_sign_off_is_taken_back_by_who_speaks_for_it_and_nobody_else(session: Session) -> None:
    answer(session, "launch sign go")

    refused = [answer(session, "launch back product", user=user, admins=(ADMIN,)).text for user in (ML, ADMIN)]
    kept = standing(session)
    heard = answer(session, "launch back").text
    again = answer(session, "launch back").text

    assert [one.startswith("Only who speaks for a function") for one in refused] == [True, True]
    assert kept == {Signatory.PRODUCT: (PM, Decision.GO)}
    assert heard == "You took back your sign-off for product of *Support Copilot*."
    assert again == "This sign-off does not stand any more: there is nothing to take back."


def test_another_who_speaks_for_the_function_takes_back_what_the_first_signed(session: Session) -> None:
    answer(session, "launch sign go")
    products.assign(session, the_product(session), Role.PM, [PM, "U0TWO"])

    heard = pressed(session, "launch_readiness.back", "1", user="U0TWO").text

    assert heard == f"You took back the go of <@{PM}> for product of *Support Copilot*."
