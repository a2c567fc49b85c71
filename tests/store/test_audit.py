"""The audit log: what was done and what was refused, in order, and nothing of it ever changed."""

from bot.domain.product import Product
from bot.store import audit
from bot.store.audit import Deed, Outcome
from bot.store.session import Database
from tests.support.builders import MONDAY, a_product


def test_deeds_and_refusals_come_back_whole_and_in_order(database: Database) -> None:
    product: Product = database.do(a_product)
    first = database.do(
        lambda session: audit.done(
            session, user="U1", what="product edit", now=MONDAY, product=product, detail="text", before={"a": 1}
        )
    )
    database.do(lambda session: audit.refused(session, user="U2", what="undo", reason="Not yours.", now=MONDAY))

    done = Deed(
        id=first,
        at=MONDAY,
        user="U1",
        what="product edit",
        outcome=Outcome.DONE,
        product_id=product.id,
        detail="text",
        before={"a": 1},
        version=product.version,
    )
    everything = database.do(audit.everything)
    assert everything[0] == done
    assert [(one.user, one.what, one.outcome, one.detail) for one in everything[1:]] == [
        ("U2", "undo", Outcome.REFUSED, "Not yours.")
    ]
    assert database.do(lambda session: audit.with_id(session, first)) == done
    assert database.do(lambda session: audit.with_id(session, first + 99)) is None


def test_a_products_deeds_are_only_its_own_and_only_the_later_ones(database: Database) -> None:
    one: Product = database.do(a_product)
    other: Product = database.do(lambda session: a_product(session, key="other"))
    for product in (one, other, one):
        database.do(lambda session, of=product: audit.done(session, user="U1", what="set", now=MONDAY, product=of))  # type: ignore[misc]  # bound

    assert len(database.do(lambda session: audit.of_product(session, one.id))) == 2
    assert database.do(lambda session: audit.of_product(session, one.id, since_version=one.version)) == []
