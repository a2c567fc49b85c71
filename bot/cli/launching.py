"""What `muster launch` does once its flags are read."""

from collections.abc import Iterator
from typing import Any

import typer

from bot import wiring
from bot.cli import output
from bot.config import Settings
from bot.domain.defences import in_short
from bot.domain.golden import GOAL
from bot.domain.launch import SIGNATORY_NAMES, Decision, Signatory
from bot.domain.launch_ground import Fact, Part
from bot.domain.text import clean, count_of
from bot.kit.launching import Readiness, readiness_of
from bot.store import golden, products
from bot.store.session import now_in

Row = tuple[str, str, str, str]
HEADINGS = ("", "Part", "What", "How it is")


def show(key: str, *, as_json: bool) -> None:
    """Print how ready a product is."""
    with wiring.opened(Settings()) as database, database.reading() as session:
        product = products.named(session, key, archived=True)
        found = readiness_of(session, product, now=now_in(session))
        rows, added = golden.count(session, product.id), golden.last_added(session, product.id)
    if as_json:
        output.print_json(_report(found, {"rows": rows, "goal": GOAL, "last_added": added}))
    else:
        _print(found)


def _report(found: Readiness, golden_set: dict[str, Any]) -> dict[str, Any]:
    outcome = found.outcome
    return {
        "product": found.product.key,
        "as_of": found.as_of,
        "verdict": outcome.verdict,
        "reasons": list(outcome.reasons),
        "items": list(_items(found)),
        "owners": {_name(one): _met(one) | {"who": list(one.who)} for one in _of(found, Part.OWNERS)},
        "targets": _targets(found),
        "golden_set": golden_set,
        "failure_modes": _failing(found),
        "errors": _errors(found),
        "sign_offs": [_sign_off(found, one) for one in Signatory],
    }


def _items(found: Readiness) -> Iterator[dict[str, Any]]:
    for thing, item in found.items.items():
        yield {
            "thing": thing,
            "ticked": item.is_ticked,
            "ticked_by": item.ticked_by,
            "ticked_at": item.ticked_at,
            "owner": item.owner,
            "proposed": list(found.proposed[thing]) if item.owner is None else [],
            "note": item.note,
        }


def _targets(found: Readiness) -> dict[str, Any]:
    """Each metric; “agreed” is null where it is no headline measure."""
    facts = {fact.key: fact for fact in _of(found, Part.TARGETS)}
    agreed = {_name(fact): fact.met for key, fact in facts.items() if key.startswith("agreed/")}
    return {
        _name(fact): _met(fact) | {"agreed": agreed.get(_name(fact))}
        for key, fact in facts.items()
        if not key.startswith("agreed/")
    }


def _failing(found: Readiness) -> dict[str, Any]:
    facts = _of(found, Part.FAILURE_MODES)
    return {
        "blanks": [fact.says for fact in facts if _is_blank(fact)],
        "layers": {_name(fact): fact.says for fact in facts if fact.key.startswith("defence/")},
        "modes": {_name(fact): fact.says for fact in facts if fact.key.startswith("mode/")},
    }


def _errors(found: Readiness) -> dict[str, Any]:
    facts = _of(found, Part.ERRORS)
    return {
        "open": [fact.spoken for fact in facts if fact.trouble],
        "review": next(_met(fact) for fact in facts if not fact.trouble),
    }


def _sign_off(found: Readiness, who: Signatory) -> dict[str, Any]:
    one = found.recorded.get(who) or found.before.get(who)
    return {
        "function": who,
        "needed": who in found.asked,
        "may_sign": list(found.speaking[who]),
        "stands": who in found.standing,
        "decision": one.decision if one else None,
        "user": one.user if one else None,
        "reason": one.reason if one else None,
        "signed_at": one.signed_at if one else None,
        "over_since": one.fallen_at if one else None,
        "over_because": _over_because(found, who),
    }


def _over_because(found: Readiness, who: Signatory) -> str | None:
    """Why the last sign-off of a function does not stand; None where it does, or where there is none."""
    if who in found.recorded:
        return " ".join(found.fallen[who]) if who in found.fallen else None
    return found.before[who].fallen_why if who in found.before else None


def _print(found: Readiness) -> None:
    outcome = found.outcome
    typer.echo(f"{clean(found.product.name)}: {outcome.verdict.replace('-', ' ')}")
    typer.echo(f"as of {found.as_of.astimezone(found.zone):%a %Y-%m-%d %H:%M %Z}")
    signed = [_signing(found, who) for who in found.signing]
    output.print_table(HEADINGS, (tuple(map(clean, row)) for row in [*_rows(found), *signed]))


def _rows(found: Readiness) -> Iterator[Row]:
    for part in Part:
        yield from (_row(fact) for fact in _of(found, part) if not _is_blank(fact))
        if part is Part.FAILURE_MODES:
            yield _blanks(found)


def _row(fact: Fact) -> Row:
    # How it may fail and how grave that is can be neither open nor done: only what nobody said of it is open.
    is_answer = fact.part not in {Part.FAILURE_MODES, Part.RISK}
    return _yes_or_no(fact.met) if is_answer else "", fact.part.replace("_", " "), fact.title, fact.says


def _blanks(found: Readiness) -> Row:
    """What nobody said of how it may fail, in one line as on the page."""
    blanks = [fact.says for fact in found.facts if _is_blank(fact)]
    part = Part.FAILURE_MODES.replace("_", " ")
    return (
        _yes_or_no(not blanks),
        part,
        count_of(len(blanks), "blank"),
        "; ".join(in_short(blanks)) or "nothing is missing",
    )


def _is_blank(fact: Fact) -> bool:
    return fact.part is Part.FAILURE_MODES and not fact.met


def _yes_or_no(met: bool) -> str:
    return "yes" if met else "no"


def _signing(found: Readiness, who: Signatory) -> Row:
    one = found.standing.get(who)
    if one is None:
        return "no", "sign-off", SIGNATORY_NAMES[who], "not signed"
    said = f"{one.decision}, {one.user}, {one.signed_at.astimezone(found.zone):%Y-%m-%d} {one.reason}"
    return _yes_or_no(one.decision is Decision.GO), "sign-off", SIGNATORY_NAMES[who], said.strip()


def _of(found: Readiness, part: Part) -> list[Fact]:
    return [fact for fact in found.facts if fact.part is part]


def _name(fact: Fact) -> str:
    return fact.key.partition("/")[2] or fact.key


def _met(fact: Fact) -> dict[str, Any]:
    return {"met": fact.met, "says": fact.says}
