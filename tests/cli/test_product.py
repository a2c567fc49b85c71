"""A product's story on the command line, on SQLite and on Postgres."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo import story
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import App, Channel
from tests.cli.conftest import Muster

ADD = f"product add radar --name Radar --timezone Europe/Berlin --source {story.DATA} --rank loss"
CHANNEL = "--team-channel C0TEAM --pm U0PM --ml-lead U0ML"


def test_a_product_is_added_shown_changed_and_archived(known: Muster) -> None:
    added = known(f"{ADD} {CHANNEL} --set risk=high --set 'nevers=promise: it will' --set accuracy_target=92%")
    assert (added.code, added.err) == (0, "")
    assert "Radar is added as “radar”." in added.out
    assert "The first review would look like this" in added.out
    assert "Error review: Radar" in added.out

    shown = json.loads(known("product show radar --json").out)
    assert shown["people"] == [{"role": "pm", "user": "U0PM"}, {"role": "ml_lead", "user": "U0ML"}]
    assert shown["model_tier"] == {"tier": "frontier model with guardrails", "reason": "the risk is high"}
    assert (shown["record"]["accuracy_target"], shown["ranking"]) == (0.92, "loss")
    assert [plan["at"] for plan in shown["schedules"]] == ["mon 09:00"]

    assert known("product edit radar --name 'Review Radar' --set risk=low").code == 0
    assert "Review Radar" in known("product list").out
    refused = known("product remove radar")
    assert (refused.code, "--yes" in refused.err) == (1, True)
    assert known("product remove radar --yes").out == "Review Radar is archived.\n"
    assert (
        known("worst radar").err
        == "muster: There is no product “radar”. There is none yet: muster product add KEY --name NAME.\n"
    )


def test_a_source_is_looked_at_and_what_it_lacks_is_said(known: Muster, tmp_path: Path) -> None:
    bare = tmp_path / "bare.jsonl"
    bare.write_text('{"id": "1", "occurred_at": "2026-11-13T12:00:00Z", "prompt": "hi", "answer": "ho"}\n')

    said = known(f"product add bare --name Bare --source {bare}")

    assert said.code == 1
    assert "Nothing can be ranked: map one of score, loss, feedback" in said.err
    assert known("product list --json").out == "[]\n"


def test_columns_and_ranking_are_proposed_and_taken_only_with_a_yes(known: Muster, tmp_path: Path) -> None:
    odd = tmp_path / "odd.jsonl"
    odd.write_text(
        '{"id": "1", "timestamp": "2026-11-13T12:00:00Z", "prompt": "hi", "answer": "ho", "abs_error": 1.5}\n'
    )

    asked = known(f"product add odd --name Odd --source {odd}")
    taken = known(f"product add odd --name Odd --source {odd} {CHANNEL} --yes")

    assert (asked.code, "--map loss=abs_error" in asked.err, "--rank loss" in asked.err) == (1, True, True)
    assert taken.code == 0
    assert json.loads(known("product show odd --json").out)["ranking"] == "loss"


def test_several_people_are_named_in_a_role_and_stay_where_others_are_changed(known: Muster) -> None:
    experts, signing = "--domain-expert U0A --domain-expert '<@U0B|bea>'", "--research U0C --compliance U0D"
    known(f"product add radar --name Radar --pm U0PM {experts} {signing}")
    known("product edit radar --pm U0ANA")

    people = json.loads(known("product show radar --json").out)["people"]

    assert sorted((one["role"], one["user"]) for one in people) == [
        ("compliance", "U0D"),
        ("domain_expert", "U0A"),
        ("domain_expert", "U0B"),
        ("pm", "U0ANA"),
        ("research", "U0C"),
    ]


def test_nobody_holds_a_role_that_is_cleared_and_the_others_stay(known: Muster) -> None:
    known("product add radar --name Radar --pm U0PM --ml-lead U0ML --compliance U0D")

    assert known("product edit radar --compliance none").code == 0

    people = json.loads(known("product show radar --json").out)["people"]
    assert people == [{"role": "pm", "user": "U0PM"}, {"role": "ml_lead", "user": "U0ML"}]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--set risk=huge", "risk cannot be “huge”: it takes one of low, medium, high, critical."),
        ("--set risc=low", "A product has no field “risc”. Did you mean risk?"),
        ("--set risk", "lacks its “=”"),
        ("--timezone Mars", "“Mars” is not a time zone."),
        ("--team-channel general", "“general” is not a channel id."),
        ("--pm ana", "“ana” is not a person's id."),
        ("--domain-expert ana", "“ana” is not a person's id."),
    ],
)
def test_a_bad_field_is_refused_in_words_and_nothing_is_saved(known: Muster, words: str, sentence: str) -> None:
    said = known(f"product add radar --name Radar {words}")

    assert said.code in {1, 2}
    assert sentence in said.err
    assert known("product list --json").out == "[]\n"


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with Sandbox(App(token="xoxb-1")) as sandbox:
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
        monkeypatch.setenv("SLACK_API_URL", sandbox.url)
        yield sandbox


def test_a_channel_shared_with_another_company_is_refused(
    known: Muster, slack: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_API_URL", slack.url)
    slack.workspace.add(Channel(id="C0EXT", name="ext", members={"U00BOT"}, is_ext_shared=True))

    said = known("product add radar --name Radar --team-channel C0EXT")

    assert (said.code, "shared with another company" in said.err) == (1, True)
    assert known("product list --json").out == "[]\n"


def test_loading_is_idempotent_and_names_bad_rows_by_their_line(known: Muster, tmp_path: Path) -> None:
    known(f"product add radar --name Radar {CHANNEL}")
    rows = tmp_path / "rows.jsonl"
    rows.write_text(
        '{"id": "1", "occurred_at": "2026-11-13T12:00:00Z", "score": 0.5}\n'
        "not json\n"
        '{"id": "2", "occurred_at": "2026-11-13T12:00:00", "score": 0.1}\n'
        '{"id": "3", "occurred_at": "2026-11-13T13:00:00Z", "score": "abc"}\n'
        '{"id": "4", "occurred_at": "2026-11-13T14:00:00Z", "score": 0.2}\n'
    )

    first, second = (known(f"load predictions {rows} --product radar --json") for _ in range(2))

    report = json.loads(first.out)
    assert (first.code, report["loaded"], [row["line"] for row in report["bad"]]) == (0, 2, [2, 3, 4])
    assert "line 3 was left out" in first.err
    assert json.loads(second.out) == report
    worst = json.loads(known("worst radar --as-of 2026-11-16T09:00 --json").out)
    assert [item["id"] for item in worst["items"]] == ["4", "1"]


def test_a_ritual_runs_by_hand_once_and_its_posts_wait_in_the_outbox(known: Muster) -> None:
    known(f"{ADD} {CHANNEL}")

    dry = known("ritual run error_review --product radar --slot 2026-11-09T09:00 --dry-run")
    assert "Error review: Radar, 2 to 8 November" in dry.out
    assert known("outbox list").out == "Everything has arrived.\n"

    assert known("ritual run error-review --product radar --slot 2026-11-09T09:00").code == 0
    again = known("ritual run error_review --product radar --slot 2026-11-09T09:00")
    assert (again.code, "settled already" in again.err) == (1, True)
    wrong = known("ritual run error_review --product radar --slot 2026-11-09T10:00")
    assert (wrong.code, "is not a slot of error_review" in wrong.err) == (1, True)

    keys = [post["key"] for post in json.loads(known("outbox list --json").out)]
    assert keys[0] == "radar/error_review/2026-11-09T09:00/head"
    assert known(f"outbox drop {keys[0]}").code == 0
    assert known(f"outbox retry {keys[0]}").code == 1
    assert known("outbox drop nonsense").code == 1


def test_schedules_are_set_paused_and_resumed(known: Muster) -> None:
    known(f"{ADD} {CHANNEL}")

    assert (
        "error_review of Radar: tue 10:30."
        in known('schedule set error_review --product radar --at "tue 10:30" --long').out
    )
    assert known("schedule pause error_review --product radar").code == 0
    (row,) = json.loads(known("schedule list --json").out)
    assert (row["at"], row["state"], row["timezone"]) == ("tue 10:30", "paused", "Europe/Berlin")
    assert "runs again" in known("schedule resume error_review --product radar").out
    refused = known('schedule set error_review --product radar --at "*/5 * * * *"')
    assert (refused.code, "is not a schedule" in refused.err) == (1, True)
    assert "There is no ritual “nope”" in known("schedule pause nope --product radar").err


def test_an_unmigrated_database_is_said_and_migrating_twice_does_no_harm(
    muster: Muster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/new.db")

    assert muster("product list").err == "muster: The database is not up to date: run `muster migrate` first.\n"
    assert [muster("migrate").out for _ in range(2)] == ["The database is up to date.\n"] * 2
    assert muster("product list --json").out == "[]\n"
