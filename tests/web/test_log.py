"""What a log line never holds."""

import pytest

from bot.log import masked


@pytest.mark.parametrize(
    "secret",
    [
        "postgresql://ana:pa55w0rd@host/db",
        "postgresql://ana:pa55/x@w0rd@host/db",
        "redis://:pa55w0rd@host:6379/0",
        "redis://:pa55/w0rd@host",
        "host=db password=pa55w0rd dbname=x",
        "host=db password='pa55 w0rd' dbname=x",
        "PGPASSWORD=pa55w0rd psql",
        "postgresql://host/db?user=ana&password=pa55w0rd&sslmode=require",
    ],
)
def test_a_password_is_blotted_out_wherever_it_stands(secret: str) -> None:
    seen = masked(f"could not connect to {secret} today")

    assert ("pa55" in seen, "w0rd" in seen, "[secret]" in seen) == (False, False, True)
    assert seen.startswith("could not connect to ")
    assert seen.endswith(" today")


@pytest.mark.parametrize(
    "plain",
    ["http://127.0.0.1:8080/readyz", "https://host/a?b=c write to ana@example.org", "muster:12", "file://a/b@c.csv"],
)
def test_what_is_no_secret_stays(plain: str) -> None:
    assert masked(plain) == plain
