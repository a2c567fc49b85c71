"""Health names who answers for a metric by the ownership matrix."""

from sqlmodel import Session

from bot.domain.ownership import Did, Happened, Origin, assigned, gone, nobody_yet
from bot.domain.product import Product
from bot.kit.checking import health_of
from bot.store import ownerships
from bot.store.session import Database
from tests.support.builders import MONDAY, a_product


def owner_of(session: Session, product: Product, metric: str) -> str | None:
    found = health_of(session, product, as_of=MONDAY)
    return next(one.watched.owner for one in found.checks if one.metric.name == metric)


def test_the_first_person_who_answers_for_quality_answers_for_accuracy_the_backup_where_they_left(
    database: Database,
) -> None:
    how = Happened(by="U0PM", at=MONDAY, what=Did.ASSIGNED, origin=Origin.COMMAND)
    with database.trying() as session:
        product = a_product(session)
        row = nobody_yet(product.id, "model_quality", MONDAY)
        named = assigned(row, ["S0TEAM", "U0ELSE"], "U0LI", by="U0PM", now=MONDAY)
        before = owner_of(session, product, "accuracy")
        kept = ownerships.save(session, named, how)
        now = owner_of(session, product, "accuracy")
        left = ownerships.save(session, gone(kept, "U0ELSE", "left Slack"), how)
        without = owner_of(session, product, "accuracy")
        ownerships.save(session, gone(left, "S0TEAM", "was switched off"), how)

        assert [before, now, without, owner_of(session, product, "accuracy")] == ["U0ML", "U0ELSE", "U0ML", "U0LI"]
        assert owner_of(session, product, "csat") == "U0PM"
