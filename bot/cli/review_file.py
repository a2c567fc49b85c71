"""What `muster review export` does once its flags are read."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import typer
from sqlmodel import Session

from bot import wiring
from bot.cli.exporting import UnwritableError
from bot.config import Settings
from bot.domain.product import Product
from bot.domain.window import instant_of, zone_named
from bot.errors import UsageError, UserError
from bot.features.error_review.exporting import content
from bot.features.error_review.writing import Format
from bot.store import memory, products, reviews
from bot.store.reviews import Review


class UnknownReviewFormatError(UsageError):
    """No review is written like this."""

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}” is not a format: there are {', '.join(Format)}.")


class UnclearReviewError(UsageError):
    """Words that name no review."""

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}” is no review: say latest, or a day like 2026-11-16.")


class NoReviewError(UserError):
    """A product had no review, or none on that day."""

    def __init__(self, product: Product, which: str) -> None:
        when = "yet" if which == "latest" else f"that ends on {which}"
        super().__init__(f"There is no review of {product.name} {when}.")


def export(key: str, which: str, form: str, out: Path | None) -> None:
    """Print a review or write it to a file."""
    if form not in set(Format):
        raise UnknownReviewFormatError(form)
    with wiring.opened(Settings()) as database, database.reading() as session:
        product = products.named(session, key, archived=True)
        found = _found(session, product, which)
        told = content(session, product, found, Format(form))
    if out is None:
        typer.echo(told.decode(), nl=False)
        return
    try:
        out.write_bytes(told)
    except OSError as error:
        raise UnwritableError(out, error) from error
    typer.echo(f"The review of {product.name} is in {out}.")


def _found(session: Session, product: Product, which: str) -> Review:
    found = reviews.latest(session, product.id) if which == "latest" else _of_day(session, product, _day(which))
    if found is None:
        raise NoReviewError(product, which)
    return found


def _of_day(session: Session, product: Product, day: date) -> Review | None:
    zone = zone_named(product.timezone)
    first, last = (instant_of(datetime.combine(one, time()), zone) for one in (day, day + timedelta(days=1)))
    number = memory.reviewed_on(session, product.id, first, last)
    return reviews.with_id(session, number) if number else None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UnclearReviewError(text) from None
