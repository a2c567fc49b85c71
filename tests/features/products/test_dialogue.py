"""What people say to Muster about products, and what they are told, in whole offices."""

from collections.abc import Sequence
from pathlib import Path

from bot.domain.people import Assignment, Role
from bot.domain.product import Product, ProductRecord, Risk
from bot.domain.sourcing import SourceSpec
from bot.kit.help import usage
from bot.store import products
from bot.wiring import registry
from tests.support.dialogue import a_team, hear, verify
from tests.support.office import ML, PM, SHARED, TEAM, Office, read

ADDED = "You added *Refunds* (`refunds`).\n[Undo]\n[Change the source]"
EMPTY_PREVIEW = (
    "Only you see this: what a review of *Refunds* would say.\n"
    "Error review: Refunds, ⋯\n"
    "No predictions reached me for these seven days. If there should have been some, look at the source.\n"
    "Ranked by score, seven days to ⋯."
)
CARD = """Support Copilot
Key: `copilot`
Team: <#C0TEAM>
Time zone: Europe/Berlin
Product manager: <@U0PM>
ML lead: <@U0ML>
Domain experts: nobody yet
Predictions: loaded with muster load
Stage: exploration
Inputs: text
Context window need: short
Risk of a wrong answer: low
Citations required: no
Human review required: no
Personal data: none
Failures that block a launch: hallucination
Currency: $
Nine areas of ownership: no
Weights of impact, feasibility, risk and alignment: 2, 1, 1, 1
A mid-tier model fits it, because neither risk, context nor volume asks for more.
*Error review*: mon 09:00. Next: Mon ⋯ 09:00 ⋯, Mon ⋯ 09:00 ⋯, Mon ⋯ 09:00 ⋯
[Edit name and people]
[Edit source]
[Edit purpose]
[Edit risk]
[Edit numbers]
[Edit model dates]
[Settings]
[Latest review]"""
BACK = "You took it back: *Support Copilot* is as it was before."
TOO_LATE = "This was changed again since, so it cannot be taken back. Look at it as it is now."
PRODUCT_HELP = usage(registry(), "product", "/muster")


def product(office: Office, key: str = "copilot") -> Product:
    """The product as it is kept."""
    return office.database.do(lambda session: products.named(session, key, archived=True))


def people(office: Office, key: str = "copilot") -> Sequence[Assignment]:
    """Who looks after it."""
    return office.database.do(lambda session: products.people(session, products.named(session, key).id))


def test_a_product_is_added_in_a_form_and_its_first_review_is_shown_to_whoever_added_it(office: Office) -> None:
    verify(
        office,
        [
            ("product", "There is no product yet.\n[Add a product]"),
            ("[Add a product]", "(form) Add a product"),
            ({"name": "Refunds", "ml_lead": ML}, f"{ADDED}\n{EMPTY_PREVIEW}"),
            ("product list", "*Refunds* `refunds`  <#C0TEAM>, <@U0PM> and <@U0ML>\n[Show]\n[Add a product]"),
        ],
    )

    assert people(office, "refunds") == [Assignment(Role.PM, PM), Assignment(Role.ML_LEAD, ML)]
    assert office.slack.messages(TEAM) == []


def test_a_form_that_cannot_be_taken_says_why_beside_the_field_and_keeps_everything_else(
    office: Office, tmp_path: Path
) -> None:
    office.database.do(a_team)
    gone, keyless = tmp_path / "gone.parquet", "契約"

    verify(
        office,
        [
            ("product add", "(form) Add a product"),
            (
                {"name": keyless, "ml_lead": ML, "channel": SHARED, "timezone": "Mars", "source": str(gone)},
                "channel: The channel is shared with another company, and predictions stay inside yours.",
            ),
            ({"channel": TEAM}, f"source: There is no file “{gone}”."),
            ({"source": "postgresql://db/app"}, "table: A database goes with a table, or with a SELECT."),
            (
                {"source": "", "table": ""},
                "timezone: “Mars” is not a time zone. Name one like Europe/Berlin or America/New_York.",
            ),
            (
                {"timezone": "Europe/Berlin"},
                "name: I make a short key of the name and need a letter or digit of the Latin alphabet for it.",
            ),
            (
                {"name": "Copilot"},
                "name: There is a product “copilot” already (it may be archived). Choose another name or key.",
            ),
            ({"name": "Refunds"}, f"{ADDED}\n{EMPTY_PREVIEW}"),
        ],
    )

    assert people(office, "refunds") == [Assignment(Role.PM, PM), Assignment(Role.ML_LEAD, ML)]


def test_a_file_takes_no_table_and_a_source_that_cannot_be_ranked_is_refused(office: Office, tmp_path: Path) -> None:
    plain = tmp_path / "plain.csv"
    plain.write_text("id,occurred_at,output\n1,2026-01-05T10:00:00Z,hi\n")

    hear(office, "product add")
    verify(
        office,
        [
            (
                {"name": "Refunds", "source": str(plain), "table": "answers"},
                "table: A file takes neither table nor SELECT: leave this empty.",
            ),
            ({"table": "", "rank": "score"}, "source: ⋯score⋯"),
        ],
    )


