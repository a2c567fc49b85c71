"""Two people at one thing, forms gone stale, and people and values that must not be taken at their word."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Barrier
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.domain.people import Role
from bot.domain.product import Product, Risk
from bot.domain.ranking import Ranking
from bot.domain.window import Window
from bot.sandbox.showing import links_in, mentions_in
from bot.sandbox.workspace import User
from bot.store import audit, products, reviews
from bot.store.audit import Outcome
from bot.store.session import Database
from tests.support.builders import MONDAY, a_product
from tests.support.office import GUEST, ML, OTHER, PM, STRANGER, TEAM, Office, read

ROUNDS = 12
_NUMBERS = count(1)
HOSTILE = "<!channel> <@U0ML> *b* _i_ `c` ~s~ <http://evil.example|bank> @here #general https://evil.example"


@pytest.fixture
def product(database: Database) -> Product:
    return database.do(a_product)


def current(database: Database, product: Product) -> Product:
    return database.do(lambda session: products.current(session, product.id))


def deeds(database: Database) -> list[tuple[str, str, Outcome]]:
    return [(one.user, one.what, one.outcome) for one in database.do(audit.everything)]


def both_at_once(first: Callable[[], Any], second: Callable[[], Any]) -> None:
    """Do both, begun at the same instant."""
    start = Barrier(2)

    def begin(work: Callable[[], Any]) -> Any:
        start.wait(5)
        return work()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(begin, [first, second]))


def shown_to(office: Office, user: str) -> list[str]:
    return [read(one) for one in office.slack.ephemerals() if one["shown_to"] == user]


def interact(office: Office, payload: dict[str, Any]) -> int | None:
    """Send an interaction that no client of Slack's would send, signed."""
    body = urlencode({"payload": json.dumps(payload)}).encode()
    headers = office.slack.signed(body) | {"Content-Type": "application/x-www-form-urlencoded"}
    status = office.slack.send_raw(body, headers).status
    office.settle()
    return status


def click(office: Office, action: str, value: str, *, user: str = PM) -> list[str]:
    """What somebody is told who presses a button that was made up."""
    before = len(shown_to(office, user))
    told = {
        "type": "block_actions",
        "user": {"id": user, "team_id": "T01SANDBOX"},
        "team": {"id": "T01SANDBOX"},
        "channel": {"id": TEAM},
        "container": {"type": "message", "channel_id": TEAM, "message_ts": "1.1"},
        "trigger_id": f"made-up-{next(_NUMBERS)}",
        "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value, "action_ts": "1.2"}],
    }
    assert interact(office, told) == 200
    return shown_to(office, user)[before:]


def command(office: Office, text: str, user: str) -> list[str]:
    """What somebody is told whom Slack's own client would not let type."""
    before = len(shown_to(office, user))
    told = {"text": text, "user_id": user, "channel_id": TEAM, "trigger_id": f"typed-{next(_NUMBERS)}"}
    body = urlencode({"command": "/muster", "team_id": "T01SANDBOX", **told}).encode()
    headers = office.slack.signed(body) | {"Content-Type": "application/x-www-form-urlencoded"}
    assert office.slack.send_raw(body, headers).status == 200
    office.settle()
    return shown_to(office, user)[before:]


def test_b6_a_button_pressed_twice_has_one_effect_and_the_second_press_says_so(
    office: Office, database: Database, product: Product
) -> None:
    office.say("product set risk=high")
    shown = office.slack.ephemerals()[-1]
    undo = shown["blocks"][1]["elements"][0]

    for _ in range(2):
        office.slack.click(PM, TEAM, shown["ts"], undo["action_id"], undo["value"])
    office.settle()

    assert deeds(database) == [(PM, "product edit", Outcome.DONE), (PM, "undo", Outcome.DONE)]
    assert current(database, product).record.risk is product.record.risk
    assert any("This was changed again since" in one for one in shown_to(office, PM))


