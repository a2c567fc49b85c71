"""A review as a file: whole, the same every time, and harmless wherever it is opened."""

import csv
import io
import json

import pytest
from hypothesis import given
from sqlmodel import Session

from bot.domain.quoting import fenced
from bot.domain.reviewing import Part, Words
from bot.features.error_review import exporting
from bot.features.error_review.writing import Format, written
from bot.kit import reviewing
from bot.store import meetings, reviews
from bot.store.session import Database
from tests.support.builders import MONDAY, a_prediction, a_product
from tests.support.dialogue import verify
from tests.support.hostile import hostile_text
from tests.support.meetings import a_meeting
from tests.support.office import Office
from tests.support.reviews import load, reviewed

EVIL = "=HYPERLINK(1)\n```\n<script>x</script> [a](http://evil.example) www.evil.example"


async def exported(database: Database, form: Format) -> bytes:
    """A review in which somebody wrote what a spreadsheet or a browser would run."""
    product = database.do(a_product)
    load(database, product, [a_prediction(id="@p", input=EVIL, output="+1", correct=False)])
    await reviewed(database, product)
    said = Words(part=Part.ML, user="U0ML", verdict="prompt", note="-2 `tick`", said_at=MONDAY, version=0)

    def tell(session: Session) -> bytes:
        review = reviews.latest(session, product.id)
        assert review is not None
        (item,) = meetings.items(session, review.id)
        meetings.speak(session, item.id, said)
        first, second = (exporting.content(session, product, review, form) for _ in range(2))
        assert first == second
        return first

    return database.do(tell)


async def test_json_holds_everything_as_it_is(database: Database) -> None:
    told = json.loads(await exported(database, Format.JSON))

    (item,) = told["items"]
    assert (item["prediction"]["input"], item["prediction"]["id"]) == (EVIL, "@p")
    assert [(one["user"], one["verdict"], one["note"]) for one in item["words"]] == [("U0ML", "prompt", "-2 `tick`")]
    assert item["verdicts"] == {"product": None, "ml": "prompt"}
    assert (told["review"]["from"], told["review"]["to"]) == ("2026-11-09T08:00:00Z", "2026-11-16T08:00:00Z")
    assert told["numbers"]["this"]["wrong"] == 1
    assert told["people"] == {"U0ML": None}


async def test_csv_is_inert_in_excel(database: Database) -> None:
    told = await exported(database, Format.CSV)

    (row,) = csv.DictReader(io.StringIO(told.decode("utf-8-sig"), newline=""))
    assert told.startswith(b"\xef\xbb\xbf")
    assert (row["id"], row["input"], row["output"]) == ("'@p", f"'{EVIL}", "'+1")
    assert (row["product"], row["ml_verdict"], row["wrong"]) == ("copilot", "prompt", "1")


async def test_markdown_keeps_what_was_written_in_code(database: Database) -> None:
    told = (await exported(database, Format.MARKDOWN)).decode()

    assert f"````text\n{EVIL}\n````" in told
    assert told.count("evil.example") == 2


@given(hostile_text)
def test_no_text_gets_out_of_its_code(text: str) -> None:
    fence = fenced(text)

    assert not any(line.strip().startswith(fence[0].removesuffix("text")) for line in fence[1:-1])


def test_the_button_asks_for_a_format_and_the_file_comes_in_direct_messages(office: Office) -> None:
    meeting = a_meeting(office)
    review = meeting.review
    office.database.do(lambda session: reviews.finish(session, review.id, user="U0PM", now=review.made_at))
    office.database.do(lambda session: reviewing.refresh_head(session, review.id))
    office.settle()
    name = f"copilot-{review.window.end:%Y-%m-%d}.csv"

    verify(
        office,
        [
            (
                "[Export]",
                (
                    "The review of *Support Copilot*, 9 to 15 November, as a file for you alone. In which format?\n"
                    "[Markdown]\n[CSV]\n[JSON]"
                ),
            ),
        ],
    )
    office.press("CSV")

    (file,) = office.slack.workspace.files()
    assert file.name == name


@pytest.mark.parametrize("form", Format)
def test_a_review_without_anything_is_a_file_too(form: Format) -> None:
    empty = {
        "product": {"key": "c", "name": "C"},
        "review": {"from": "", "to": "", "ranking": "score", "state": "open", "most_help": ""},
        "numbers": {"this": None, "last": None},
        "items": [],
        "fixes": [],
        "people": {},
    }

    assert written(empty, form)
