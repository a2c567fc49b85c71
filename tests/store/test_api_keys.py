"""Keys on both databases: nobody can read them again, and a revoked one opens nothing."""

import re
from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.log import masked
from bot.store import api_keys
from bot.store.api_keys import ApiKey, NoSuchKeyError
from bot.store.session import Database
from bot.store.tables import ApiKeyRow
from tests.support.builders import MONDAY, a_product


def test_a_key_is_random_and_only_its_digest_and_first_letters_are_kept(database: Database) -> None:
    with database.unit_of_work() as session:
        product_id = a_product(session).id
        made = [api_keys.create(session, product_id, "evals", MONDAY) for _ in range(20)]

    texts = {text for _, text in made}
    assert len(texts) == 20
    assert all(re.fullmatch(r"muster_[A-Za-z0-9_-]{43}", text) for text in texts)
    with database.reading() as session:
        stored = " ".join(str(row.model_dump()) for row in session.exec(select(ApiKeyRow)))
        assert [api_keys.named_by(session, text) for _, text in made] == [key for key, _ in made]
    assert not any(text in stored or text[11:] in stored for text in texts)
    key, text = made[0]
    assert asdict(key) == asdict(
        ApiKey(
            id=key.id,
            product_id=product_id,
            name="evals",
            prefix=text[:11],
            created_at=MONDAY,
            last_used_at=None,
            revoked_at=None,
        )
    )


def test_a_key_is_revoked_once_and_for_good(database: Database) -> None:
    with database.unit_of_work() as session:
        key, text = api_keys.create(session, a_product(session).id, "evals", MONDAY)
        first = api_keys.revoke(session, key.id, MONDAY)
        again = api_keys.revoke(session, key.id, MONDAY + timedelta(days=1))

        assert first == again == replace(key, revoked_at=MONDAY)
        assert api_keys.named_by(session, text) is None
        assert api_keys.everything(session, product_id=key.product_id) == [first]
        with pytest.raises(NoSuchKeyError, match="There is no key 99"):
            api_keys.revoke(session, 99, MONDAY)


def test_that_a_key_is_in_use_is_written_down_at_most_once_a_minute(database: Database) -> None:
    with database.unit_of_work() as session:
        key, text = api_keys.create(session, a_product(session).id, "evals", MONDAY)
        seen = []
        for seconds in (0, 59, 60):
            now = MONDAY + timedelta(seconds=seconds)
            due = api_keys.is_due(key, now)
            api_keys.used(session, key, now)
            session.expire_all()
            known = api_keys.named_by(session, text)
            assert known is not None
            key = known
            seen.append((due, key.last_used_at))

    assert seen == [(True, MONDAY), (False, MONDAY), (True, MONDAY + timedelta(seconds=60))]


@pytest.mark.parametrize("text", ["", "muster_", "muster_" + "x" * 43, "muster_" + "x" * 10_000, "muster_é\ud800\x00"])
def test_what_is_no_key_opens_nothing(database: Database, text: str) -> None:
    with database.unit_of_work() as session:
        api_keys.create(session, a_product(session).id, "evals", MONDAY)

        assert api_keys.named_by(session, text) is None


def test_a_key_is_blotted_out_of_logs(database: Database) -> None:
    with database.unit_of_work() as session:
        _, text = api_keys.create(session, a_product(session).id, "evals", MONDAY)

    assert masked(f"Authorization: Bearer {text} was refused") == "Authorization: Bearer [secret] was refused"
