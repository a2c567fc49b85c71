"""A product of a team, and what was said of how it may fail."""

from collections.abc import Iterator
from datetime import timedelta

from sqlmodel import Session

from bot.domain.failure_modes import FailureMode
from bot.domain.incoming import Incoming, Kind
from bot.domain.people import Person, Standing
from bot.domain.product import Never, Product, ProductRecord
from bot.kit.asking import Ask
from bot.store import directory, failure_modes, products
from bot.store.products import LOCAL_WORKSPACE
from bot.wiring import registry
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team, answer
from tests.support.office import ML, PM, TEAM

NEVERS = (Never(name="promise a price", phrases=("it will cost", "for only")), Never(name="insult"))


def a_matrix(session: Session) -> Product:
    """A product with two nevers, of whose failure modes nobody said anything yet; its people are known."""
    for user, name in ((PM, "Ana Lima"), (ML, "Raj Patel")):
        person = Person(user=user, name=name, standing=Standing.MEMBER)
        directory.keep(session, LOCAL_WORKSPACE, person, MONDAY)
    return a_team(session, now=MONDAY - timedelta(days=60), record=ProductRecord(nevers=NEVERS))


def say(session: Session, text: str, *, user: str = PM) -> str:
    """What is told to *text* after `product failure-modes`."""
    return answer(session, f"product failure-modes {text}", user=user).text


def mode(session: Session, product: Product, key: str) -> FailureMode:
    """A failure mode as it is now."""
    now = products.current(session, product.id)
    return next(one for one in failure_modes.of_product(session, now) if one.key == key)


def record(session: Session, product: Product) -> ProductRecord:
    """The product's record as it is now."""
    return products.current(session, product.id).record


def an_ask(session: Session, *, user: str = PM) -> Ask:
    """Something that *user* asks on `MONDAY`."""
    incoming = Incoming(kind=Kind.COMMAND, key="asked", user=user, channel=TEAM)
    return Ask(session=session, now=MONDAY, incoming=incoming, guide=registry())


def mrkdwn(part: object) -> Iterator[str]:
    """Every text in blocks in which Slack would read mentions and links."""
    match part:
        case {"type": "mrkdwn", "text": str(said)}:
            yield said
        case dict():
            for value in part.values():
                yield from mrkdwn(value)
        case list():
            for value in part:
                yield from mrkdwn(value)
        case _:
            return
