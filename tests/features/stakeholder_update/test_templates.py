"""`/muster update template`: a team's own wording, refused where it is broken, and taken back."""

import pytest
from sqlmodel import Session

from bot.domain.updates import Part
from bot.kit.wording import OURS, ours
from bot.store import update_templates
from bot.store.session import Database
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team, answer, pressed, shown, verify
from tests.support.form_rules import assert_form_accepted
from tests.support.office import OTHER, PM, Office

BROKEN = "{% if update.cost %}\nno end"


def test_a_wording_is_changed_refused_with_its_line_and_taken_back(office: Office) -> None:
    office.database.do(a_team)
    changed = "You changed the wording of “quality” of *Support Copilot*. The next draft is worded like this.\n[Undo]"
    verify(
        office,
        [
            ("update template quality", "(form) Wording of the update"),
            (
                {"source": "fine\n{{ update.kost }}"},
                "source: Line 2: there is no field “kost” here. Did you mean cost?",
            ),
            (
                {"source": "{{ update.status }}\nF1 is up."},
                "source: Stakeholders read this. “F1”: say “how often it is right”.",
            ),
            ({"source": "{{ update.status }}"}, changed),
            (
                "[Undo]",
                "You took it back: the wording of “quality” of *Support Copilot* is as it was before.",
            ),
        ],
    )
    assert office.database.do(lambda session: update_templates.of_product(session, 1)) == {}


@pytest.mark.parametrize("part", OURS)
def test_every_parts_form_shows_its_template_a_sample_and_the_fields(database: Database, part: Part) -> None:
    with database.unit_of_work() as session:
        a_team(session, now=MONDAY)
        form = shown(answer(session, f"update template {part}"))

    assert_form_accepted(form)
    assert form["blocks"][1]["element"]["initial_value"] == ours(part).strip()
    assert form["blocks"][3]["text"]["text"] != ""
    assert "Fields of update:" in str(form["blocks"])


def test_a_wording_that_cannot_be_used_any_more_is_shown_with_why(database: Database) -> None:
    with database.unit_of_work() as session:
        product = a_team(session, now=MONDAY)
        update_templates.save(session, product.id, Part.SAFETY, BROKEN, seen=0, by=PM, now=MONDAY)
        form = shown(answer(session, "update template safety"))

    assert "(It cannot be used any more, so ours is. Line 2: Unexpected end of template." in str(form["blocks"])


def own(session: Session) -> list[Part]:
    """The parts that the team words itself."""
    return list(update_templates.of_product(session, 1))


def test_ours_comes_back_and_that_is_taken_back_too(database: Database) -> None:
    with database.unit_of_work() as session:
        product = a_team(session, now=MONDAY)
        update_templates.save(session, product.id, Part.NEXT, "{{ update.status }}", seen=0, by=PM, now=MONDAY)

        told = answer(session, "update template reset next")
        assert (told.text, own(session)) == ("“next” of *Support Copilot* has our wording again.", [])

        undone = pressed(session, "stakeholder_update.undo_template", told.blocks[1]["elements"][0]["value"])
        assert (undone.text, own(session)) == (
            "You took it back: the wording of “next” of *Support Copilot* is as it was before.",
            [Part.NEXT],
        )
        stale = pressed(session, "stakeholder_update.undo_template", told.blocks[1]["elements"][0]["value"])
        assert stale.text == "This template was changed again since, so it was left as it is."


def test_what_has_no_template_is_guessed(database: Database) -> None:
    with database.unit_of_work() as session:
        a_team(session, now=MONDAY)

        told = answer(session, "update template higlights").text

    assert told == (
        "“higlights” is no part with a template. Did you mean highlights? There are: highlights, quality, safety,"
        " wrong, next, expect, ask."
    )


def test_only_the_products_people_change_its_wording(database: Database) -> None:
    with database.unit_of_work() as session:
        a_team(session, now=MONDAY)

        for words in ("update template next", "update template reset next"):
            assert "Only the people of Support Copilot" in answer(session, words, user=OTHER).text
