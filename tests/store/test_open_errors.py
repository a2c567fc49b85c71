"""The items of reviews that may stand against a launch."""

from dataclasses import replace

from sqlmodel import Session

from bot.domain.fixes import FixKind, FixState
from bot.domain.launch_errors import Reviewed
from bot.domain.product import Product
from bot.domain.reviewing import Cause, Part, Quick, Settlement, Severity
from bot.store import fixes, meetings, open_errors, overrides
from bot.store.fixes import Change, NewFix
from bot.store.overrides import Override
from bot.store.session import Database
from tests.features.fixing.meeting import WINDOW, Error, a_review
from tests.support.builders import MONDAY, a_product

CHANGE = Change(user="U0PM", at=MONDAY, what="changed")
ERRORS = (
    Error(asked="harmful", severity=Severity.HARMFUL, cause=Cause.PROMPT),
    Error(asked="breaks", breaches=("hallucination",), quick=Quick.WRONG_LABEL),
    Error(asked="annoying", severity=Severity.ANNOYING, cause=Cause.PROMPT),
    Error(asked="nobody spoke"),
)


def reviewed(session: Session) -> Product:
    """A product with a review of four errors, of which two are grave."""
    product = a_product(session)
    a_review(session, product, ERRORS)
    return product


def test_what_broke_something_or_was_called_grave_is_found_with_what_was_said_of_it(database: Database) -> None:
    with database.unit_of_work() as session:
        product = reviewed(session)
        harmful, breaks, annoying, _ = meetings.items(session, 1)
        right = Override(what="breach", about="hallucination", user="U0ML", reason="no", at=MONDAY)
        overrides.put_right(session, breaks.id, right)
        settled = Settlement(part=Part.PRODUCT, verdict="harmful", user="U0PM", reason="so", settled_at=MONDAY)
        meetings.settle(session, annoying.id, settled)

        found = open_errors.of_product(session, product.id)

    assert found == [
        Reviewed(row_id=harmful.row_id, rank=1, until=WINDOW.end, severities=("harmful",)),
        Reviewed(
            row_id=breaks.row_id,
            rank=2,
            until=WINDOW.end,
            breaches=("hallucination",),
            quick=Quick.WRONG_LABEL,
            righted=frozenset({("breach", "hallucination")}),
        ),
        Reviewed(row_id=annoying.row_id, rank=3, until=WINDOW.end, severities=("annoying",), settled="harmful"),
    ]


def test_a_fix_answers_what_it_is_about_once_it_is_shipped(database: Database) -> None:
    with database.unit_of_work() as session:
        product = reviewed(session)
        item = meetings.items(session, 1)[0]
        new = NewFix(product_id=product.id, review_id=1, title="it", kind=FixKind.PROMPT, item_ids=(item.id,))
        fix = fixes.add(session, replace(new, state=FixState.TESTED), CHANGE)
        answered = [_answered(session, product)]
        for state in (FixState.SHIPPED, FixState.CHECKED, FixState.DECIDED):
            fix = fixes.save(session, replace(fix, state=state), CHANGE)
            answered.append(_answered(session, product))

    assert answered == [[], ["1"], ["1"], []]


def test_another_products_errors_are_not_ours(database: Database) -> None:
    with database.unit_of_work() as session:
        reviewed(session)
        other = a_product(session, key="radar", name="Radar")

        assert open_errors.of_product(session, other.id) == []


def _answered(session: Session, product: Product) -> list[str]:
    return [str(one.rank) for one in open_errors.of_product(session, product.id) if one.answered]