@pytest.mark.every_database
def test_b6_two_leads_at_the_same_button_at_the_same_instant_in_two_replicas_one_of_them_wins(
    database: Database, database_url: str, product: Product
) -> None:
    """Each round archives the product from both replicas at once, then brings it back."""
    other = Database(database_url)
    with Office(database) as left, Office(other) as right:
        for number in range(ROUNDS):
            before = len(shown_to(left, PM)), len(shown_to(right, ML))
            both_at_once(
                lambda: click(left, "products.remove", str(product.id)),
                lambda: click(right, "products.remove", str(product.id), user=ML),
            )
            both_at_once(left.settle, right.settle)
            told = [*shown_to(left, PM)[before[0] :], *shown_to(right, ML)[before[1] :]]
            told += [*shown_to(right, PM), *shown_to(left, ML)]
            removals = [one for one in database.do(audit.everything) if one.what == "product remove"]
            assert len(removals) == number + 1, told
            database.do(lambda session: products.bring_back(session, product.id))
    other.close()

    assert {who for who, *_ in deeds(database)} <= {PM, ML}


@pytest.mark.every_database
def test_b6_two_leads_at_one_setting_at_the_same_instant_nothing_is_lost_silently(
    database: Database, database_url: str, product: Product
) -> None:
    """Who is told "You set" has an audit row and a version of their own; who is not, is told who was first."""
    other = Database(database_url)
    with Office(database) as left, Office(other) as right:
        for number in range(ROUNDS):
            both_at_once(
                lambda number=number: left.slack.command(PM, TEAM, "/muster", f"product set job=left{number}"),  # type: ignore[misc]
                lambda number=number: right.slack.command(ML, TEAM, "/muster", f"product set job=right{number}"),  # type: ignore[misc]
            )
            both_at_once(left.settle, right.settle)
        told = [*left.slack.ephemerals(), *right.slack.ephemerals()]
    other.close()

    done = database.do(audit.everything)
    set_so = [one for one in told if read(one).startswith("You set")]
    beaten = [one for one in told if "at the same moment; yours was not saved" in read(one)]
    assert len(set_so) == len(done)
    assert len(set_so) + len(beaten) == 2 * ROUNDS
    assert [one.version for one in done] == [product.version + number + 1 for number in range(len(done))]
    assert current(database, product).version == done[-1].version
    winners = {PM: ML, ML: PM}
    assert all(f"<@{winners[one['shown_to']]}>" in read(one) for one in beaten)


def test_b7_a_stale_form_says_who_changed_it_and_overwrites_nothing(
    office: Office, database: Database, product: Product
) -> None:
    office.say("product edit")
    office.say("product edit", user=ML)
    office.submit({"name": "Raj's name"}, user=ML)
    office.submit({"name": "Ana's name"})

    (field, sentence), *others = office.slack.errors(PM).items()
    assert (field, others) == ("name", [])
    assert sentence.startswith("Changed by <@U0ML> at ")
    assert "nothing was overwritten" in sentence
    assert current(database, product).name == "Raj's name"
    assert deeds(database) == [(ML, "product edit", Outcome.DONE)]


def test_b7_two_forms_that_change_different_fields_both_count(
    office: Office, database: Database, product: Product
) -> None:
    office.say("product edit")
    office.say("product edit", user=ML)
    office.submit({"name": "Raj's name"}, user=ML)
    office.submit({"timezone": "America/New_York"})

    saved = current(database, product)
    assert (saved.name, saved.timezone) == ("Raj's name", "America/New_York")
    assert deeds(database) == [(ML, "product edit", Outcome.DONE), (PM, "product edit", Outcome.DONE)]


def test_b7_a_form_about_an_archived_product_changes_nothing(
    office: Office, database: Database, product: Product
) -> None:
    office.say("product edit")
    click(office, "products.remove", str(product.id), user=ML)
    office.submit({"name": "Ana's name"})

    assert "archived" in " ".join(office.slack.errors(PM).values())
    assert [what for _, what, _ in deeds(database)] == ["product remove"]


VALUES = [
    "",
    "0",
    "-1",
    "999",
    "9" * 30,
    "9" * 5000,
    "²",
    "١",
    "1.0",
    "1 1",
    "nan",
    "True",
    "' OR 1=1 --",
    "\x00",
    "\ud800",
    "{}",
    "x" * 2000,
]


