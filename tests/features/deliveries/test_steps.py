"""What a person decides about a post that did not arrive, or may not have: with the buttons of the notice of it."""

from collections.abc import Callable

import pytest
from sqlmodel import Session

from bot.domain.delivery import Patience, PostState, StoredPost
from bot.domain.people import Role
from bot.kit.deliveries import ARRIVED, GIVE_UP, SEND_AGAIN
from bot.outbox import notices
from bot.store import audit, posts, products, settling
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database, now_in
from tests.support.builders import a_post
from tests.support.dialogue import a_team, hear, pressed, private, verify
from tests.support.office import ML, OTHER, PM, TEAM, Office, buttons, read

NOTE = "text of &lt;!channel&gt;"
SETTLED = "This was settled meanwhile: there is nothing left to decide about it."
NOT_YOURS = "Only the people of this product and the admins decide what becomes of its posts."
SENT_AGAIN = f"I send “{NOTE}” to <#C0TEAM> again."


def claimed(session: Session) -> StoredPost:
    """A post of the product in the hands of a sender."""
    a_post(session, "note", product_id=a_team(session).id, text="text of <!channel>\nand more")
    (post,) = posts.claim(session, LOCAL_WORKSPACE, now=now_in(session), patience=Patience(), limit=1)
    return post


def parked(session: Session) -> None:
    """A post that Slack refused, and the notice of it."""
    settling.park(session, claimed(session), "The channel is <gone>.")
    assert notices.tell(session, note(session), admins=[], now=now_in(session))


def held(session: Session) -> None:
    """A post that may have arrived, and the notice of it."""
    post = claimed(session)
    settling.doubt(session, post, look_at=now_in(session), reason="")
    settling.hold(session, post, "Slack cannot say.")
    assert notices.tell(session, note(session), admins=[], now=now_in(session))


def note(session: Session) -> StoredPost:
    """The post that is about to be settled."""
    post = posts.named(session, LOCAL_WORKSPACE, "note")
    assert post is not None
    return post


def state(office: Office) -> tuple[PostState, bool]:
    """Where the post stands, and whether it waits for a person."""
    post = office.database.do(note)
    return post.state, post.held


def notice(office: Office, trouble: Callable[[Session], None]) -> str:
    """The direct message in which the PM is told of *trouble*, once it is there: its channel."""
    office.database.do(trouble)
    office.settle()
    (told,) = private(office, PM).values()
    return str(told["channel"])


def in_team(office: Office) -> list[str]:
    """What Muster posted in the team's channel."""
    return [str(one["text"]) for one in office.slack.messages(TEAM) if one.get("bot_id")]


def really_there(office: Office) -> tuple[str, str]:
    """A message in the team's channel that is the post in doubt: its ts, and its link as Slack copies it."""
    ts = str(office.slack.workspace.say(TEAM, "U0BOT", "text of <!channel>")["ts"])
    return ts, f"https://team.slack.com/archives/C0TEAM/p{ts.replace('.', '')}?thread_ts={ts}&cid=C0TEAM"


def test_the_notice_of_a_parked_post_offers_to_send_it_and_to_give_it_up(office: Office) -> None:
    notice(office, parked)

    (told,) = private(office, PM).values()
    assert read(told) == (
        f"I could not post “{NOTE}” to <#C0TEAM>: The channel is &lt;gone&gt;. It is kept."
        " Once that is mended, send it.\n[Send it]\n[Never mind]"
    )


def test_the_notice_of_a_held_post_asks_whether_it_is_there(office: Office) -> None:
    notice(office, held)

    (told,) = private(office, PM).values()
    assert read(told) == (
        f"I do not know whether “{NOTE}” arrived in <#C0TEAM>: Slack cannot say. Please look: is it there?"
        "\n[Send it]\n[It arrived]\n[Never mind]"
    )


@pytest.mark.parametrize("trouble", [parked, held])
def test_what_is_not_there_is_sent_again_once(office: Office, trouble: Callable[[Session], None]) -> None:
    directly = notice(office, trouble)

    verify(office, [("[Send it]", SENT_AGAIN)], channel=directly)

    assert in_team(office) == ["text of <!channel>\nand more"]
    assert state(office) == (PostState.SENT, False)


@pytest.mark.parametrize("trouble", [parked, held])
def test_what_nobody_needs_is_given_up(office: Office, trouble: Callable[[Session], None]) -> None:
    directly = notice(office, trouble)

    verify(office, [("[Never mind]", f"You gave “{NOTE}” up; nothing is sent to <#C0TEAM>.")], channel=directly)

    assert in_team(office) == []
    assert state(office) == (PostState.DROPPED, False)
    assert office.database.do(note).reason == f"given up by {PM}"


