"""The team's own words for kinds of error, as people see and merge them."""

from sqlmodel import Session

from bot.store import audit, kinds, meetings
from tests.support.dialogue import hear, verify
from tests.support.meetings import Meeting, a_meeting
from tests.support.office import OTHER, Office

HEAD = "Kinds of error of Support Copilot"


def named_errors(office: Office, *names: str) -> Meeting:
    """A review whose first items were reviewed, and called these."""
    meeting = a_meeting(office)
    now, items = meeting.review.made_at, meeting.items

    def call(session: Session) -> None:
        for item, name in zip(items, names, strict=False):
            kind = kinds.called(session, meeting.product.id, name, by="U0PM", now=now)
            meetings.call(session, item.id, kind.id)
            meetings.mark_reviewed(session, item.id, now)

    office.database.do(call)
    return meeting


def test_two_kinds_are_merged_in_words_and_it_is_taken_back(office: Office) -> None:
    meeting = named_errors(office, "refund date", "refund", "refund", "into *the* <!here>")
    day = f"{meeting.review.made_at:%-d %B}"

    verify(
        office,
        [
            (
                "review kinds",
                (
                    f"{HEAD}\nrefund: 2 errors in 1 review, since {day}\nrefund date: 1 error in 1 review, since {day}\n"
                    f"into *the* <!here>: 1 error in 1 review, since {day}\n[Merge two]"
                ),
            ),
            (
                'review merge "refund date" into "refund"',
                "You merged “refund date” into “refund”, which has 3 reviewed errors now.\n[Undo]",
            ),
            (
                "[Undo]",
                "You took it back: they are two kinds again, with the errors that each had.",
            ),
            (
                'review merge "refund dat" into refund',
                "“refund dat” is no kind of error of Support Copilot. Did you mean “refund date”?",
            ),
            ("review merge refund into refund", "That is one kind already: “refund”."),
        ],
    )
    names = [item.kind for item in meeting.items[:4]]
    assert names == ["refund date", "refund", "refund", "into *the* <!here>"]


def test_two_kinds_are_merged_in_a_form_and_the_same_two_are_refused_there(office: Office) -> None:
    meeting = named_errors(office, "refund date", "refund")
    date, refund = office.database.do(lambda session: kinds.of_product(session, meeting.product.id))
    hear(office, "review kinds")

    verify(
        office,
        [
            ("[Merge two]", "(form) Merge two kinds"),
            (
                {"merged": str(date.id), "into": str(date.id)},
                "into: Choose another one: these two are the same.",
            ),
            (
                {"merged": str(date.id), "into": str(refund.id)},
                "You merged “refund date” into “refund”, which has 2 reviewed errors now.\n[Undo]",
            ),
        ],
    )
    assert [item.kind for item in meeting.items[:2]] == ["refund", "refund"]
    assert office.database.do(audit.everything)[-1].what == "review merge"


def test_only_a_products_people_merge(office: Office) -> None:
    meeting = named_errors(office, "refund date", "refund")

    told = hear(office, 'review merge "refund date" into refund', user=OTHER)

    assert told.startswith("Only the people of Support Copilot and the admins change it.")
    assert [item.kind for item in meeting.items[:2]] == ["refund date", "refund"]
