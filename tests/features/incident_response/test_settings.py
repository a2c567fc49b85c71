"""What a team switches on beside the card: in a line, in a form, taken back, and only by its people."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session

from bot.features.incident_response import settings
from bot.kit.feature import Feature
from bot.kit.reply import Reply
from bot.store import audit, inbox, incident_settings
from bot.store.incident_settings import IncidentSettings
from bot.store.session import Database
from tests.support.builders import a_product
from tests.support.coming_and_going import Workspace
from tests.support.dialogue import a_team, answer, pressed, verify
from tests.support.incidents import a_kept_incident
from tests.support.office import OTHER, PM, Office, read

HEAD = "You changed the incidents of *Support Copilot*.\n"
UPDATES_OFF = "*Updates:* off; nobody is reminded to say how it goes."
UPDATES_ON = "*Updates:* on; whoever owns it is reminded to say how it goes, the more often the worse it is."
EMOJI = (
    "*Emoji:* :pushpin: on a message in an incident's thread, or in <#C0TEAM> while one incident is open, keeps it in"
    " the record. It takes the scope `reactions:read`."
)
TOPIC = (
    "*Topic:* on; the topic of <#C0TEAM> says what is open and who owns it. What stood there before is put back"
    " afterwards. It takes the scope `channels:write.topic`, in a private channel `groups:write.topic`."
)
UNCLEAR = (
    "Type the name of the emoji between colons, like “:pushpin:”: Slack shows it when you point at it. “off” keeps"
    " nothing any more."
)
PAGING = (
    "*Paging:* on; a pager hears of every new incident if the server has `MUSTER_PAGERDUTY_ROUTING_KEY`. I cannot see"
    " that from here: ask whoever runs me to look with `muster doctor` (“The pager” in docs/operating.md says how to"
    " set it). Without it, no page goes out."
)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.trying() as opened:
        a_product(opened)
        yield opened


def now_is(session: Session) -> IncidentSettings:
    return incident_settings.of_product(session, 1)


def said(reply: Reply) -> str:
    return read({"blocks": list(reply.blocks), "text": reply.text})


def shown(emoji: str) -> str:
    """All of it, with an emoji and nothing else switched on."""
    return (
        f"Incidents of Support Copilot: beside the card\n{UPDATES_ON}\n{emoji}\n"
        "*Topic:* off; the channel's topic is left alone.\n*Paging:* off; no pager hears of it.\n"
        "`/muster incident settings updates off` switches one at once.\n[Change]"
    )


@pytest.mark.parametrize(
    ("words", "expected", "told"),
    [
        ("updates off", IncidentSettings(updates=False), UPDATES_OFF),
        ("copilot emoji :Pushpin:", IncidentSettings(emoji="pushpin"), EMOJI),
        ("emoji pushpin", IncidentSettings(emoji="pushpin"), EMOJI),
        ("topic ON", IncidentSettings(topic=True), TOPIC),
        ("pagerduty on", IncidentSettings(paging=True), PAGING),
    ],
)
def test_one_line_switches_one_on_or_off_and_says_what_that_takes(
    session: Session, words: str, expected: IncidentSettings, told: str
) -> None:
    assert said(answer(session, f"incident settings {words}")) == f"{HEAD}{told}\n[Undo]"
    assert now_is(session) == expected


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("updates", "Say what to switch on or off, like"),
        ("updates maybe", "Say what to switch on or off, like"),
        ("topic on please", "Say what to switch on or off, like"),
        ("emoji 📌", "Type the name of the emoji between colons, like “:pushpin:”"),
        ("updates on", "It is like that already for *Support Copilot*; nothing was changed."),
    ],
)
def test_what_says_nothing_clear_changes_nothing(session: Session, words: str, told: str) -> None:
    assert told in answer(session, f"incident settings {words}").text
    assert now_is(session) == IncidentSettings()
    assert audit.everything(session) == []


def test_it_is_shown_with_what_is_off_too(session: Session) -> None:
    incident_settings.save(session, 1, IncidentSettings(emoji="pushpin"))

    assert said(answer(session, "incident settings", user=OTHER)) == shown(EMOJI)


def test_only_the_products_people_change_it(session: Session) -> None:
    told = answer(session, "incident settings paging on", user=OTHER).text

    assert told == "Only the people of Support Copilot and the admins change it. Ask <@U0PM> or <@U0ML>."
    assert now_is(session) == IncidentSettings()


def test_it_is_taken_back_and_the_log_says_who_did_what(session: Session) -> None:
    answer(session, "incident settings emoji pushpin")
    (deed,) = audit.everything(session)
    refused = pressed(session, settings.UNDO, str(deed.id), user=OTHER)
    back = pressed(session, settings.UNDO, str(deed.id))

    assert "Only the people of Support Copilot" in refused.text
    assert back.text == (
        "You took it back.\n*Emoji:* none; messages are kept by “Add to incident timeline” in their own menu."
    )
    assert now_is(session) == IncidentSettings()
    assert [(one.user, one.what, one.detail) for one in audit.everything(session)] == [
        (PM, "incident settings", "emoji")
    ] * 2


@pytest.mark.parametrize("value", ["1", "999", "", "x"])
def test_what_was_changed_since_is_not_taken_back(session: Session, value: str) -> None:
    answer(session, "incident settings emoji pushpin")
    answer(session, "incident settings topic on")

    assert "Somebody changed this since" in pressed(session, settings.UNDO, value).text
    assert now_is(session) == IncidentSettings(emoji="pushpin", topic=True)


def test_the_topic_is_looked_at_as_soon_as_it_is_switched(database: Database) -> None:
    database.do(lambda session: a_kept_incident(session, a_product(session)))
    database.do(lambda session: answer(session, "incident settings topic on"))

    with database.reading() as session:
        assert inbox.oldest_open(session, "local") is not None


def test_a_form_that_was_overtaken_overwrites_nothing(database: Database) -> None:
    workspace = Workspace(
        database,
        Feature(name="incident_response", summary="x", actions=settings.ACTIONS, modals=settings.MODALS),
    )
    database.do(a_product)
    form = workspace.press(PM, settings.FORM, "1").view
    database.do(lambda session: incident_settings.save(session, 1, IncidentSettings(topic=True)))

    assert workspace.fill(PM, form, on="paging").text == (
        "Somebody changed this while you were here; nothing was overwritten. Open the form again."
    )
    assert database.do(now_is) == IncidentSettings(topic=True)


def test_the_form_holds_what_is_set_and_says_what_is_wrong_beside_the_field(office: Office) -> None:
    office.database.do(a_team)
    tada = EMOJI.replace("pushpin", "tada")
    verify(
        office,
        [
            ("incident settings emoji tada", f"{HEAD}{tada}\n[Undo]"),
            ("incident settings", shown(tada)),
            ("[Change]", "(form) Beside the card"),
            ({"on": ["paging"], "emoji": "no emoji!"}, f"emoji: {UNCLEAR}"),
            ({"on": ["paging"], "emoji": ":pushpin:"}, f"{HEAD}{UPDATES_OFF}\n{EMOJI}\n{PAGING}\n[Undo]"),
        ],
    )
