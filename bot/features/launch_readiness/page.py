"""The page of readiness: what it comes to and why, then each part of it, then who signed."""

from collections.abc import Iterable, Iterator, Sequence

from bot.domain.defences import in_short
from bot.domain.launch import (
    SIGNATORY_NAMES,
    THING_NAMES,
    Decision,
    Item,
    Signatory,
    SignOff,
    Verdict,
    open_facts,
    spoken,
)
from bot.domain.launch_ground import Fact, Part
from bot.domain.text import clip, count_of, one_line
from bot.features.launch_readiness.words import NOTE_ROOM, day, listed, people, said
from bot.kit.asking import Ask
from bot.kit.blocks import (
    Block,
    actions,
    button,
    context,
    fallback,
    fit,
    header,
    markdown,
    plain_section,
    saying,
    section,
)
from bot.kit.choosing import named
from bot.kit.launching import SIGN, Readiness
from bot.kit.limits import BLOCKS
from bot.kit.reply import Reply

EDIT, TELL = "launch_readiness.edit", "launch_readiness.tell"
"""Change the list, tell the channel that it is a go (value: product id)."""

VERDICTS = {Verdict.GO: "Go", Verdict.NO_GO: "No-go", Verdict.NOT_YET: "Not yet"}
DONE, OPEN, REFUSED = "☑", "☐", "☒"
LISTED, ERRORS_LISTED, NAMED, TOGETHER, REASON_SHOWN, WHY_ROOM, BLANKS_ROOM = 8, 4, 4, 9, 200, 120, 1_000
_PARTS = {
    Part.THINGS: "Open:",
    Part.OWNERS: "Without an owner who said yes:",
    Part.TARGETS: "Not met, not known or not agreed:",
}
LINES = 5
"""How many lines one paragraph has: five notes and their names fit."""


def page(ask: Ask, found: Readiness) -> Reply:
    """Everything that is known, on one page."""
    title = f"{VERDICTS[found.outcome.verdict]}: {found.product.name}"
    shown = [
        header(title),
        plain_section(why(found)),
        *_part(_things(found), "The nine things", _of(found, Part.THINGS)),
        *_part(_owners(found), "Owners", _of(found, Part.OWNERS)),
        *_part(_targets(found), "Targets", _watched(found)),
        *_paragraphs([_line(fact) for fact in _of(found, Part.GOLDEN_SET)]),
        *_paragraphs(list(_modes(found))),
        *_paragraphs(list(_errors(found))),
        *_paragraphs(["*Who signs*", *(_signs(ask, found, one) for one in found.signing)]),
        context(markdown(f"As of {day(found.as_of, found.zone)}. {_risk(found)}")),
    ]
    row = _row(found)
    return Reply(text=fallback(title), blocks=[*fit(shown, BLOCKS - 1), row])


def why(found: Readiness) -> str:
    """Why it is go, no-go or not yet, one part of the page a line, what is gravest first; not ours throughout."""
    if found.outcome.verdict is Verdict.GO:
        return "Everything is there, and everybody who must sign says go."
    lines = [*_refusals(found), *_open_parts(found), *_unsigned(found)]
    return "\n".join(f"• {clip(one_line(line), REASON_SHOWN)}" for line in lines)


def _refusals(found: Readiness) -> Iterator[str]:
    for who, one in found.standing.items():
        if one.decision is Decision.NO_GO:
            yield f"{SIGNATORY_NAMES[who]} says no-go: {one.reason}"


def _open_parts(found: Readiness) -> Iterator[str]:
    errors = [fact for fact in _of(found, Part.ERRORS) if not fact.met]
    grave = sum(fact.trouble for fact in errors)
    if grave:
        yield f"Harmful or launch-blocking errors and incidents: {grave}"
    yield from (fact.spoken for fact in errors if not fact.trouble)
    for part, words in _PARTS.items():
        missing = [fact for fact in _of(found, part) if not fact.met]
        if missing:
            yield f"{words} {listed((fact.title for fact in missing), NAMED)}"
    blanks = sum(not fact.met for fact in _of(found, Part.FAILURE_MODES))
    if blanks:
        yield f"Failure modes: {count_of(blanks, 'blank')}"
    yield from (fact.spoken for fact in _of(found, Part.GOLDEN_SET) if not fact.met)


