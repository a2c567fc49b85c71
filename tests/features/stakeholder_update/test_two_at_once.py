"""Two people at the same update at the same instant, and the deadline at the same instant as a click."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlmodel import Session

from bot.domain.draft_states import DraftState, Move
from bot.domain.product import Product
from bot.kit.reply import View
from bot.store import drafts
from bot.store.drafts import DraftChangedError
from bot.store.session import Database
from tests.features.stakeholder_update.weeks import (
    DEPUTY,
    FRIDAY,
    THURSDAY,
    a_week,
    approve,
    filled,
    latest,
    posted,
    press,
    ritual,
    submit,
)
from tests.support.office import PM

pytestmark = pytest.mark.every_database


@pytest.fixture
def product(database: Database) -> Product:
    """A product whose update was drafted on Thursday."""

    def drafted(session: Session) -> Product:
        made = a_week(session)
        ritual(session, made, "update_draft", now=THURSDAY)
        return made

    return database.do(drafted)


def at_once(database: Database, *works: Callable[[Session], str]) -> list[str]:
    """What came of *works*, each in a transaction of its own, begun at the same time."""
    ready = Barrier(len(works))

    def one(work: Callable[[Session], str]) -> str:
        ready.wait(10)
        try:
            return database.do(work)
        except DraftChangedError:
            return "changed meanwhile"

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def form(database: Database, name: str, user: str) -> View:
    """The form that a button of the update opens."""
    return database.do(lambda session: press(session, f"stakeholder_update.{name}", "1 1", user=user).view)


def sent(view: View, user: str, **values: str) -> Callable[[Session], str]:
    """*user* sends the form."""
    said = filled(view) | {name: (text,) for name, text in values.items()}
    return lambda session: submit(session, view, said, user=user).text


def test_of_two_approvers_one_wins_and_the_other_hears_who_was_first(database: Database, product: Product) -> None:
    forms = {user: form(database, "approve", user) for user in (PM, DEPUTY)}

    told = at_once(database, *(sent(view, user) for user, view in forms.items()))

    with database.reading() as session:
        draft = latest(session, product)
        assert [one.what for one in drafts.history(session, draft.id)] == [Move.DRAFT, Move.APPROVE]
    winner = "You approved it: it is posted on Fri 20 Nov at 10:00 CET."
    loser = (
        f"<@{draft.decided_by}> approved the update on Thu 19 Nov at 15:00 CET: nothing was saved now. See the update of"
        " Support Copilot as it is, then decide: `/muster update copilot`"
    )
    assert sorted(told) == sorted([winner, loser])


def test_of_an_edit_and_an_approval_at_once_one_wins_so_that_only_what_was_ticked_is_approved(
    database: Database, product: Product
) -> None:
    ticking, writing = form(database, "approve", PM), form(database, "edit", DEPUTY)

    at_once(database, sent(ticking, PM), sent(writing, DEPUTY, headline="other news"))

    with database.reading() as session:
        draft = latest(session, product)
        assert draft.version == 2
        assert (draft.state is DraftState.APPROVED) == (draft.body.headline != "other news")


def test_of_a_withdrawal_and_the_post_at_once_one_wins(database: Database, product: Product) -> None:
    database.do(lambda session: approve(session, latest(session, product)))

    def withdraw(session: Session) -> str:
        return press(session, "stakeholder_update.withdraw", "1 2", user=DEPUTY, now=FRIDAY).text

    def post(session: Session) -> str:
        ritual(session, product, "update_post", now=FRIDAY)
        return "ran"

    at_once(database, withdraw, post)

    with database.reading() as session:
        draft = latest(session, product)
        assert (draft.state is DraftState.POSTED) == bool(posted(session))
        assert draft.state in {DraftState.POSTED, DraftState.DRAFTED, DraftState.HELD}


def test_a_form_sent_twice_approves_once(database: Database, product: Product) -> None:
    view = form(database, "approve", PM)

    told = at_once(database, sent(view, PM), sent(view, PM))

    assert sorted(one[:20] for one in told) == ["You approved it: it ", "You approved the upd"]
