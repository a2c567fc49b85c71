"""Sign-offs: of each function one stands, and what is over stays as it was."""

import threading
from contextlib import closing
from datetime import timedelta

import pytest
from sqlmodel import Session

from bot.domain.launch import Decision, Signatory, SignOff
from bot.store import sign_offs
from bot.store.session import Database
from bot.store.sign_offs import NewSignOff, SignedBeforeError
from tests.support.builders import MONDAY, a_product

LATER = MONDAY + timedelta(hours=1)


def new(product_id: int, user: str = "U0PM", signatory: Signatory = Signatory.PRODUCT) -> NewSignOff:
    """A go on a little ground."""
    ground = {"golden": {"worth": 200, "says": "200 rows"}}
    return NewSignOff(
        product_id=product_id, signatory=signatory, user=user, decision=Decision.GO, reason="so", ground=ground
    )


def test_a_sign_off_is_kept_whole_until_it_falls_once(database: Database) -> None:
    with database.unit_of_work() as session:
        product = a_product(session)
        made = sign_offs.sign(session, new(product.id), MONDAY)
        other = sign_offs.sign(session, new(product.id, "U0ML", Signatory.ML_ENGINEERING), MONDAY)
        fell = [sign_offs.fell(session, made.id, why, LATER) for why in ("UX: open.", "again")]
    with database.reading() as session:
        standing, every = sign_offs.standing(session, product.id), sign_offs.of_product(session, product.id)

    kept = SignOff(
        id=made.id,
        product_id=product.id,
        signatory=Signatory.PRODUCT,
        user="U0PM",
        decision=Decision.GO,
        reason="so",
        signed_at=MONDAY,
        ground={"golden": {"worth": 200, "says": "200 rows"}},
        fallen_at=LATER,
        fallen_why="UX: open.",
    )
    assert (fell, standing, every) == ([True, False], {Signatory.ML_ENGINEERING: other}, [kept, other])


def test_after_one_is_over_the_function_signs_again(database: Database) -> None:
    with database.unit_of_work() as session:
        product = a_product(session)
        first = sign_offs.sign(session, new(product.id), MONDAY)
        sign_offs.fell(session, first.id, "UX: open.", LATER)
        second = sign_offs.sign(session, new(product.id, "U0ANA"), LATER)

        assert sign_offs.standing(session, product.id) == {Signatory.PRODUCT: second}
        assert sign_offs.products_signed_for(session) == {product.id}


def test_two_who_sign_for_one_function_at_once_are_one_who_signs_and_one_who_hears_of_it(
    database: Database, database_url: str
) -> None:
    product_id = database.do(a_product).id
    told: list[SignOff | None] = []
    over = threading.Event()

    def second() -> None:
        with closing(Database(database_url)) as other, pytest.raises(SignedBeforeError) as refused:
            other.do(lambda session: sign_offs.sign(session, new(product_id, "U0SECOND"), LATER))
        told.append(refused.value.stands)
        over.set()

    thread = threading.Thread(target=second)
    with database.unit_of_work() as session:
        first = sign_offs.sign(session, new(product_id, "U0FIRST"), MONDAY)
        thread.start()
        # The other waits for us; on SQLite it may not even begin.
        over.wait(0.3)
    thread.join(10)

    assert told == [first]
    assert database.do(lambda session: _standing(session, product_id)) == {Signatory.PRODUCT: first}


def _standing(session: Session, product_id: int) -> dict[Signatory, SignOff]:
    return sign_offs.standing(session, product_id)