def test_old_data_previews_its_newest_week_and_says_how_the_source_is_read(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "old.jsonl"
    file.write_text(
        '{"timestamp":"2026-01-05T10:00:00Z","prompt":"hi","output":"<!here>","score":0.2,"prediction_id":1}\n'
    )

    hear(office, "product add")
    heard = hear(office, {"name": "Refunds", "source": str(file)})

    assert "You added *Refunds* (`refunds`). I read the source with " in heard
    assert "`occurred_at=timestamp`, `input=prompt`" in heard
    assert "Its newest predictions are from the week before " in heard
    assert "1.  hi\nsaid <!here>\n" in heard
    assert "[Full text]" not in heard


def test_a_product_is_shown_by_its_key_its_name_and_from_the_list(office: Office) -> None:
    office.database.do(a_team)

    said = ["product show", "product copilot", "PRODUCT SHOW Copilot", "products info “support copilot”", "[Show]"]

    hear(office, "product ls")
    verify(office, [(words, CARD) for words in reversed(said)])


def test_removing_asks_first_stops_the_rituals_and_can_be_taken_back(office: Office) -> None:
    office.database.do(a_team)

    verify(
        office,
        [
            (
                "product rm",
                "Archive *Support Copilot*? Its rituals stop; its history stays, and you can take it back.\n[Archive it]",
            ),
            ("[Archive it]", "You archived *Support Copilot*.\n[Undo]"),
            ("settings", "There is no product yet. Add the first one: `/muster product add`"),
            ("[Undo]", BACK),
            ("settings", "Settings of Support Copilot\n*Error review*: mon 09:00. ⋯\n⋯\n[Change]\n[Pause]"),
        ],
    )


def test_an_addition_can_be_taken_back(office: Office) -> None:
    hear(office, "product add")
    hear(office, {"name": "Refunds", "ml_lead": ML})

    verify(
        office,
        [
            ("[Undo]", "You took it back: *Refunds* is archived."),
            ("product list", "There is no product yet.\n[Add a product]"),
        ],
    )


def test_what_was_changed_again_since_is_not_taken_back(office: Office) -> None:
    office.database.do(a_team)
    hear(office, "product set risk=high")
    first = office.slack.ephemerals()[-1]

    hear(office, "product set job=mail")
    undo(office, first["ts"])

    assert office.slack.ephemerals()[-1]["text"] == TOO_LATE
    assert product(office).record == ProductRecord(risk=Risk.HIGH, job="mail")


def test_an_addition_is_not_taken_back_once_the_product_was_changed(office: Office) -> None:
    hear(office, "product add")
    hear(office, {"name": "Refunds", "ml_lead": ML})
    added = next(one for one in office.slack.ephemerals() if "[Undo]" in read(one))

    hear(office, "product set risk=high")
    undo(office, added["ts"])

    assert office.slack.ephemerals()[-1]["text"] == TOO_LATE
    assert not product(office, "refunds").archived


def test_an_edit_is_not_taken_back_past_the_products_removal(office: Office) -> None:
    office.database.do(a_team)
    hear(office, "product set risk=high")
    first = office.slack.ephemerals()[-1]
    hear(office, "product remove")
    hear(office, "[Archive it]")

    undo(office, first["ts"])

    assert office.slack.ephemerals()[-1]["text"] == TOO_LATE
    assert product(office).archived


def undo(office: Office, ts: str) -> None:
    """Press the button of an older answer."""
    office.slack.click(PM, TEAM, ts, "products.undo")
    office.settle()


def test_words_that_are_no_product_and_no_verb_lead_to_the_help_of_products(office: Office) -> None:
    office.database.do(a_team)

    verify(
        office,
        [
            ("product frob", f"I do not know “frob”.\n{PRODUCT_HELP}"),
            ("product lost", f"I do not know “lost”. Did you mean “list”?\n{PRODUCT_HELP}"),
            ("product show copilt", f"I do not know “copilt”. Did you mean “copilot”?\n{PRODUCT_HELP}"),
            ("product edit zzz", f"I do not know “zzz”.\n{PRODUCT_HELP}"),
            ("product edit copilot prupose", "(form) Purpose"),
        ],
    )


def test_a_password_in_a_source_is_not_shown_again(office: Office) -> None:
    secret = SourceSpec(uri="postgresql://bot:s3cret@db/app", table="answers")
    office.database.do(lambda session: a_team(session, source=secret))

    card, form = hear(office, "product show"), hear(office, "product edit source")

    assert form == "(form) Source"
    assert "db/app, answers" in card
    assert "s3cret" not in card + str(office.slack.modal(PM))