@pytest.mark.parametrize(
    "action", ["products.remove", "products.undo", "products.part", "products.settings", "error_review.full"]
)
def test_b9_a_button_with_a_made_up_value_is_refused_in_words_and_changes_nothing(
    office: Office, database: Database, product: Product, action: str
) -> None:
    before = current(database, product)
    told = {value[:40]: click(office, action, value) for value in VALUES}

    assert {value: words for value, words in told.items() if len(words) != 1} == {}
    assert {value: words for value, words in told.items() if "Something went wrong" in words[0]} == {}
    assert current(database, product) == before
    assert deeds(database) == []


@pytest.mark.parametrize("action", ["products.nonsense", "x" * 255, ":", "../../etc", "say:"])
def test_b9_a_made_up_button_is_refused_in_words(
    office: Office, database: Database, product: Product, action: str
) -> None:
    told = click(office, action, "1")

    assert "Something went wrong" not in "".join(told)
    assert deeds(database) == []


MEMORIES = [
    "not JSON",
    "[]",
    "7",
    '{"product": "2", "version": "1", "part": "basics"}',
    '{"product": "-1", "version": "1", "part": "basics"}',
    '{"product": "' + "9" * 40 + '", "version": "1", "part": "basics"}',
    '{"product": {"a": 1}, "version": "1", "part": "basics"}',
    '{"product": "1", "version": "1", "part": "nonsense"}',
    '{"product": "1", "version": "1"}',
    '{"product": "1", "version": "' + "9" * 40 + '", "part": "risk"}',
    '{"product": "1", "version": "²", "part": "risk"}',
    "{}",
]


@pytest.mark.parametrize("name", ["products.edit", "products.settings", "products.nonsense"])
def test_b9_a_form_with_a_made_up_memory_is_refused_in_words_and_changes_nothing(
    office: Office, database: Database, product: Product, name: str
) -> None:
    answers = {memory: _submitted(office, name, memory) for memory in MEMORIES}

    assert {memory: one for memory, one in answers.items() if '"errors"' not in one} == {}
    assert {memory: one for memory, one in answers.items() if "Something went wrong" in one} == {}
    assert current(database, product).name == product.name
    assert deeds(database) == []


def _submitted(office: Office, name: str, memory: str) -> str:
    view = {
        "type": "modal",
        "id": "V1",
        "hash": memory,
        "callback_id": name,
        "private_metadata": memory,
        "blocks": [{"type": "input", "block_id": "name"}],
        "state": {"values": {"name": {"name": {"type": "plain_text_input", "value": "Taken over"}}}},
    }
    told = {"type": "view_submission", "user": {"id": PM, "team_id": "T1"}, "view": view}
    body = urlencode({"payload": json.dumps(told)}).encode()
    headers = office.slack.signed(body) | {"Content-Type": "application/x-www-form-urlencoded"}
    outcome = office.slack.send_raw(body, headers)
    assert outcome.status == 200
    return json.dumps(outcome.body)


def test_b9_somebody_elses_product_is_not_changed_and_the_refusal_is_written_down(
    office: Office, database: Database, product: Product
) -> None:
    """A command, a button, a form asked for, and a question before a deed: each leaves its row."""
    told = [office.say(text, user=OTHER) for text in ("product set risk=high", "product edit", "product remove")]
    told += click(office, "products.remove", str(product.id), user=OTHER)
    told += click(office, "products.part", f"{product.id} basics", user=OTHER)

    sentence = "Only the people of Support Copilot and the admins change it. Ask <@U0PM> or <@U0ML>."
    assert told == [sentence] * 5
    assert current(database, product) == product
    assert deeds(database) == [
        (OTHER, what, Outcome.REFUSED)
        for what in ("product set risk=high", "product edit", "product remove", "products.remove", "products.part")
    ]