def _unsigned(found: Readiness) -> Iterator[str]:
    missing = [SIGNATORY_NAMES[one] for one in found.asked if one not in found.standing]
    if missing:
        yield f"Not signed: {listed(missing)}"


def _part(lines: Sequence[str], name: str, facts: Sequence[Fact]) -> list[Block]:
    met = sum(fact.met for fact in facts)
    return _paragraphs([f"*{name}: {met} of {len(facts)}*", *lines])


def _paragraphs(lines: Sequence[str]) -> list[Block]:
    return [section("\n".join(lines[start : start + LINES])) for start in range(0, len(lines), LINES)]


def _of(found: Readiness, part: Part) -> list[Fact]:
    return [fact for fact in found.facts if fact.part is part]


def _line(fact: Fact) -> str:
    return f"{DONE if fact.met else OPEN} {said(fact.title)}: {said(fact.says)}"


def _about(fact: Fact) -> str:
    return f"{_line(fact)}, {people(fact.who, ', ')}" if fact.who else _line(fact)


def _together(named: Iterable[tuple[str, str, str]]) -> list[str]:
    """A line for all that have the same mark and the same words, with their names: nine alike are one."""
    alike: dict[tuple[str, str], list[str]] = {}
    for mark, name, words in named:
        alike.setdefault((mark, words), []).append(name)
    lines = [f"{mark} {listed(names, TOGETHER)}: {words}" for (mark, words), names in alike.items()]
    more = sum(map(len, list(alike.values())[TOGETHER:]))
    return [*lines[:TOGETHER], *([f"and {more} more"] if more else [])]


def _things(found: Readiness) -> list[str]:
    met = {fact.key: fact.met for fact in _of(found, Part.THINGS)}
    return _together(
        (DONE if met[f"thing/{thing}"] else OPEN, THING_NAMES[thing], _thing(found, item))
        for thing, item in found.items.items()
    )


def _thing(found: Readiness, item: Item) -> str:
    ticked = f"ticked by <@{item.ticked_by}> {day(item.ticked_at, found.zone)}" if item.ticked_at else "open"
    proposed = found.proposed[item.thing]
    gone = ", who is no member any more" if item.owner in found.absent else ""
    owner = f"<@{item.owner}>{gone}" if item.owner else f"{people(proposed)}{' (proposed)' if proposed else ''}"
    note = f"; {said(item.note, NOTE_ROOM)}" if item.note else ""
    return f"{ticked}, owner {owner}{note}"


def _owners(found: Readiness) -> list[str]:
    facts = [fact for fact in _of(found, Part.OWNERS) if not fact.met]
    return _together((OPEN, said(fact.title), _held(fact)) for fact in facts)


def _held(fact: Fact) -> str:
    return f"{said(fact.says)}, {people(fact.who, ', ')}" if fact.who else said(fact.says)


def _targets(found: Readiness) -> list[str]:
    facts = _of(found, Part.TARGETS)
    unagreed = [fact.title.removeprefix("Target of ") for fact in facts if _is_agreement(fact) and not fact.met]
    agreed = f"{OPEN} Nobody agreed to the target of {said(', '.join(unagreed))}"
    watched = sorted(_watched(found), key=lambda fact: fact.met)
    lines = _with_rest([_line(fact) for fact in watched[:LISTED]], len(watched))
    return [*lines, agreed if unagreed else f"{DONE} {_agreements(facts)}"]


def _agreements(facts: Sequence[Fact]) -> str:
    """With whom the targets were agreed, and when."""
    every = dict.fromkeys(fact.says for fact in facts if _is_agreement(fact))
    return said(f"The targets: {listed(every)}")


def _watched(found: Readiness) -> list[Fact]:
    return [fact for fact in _of(found, Part.TARGETS) if not _is_agreement(fact)]


def _is_agreement(fact: Fact) -> bool:
    return fact.key.startswith("agreed/")


