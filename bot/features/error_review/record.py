"""Everything that is kept of a review, as plain data in a stable order: what every export is made of."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from sqlmodel import Session

from bot.domain.fixes import Fix, FixState, Weights, score
from bot.domain.prediction import CANONICAL, Prediction
from bot.domain.product import Product
from bot.domain.reviewing import Part
from bot.domain.summary import Summary
from bot.store import directory, fixes, meetings, memory, predictions, pulls
from bot.store.meetings import Item
from bot.store.memory import Origin
from bot.store.reviews import Review

Record = dict[str, Any]


def of_review(session: Session, product: Product, review: Review) -> Record:
    """A review with its numbers, items and fixes; people by their ids, with their names beside where they are known."""
    items = meetings.items(session, review.id)
    its_fixes = fixes.of_review(session, review.id)
    origins = memory.origins(session, review.id)
    pull = pulls.of_window(session, product.id, review.window)
    found = {
        "product": {"key": product.key, "name": product.name, "timezone": product.timezone},
        "review": _review(review),
        "numbers": {"this": _numbers(pull.this if pull else None), "last": _numbers(pull.last if pull else None)},
        "items": [_item(session, one, origins[one.id], its_fixes) for one in items],
        "fixes": [_fix(one, items, product.record.fix_weights) for one in its_fixes],
    }
    people = _names(session, product, _people(review, items, its_fixes))
    return {name: _plain(value) for name, value in {**found, "people": people}.items()}


def _review(review: Review) -> Record:
    told = {field.name: getattr(review, field.name) for field in fields(review)}
    for name in ("product_id", "seats", "head_key", "place", "window"):
        told.pop(name)
    return {"from": review.window.start, "to": review.window.end, **told}


def _numbers(summary: Summary | None) -> Record | None:
    return asdict(summary) if summary else None


def _item(session: Session, item: Item, origin: Origin, its_fixes: Iterable[Fix]) -> Record:
    said = item.said
    return {
        "rank": item.rank,
        "why": item.why,
        "left_over_from": [origin.window.start, origin.window.end] if origin.window else None,
        "back_after_fix": {"id": item.back_from, "title": origin.title} if item.back_from else None,
        "reported_by": origin.voices,
        "prediction": _prediction(item.prediction),
        "alike": [_prediction(one) for one in predictions.with_row_ids(session, item.alike_rows)],
        "breaks": item.breaches,
        "kind": item.kind,
        "verdicts": {part: said.verdict(part) for part in Part},
        "disagreements": [part for part in Part if said.disagree(part)],
        "words": [asdict(one) for one in said.words],
        "settlements": [asdict(one) for one in said.settlements],
        "quick": {"verdict": said.quick, "user": said.quick_by} if said.quick else None,
        "overrides": [asdict(one) for one in item.overrides],
        "questions": [_question(asdict(one)) for one in item.questions],
        "reviewed_at": item.reviewed_at,
        "fix": next((one.id for one in its_fixes if item.id in one.item_ids), None),
    }


def _question(told: Record) -> Record:
    return {name: value for name, value in told.items() if name not in {"id", "item_id"}}


def _prediction(one: Prediction) -> Record:
    return {name: getattr(one, name) for name in CANONICAL}


def _fix(fix: Fix, items: Sequence[Item], weights: Weights) -> Record:
    return {
        "id": fix.id,
        "title": fix.title,
        "kind": fix.kind,
        "state": fix.state,
        "dropped": fix.state is FixState.DROPPED,
        "scores": asdict(fix.scores) if fix.scores else None,
        "score": score(fix.scores, weights) if fix.scores else None,
        "this_week": fix.this_week,
        "owner": fix.owner,
        "due": fix.due,
        "shipped_at": fix.shipped_at,
        "items": [one.rank for one in items if one.id in fix.item_ids],
    }


def _people(review: Review, items: Iterable[Item], its_fixes: Iterable[Fix]) -> set[str]:
    found = {review.started_by, review.finished_by, *(one.owner for one in its_fixes)}
    for item in items:
        found |= {*item.said.speakers, *(one.user for one in item.said.settlements)}
        found |= {one.user for one in item.overrides}
        found |= {user for one in item.questions for user in (one.asked_by, one.expert)}
    return {user for user in found if user}


def _names(session: Session, product: Product, users: Iterable[str]) -> dict[str, str | None]:
    known = {user: directory.known(session, product.workspace, user) for user in sorted(users)}
    return {user: one.name if one else None for user, one in known.items()}


def _plain(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case dict():
            return {str(_plain(key)): _plain(one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case _:
            return value