@pytest.mark.parametrize(
    ("user", "sentence"),
    [
        (GUEST, "Guests may look, but not change anything here. Ask somebody of the product's team."),
        (STRANGER, "You belong to another workspace: only people of this one may act here."),
        ("U0BOT2", "Bots may not act here."),
        ("U0GONE", "This account is deactivated: it may not act here."),
    ],
)
def test_b9_guests_strangers_bots_and_people_who_left_change_nothing(
    office: Office, database: Database, product: Product, user: str, sentence: str
) -> None:
    """Not even where a record names them: standing comes before roles."""
    gone = User(id="U0GONE", name="Gone", deleted=True)
    office.slack.workspace.add(User(id="U0BOT2", name="Other Bot", is_bot=True), gone)
    office.slack.workspace.channels[TEAM].members |= {user}
    database.do(lambda session: products.assign(session, product, Role.PM, [user]))

    told = [command(office, text, user) for text in ("product set risk=high", "product edit", "product add")]
    told += [click(office, "products.remove", str(product.id), user=user)]

    assert told == [[sentence]] * 4
    assert current(database, product).record.risk is not Risk.HIGH
    assert [(who, how) for who, _, how in deeds(database)] == [(user, Outcome.REFUSED)] * 4
    assert office.slack.modal(user) is None


def test_b9_somebody_who_left_since_is_noticed_at_once_when_slack_says_so(
    office: Office, database: Database, product: Product
) -> None:
    office.say("product set risk=high")
    office.slack.workspace.add(User(id=PM, name="Ana Lima", deleted=True))
    told = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1"}
    body = json.dumps(told | {"event": {"type": "user_change", "user": {"id": PM, "deleted": True}}}).encode()
    office.slack.send_raw(body, office.slack.signed(body) | {"Content-Type": "application/json"})

    assert click(office, "products.remove", str(product.id)) == ["This account is deactivated: it may not act here."]


@pytest.mark.parametrize("fields", [{"bot_id": "B1"}, {"subtype": "message_changed"}, {"subtype": "bot_message"}])
def test_b9_what_a_bot_writes_and_what_is_edited_is_not_heard(
    office: Office, database: Database, product: Product, fields: dict[str, str]
) -> None:
    said = {"user": PM, "text": "product set risk=high", "ts": "1.1", "channel": "D01IM", "channel_type": "im"}
    office.slack.event("message", **said, **fields)
    office.settle()

    assert deeds(database) == []


def test_hostile_words_call_nobody_lead_nowhere_and_format_nothing(
    office: Office, database: Database, product: Product
) -> None:
    office.slack.workspace.add(User(id=PM, name=HOSTILE))
    for text in (
        HOSTILE,
        f"product {HOSTILE}",
        f"product show {HOSTILE}",
        f"help {HOSTILE}",
        f"settings set {HOSTILE}",
    ):
        office.say(text)
        office.slack.mention(PM, TEAM, text)
        office.settle()
    click(office, "products.nonsense", HOSTILE)
    shown = office.slack.ephemerals()

    assert len(shown) == 11
    assert [found for one in shown for found in mentions_in(one)] == []
    # The text beside blocks is read by notifications alone, which lead nowhere.
    assert [found for one in shown for found in links_in({"blocks": one["blocks"]})] == []


@pytest.mark.parametrize("text", ["\x00", "product set job=\x00x", "product set job=\ud800", "product show \ud800"])
def test_words_that_a_database_cannot_hold_are_answered_all_the_same(
    office: Office, database: Database, product: Product, text: str
) -> None:
    for number, kind in enumerate(("app_mention", "message")):
        said = {"type": kind, "user": PM, "text": text, "ts": f"1.{number}", "channel": TEAM, "channel_type": "im"}
        told = {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{number}", "event": said}
        body = json.dumps(told).encode()
        headers = office.slack.signed(body) | {"Content-Type": "application/json"}
        assert office.slack.send_raw(body, headers).status == 200
    office.settle()

    assert len(office.slack.ephemerals()) == 2
    assert "Something went wrong" not in "".join(shown_to(office, PM))


def test_people_of_other_companies_look_at_no_predictions(office: Office) -> None:
    product = office.database.do(a_product)
    with office.database.unit_of_work() as session:
        reviews.keep(
            session,
            product.id,
            window=Window(MONDAY - timedelta(days=7), MONDAY),
            ranking=Ranking.SCORE,
            seats=(),
            now=MONDAY,
        )

    assert "for the people of this one" in office.say("review", user=STRANGER)
    assert "found no predictions" in office.say("review", user=GUEST)