def _modes(found: Readiness) -> Iterator[str]:
    facts = _of(found, Part.FAILURE_MODES)
    blanks, modes = [fact for fact in facts if not fact.met], [one for one in facts if one.key.startswith("mode/")]
    blocking = [mode.title for mode in modes if mode.holds.get("whether it blocks") == "blocks a launch"]
    yield f"*Failure modes: {count_of(len(blanks), 'blank')}*"
    yield f"Blocking a launch: {said(', '.join(blocking)) or 'none'}"
    missing = [fact.title for fact in facts if fact.key.startswith("defence/") and fact.says == "not in place"]
    yield from [f"Against made-up facts is not in place: {said(', '.join(missing))}"] if missing else []
    unsaid = said("; ".join(in_short(one.says for one in blanks)), BLANKS_ROOM)
    yield from [f"{OPEN} Nobody said: {unsaid}"] if unsaid else []


def _errors(found: Readiness) -> Iterator[str]:
    facts = _of(found, Part.ERRORS)
    troubles = [fact for fact in facts if fact.trouble]
    yield f"*Harmful or launch-blocking errors and incidents: {len(troubles) or 'none known'}*"
    yield from (_line(fact) for fact in facts if not fact.trouble)
    yield from _with_rest([_about(fact) for fact in troubles[:ERRORS_LISTED]], len(troubles))


def _with_rest(lines: Sequence[str], every: int) -> list[str]:
    more = every - len(lines)
    return [*lines, *([f"and {more} more"] if more > 0 else [])]


def _signs(ask: Ask, found: Readiness, who: Signatory) -> str:
    name, speaking = SIGNATORY_NAMES[who], found.speaking[who]
    signed = found.standing.get(who)
    if signed is not None:
        unasked = f". It need not sign, but this stands until `{ask.command} launch back {spoken(who)}`"
        mark = DONE if signed.decision is Decision.GO else REFUSED
        return f"{mark} {name}: {_signed(found, signed)}{'' if who in found.asked else unasked}"
    waits = f"not signed; {people(speaking)} may" if speaking else "nobody speaks for it yet"
    return f"{OPEN} {name}: {waits}{_fell(found, who)}"


def _signed(found: Readiness, one: SignOff) -> str:
    reason = f": {said(one.reason, NOTE_ROOM)}" if one.reason else ""
    return f"*{one.decision}*, <@{one.user}> {day(one.signed_at, found.zone)}{reason}"


def _fell(found: Readiness, who: Signatory) -> str:
    """That what was signed last for a function fell, and why."""
    fallen = _fallen(found, who)
    if fallen is None:
        return ""
    one, why = fallen
    when = f" {day(one.fallen_at, found.zone)}" if one.fallen_at else ""
    before = [_fallen(found, other) for other in found.signing[: found.signing.index(who)]]
    is_same = why in {earlier[1] for earlier in before if earlier}
    return f". That of <@{one.user}> fell{when}{', for the same reason' if is_same else f': {said(why, WHY_ROOM)}'}"


def _fallen(found: Readiness, who: Signatory) -> tuple[SignOff, str] | None:
    """What was signed last for a function, where it fell, and why."""
    recorded, over = found.recorded.get(who), found.before.get(who)
    if recorded is not None:
        return (recorded, " ".join(found.fallen[who])) if who in found.fallen else None
    return (over, over.fallen_why) if over is not None and over.fell else None


def _risk(found: Readiness) -> str:
    also = "compliance signs too" if Signatory.COMPLIANCE in found.asked else "compliance need not sign"
    open_points = len(open_facts(found.facts))
    points = "nothing is open" if not open_points else f"{count_of(open_points, 'point')} open"
    return f"{named(found.product)}: {points}. Its risk is {found.product.record.risk}: {also}."


def _row(found: Readiness) -> Block:
    value = str(found.product.id)
    tell = [button("Tell the channel", TELL, value=value)] if found.outcome.verdict is Verdict.GO else []
    silent = [one for one in found.asked if not found.speaking[one]]
    name = [saying("Name who signs", f"product edit {found.product.key}")] if silent else []
    edit = button("Change the list", EDIT, value=value)
    return actions("launch", button("Sign", SIGN, value=value), edit, *name, *tell)