def test_what_is_there_is_recorded_with_its_link_and_its_thread_follows_it(office: Office) -> None:
    directly = notice(office, held)
    office.database.do(lambda session: a_post(session, "reply", parent_key="note"))
    ts, link = really_there(office)

    verify(
        office,
        [("[It arrived]", "(form) It arrived"), ({"link": link}, f"“{NOTE}” is recorded as sent.")],
        channel=directly,
    )

    assert state(office) == (PostState.SENT, False)
    assert [(one["text"], one["thread_ts"]) for one in office.slack.messages(TEAM) if one.get("bot_id")] == [
        ("text of reply", ts)
    ]


@pytest.mark.parametrize(
    ("link", "wrong"),
    [
        (
            "https://team.slack.com/archives/C0ELSE/p1700000000123456",
            "“note” goes to C0TEAM, and this message is in C0ELSE: it must be another one.",
        ),
        (
            "https://team.slack.com/team/U0PM",
            (
                "“https://team.slack.com/team/U0PM” is no link to a message. In Slack, choose “Copy link” on the"
                " message; it looks like https://team.slack.com/archives/C0123/p1700000000123456."
            ),
        ),
    ],
)
def test_a_wrong_link_is_refused_beside_the_field_and_may_be_mended(office: Office, link: str, wrong: str) -> None:
    directly = notice(office, held)
    right = really_there(office)[1]

    verify(office, [("[It arrived]", "(form) It arrived"), ({"link": link}, f"link: {wrong}")], channel=directly)
    assert state(office) == (PostState.UNKNOWN, True)

    verify(office, [({"link": right}, f"“{NOTE}” is recorded as sent.")])
    assert state(office) == (PostState.SENT, False)


@pytest.mark.parametrize("label", ["[Send it]", "[Never mind]"])
def test_a_button_says_when_the_post_was_settled_meanwhile(office: Office, label: str) -> None:
    directly = notice(office, held)
    office.database.do(lambda session: settling.drop(session, note(session), "by somebody else"))

    verify(office, [(label, SETTLED)], channel=directly)

    assert (in_team(office), office.database.do(note).reason) == ([], "by somebody else")


def test_a_link_comes_too_late_for_a_post_that_was_settled_while_the_form_was_open(office: Office) -> None:
    directly = notice(office, held)
    link = really_there(office)[1]
    hear(office, "[It arrived]", channel=directly)
    office.database.do(lambda session: settling.drop(session, note(session), "by somebody else"))

    assert SETTLED in told_by_form(office, link)

    assert state(office) == (PostState.DROPPED, False)


def test_who_has_left_the_team_while_the_form_was_open_is_refused(office: Office) -> None:
    directly = notice(office, held)
    link = really_there(office)[1]
    hear(office, "[It arrived]", channel=directly)
    office.database.do(lambda session: products.assign(session, products.named(session, "copilot"), Role.PM, [OTHER]))

    assert NOT_YOURS in told_by_form(office, link)

    assert state(office) == (PostState.UNKNOWN, True)


@pytest.mark.parametrize("action", [SEND_AGAIN, ARRIVED, GIVE_UP])
def test_only_the_products_people_decide(database: Database, action: str) -> None:
    database.do(held)

    told = database.do(lambda session: pressed(session, action, "note", user=OTHER).text)

    assert told == NOT_YOURS
    assert database.do(note).state is PostState.UNKNOWN


@pytest.mark.parametrize("action", [SEND_AGAIN, ARRIVED, GIVE_UP])
def test_a_post_that_is_not_there_is_settled(database: Database, action: str) -> None:
    database.do(a_team)

    assert database.do(lambda session: pressed(session, action, "nothing").text) == SETTLED


def test_what_was_decided_is_on_record(office: Office) -> None:
    directly = notice(office, parked)

    hear(office, "[Send it]", channel=directly)

    deeds = office.database.do(audit.everything)
    assert [(one.user, one.what, one.detail) for one in deeds] == [(PM, "post: send again", "note")]


def test_what_did_not_arrive_waits_for_everybody_on_the_team_and_for_nobody_else(office: Office) -> None:
    notice(office, parked)
    verify(office, [("me", "*Nothing waits for you.*")], user=OTHER)

    waits = f"*Waiting for you*\n“{NOTE}” did not arrive in <#C0TEAM>: The channel is &lt;gone&gt;.\n[Send it]"
    verify(office, [("me", waits), ("[Send it]", SENT_AGAIN), ("me", "*Nothing waits for you.*")], user=ML)


def test_a_channel_that_was_archived_is_told_of_mended_and_written_to(office: Office) -> None:
    office.database.do(a_team)
    office.slack.workspace.channels[TEAM].is_archived = True
    office.database.do(lambda session: a_post(session, "note", product_id=products.named(session, "copilot").id))
    office.settle()
    (told,) = private(office, PM).values()
    assert list(buttons(told)) == ["Send it", "Never mind"]

    office.slack.workspace.channels[TEAM].is_archived = False
    hear(office, "[Send it]", channel=str(told["channel"]))

    assert in_team(office) == ["text of note"]


def told_by_form(office: Office, link: str) -> str:
    """Everything that the PM reads once they sent the open form with *link*."""
    heard = hear(office, {"link": link})
    return "\n".join([heard, read(office.slack.modal(PM) or {})])
