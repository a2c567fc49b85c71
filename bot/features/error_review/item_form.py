"""The form for one item: what the person speaks for, a note, the right answer, and the team's word for the error."""

from collections.abc import Iterator, Mapping, Sequence

from bot.domain.people import Role
from bot.domain.reviewing import Part, parts_of
from bot.domain.text import clip
from bot.domain.truth import Origin
from bot.domain.words import number_of
from bot.features.error_review import card, meeting, speaking
from bot.features.error_review.meeting import Spot
from bot.kit import verdicts
from bot.kit.asking import Ask
from bot.kit.blocks import Block, context, divider, markdown
from bot.kit.command import FieldError
from bot.kit.forms import anew, choice, field_of, text_input
from bot.kit.reply import Reply, View
from bot.kit.safekeeping import protected_text
from bot.store import audit, kinds, meetings, products, truths
from bot.store.meetings import Item

FORM = "error_review.words"
FIELDS: Mapping[Part, str] = {Part.PRODUCT: "severity", Part.ML: "cause"}
LABELS: Mapping[Part, str] = {Part.PRODUCT: "How bad is it for the user?", Part.ML: "Why did it happen?"}


def open_item(ask: Ask) -> Reply:
    """The form for the item that the button names."""
    return Reply(view=_form(ask, meeting.open_spot(ask, ask.value)))


def walk(ask: Ask) -> Reply:
    """The form for the first item that waits for the person, and after it the next, until all are through."""
    first = ask.value.partition(" ")[0]
    everything = meetings.items(ask.session, number_of(first))
    waits = waiting_for(ask, everything)
    if not waits:
        return Reply(text="You have spoken on everything here. Thank you.")
    return Reply(view=_form(ask, meeting.open_spot(ask, card.place(waits[0])), walking=True))


def submit(ask: Ask, _seen: object) -> Reply:
    """Keep what the form says; nothing that anybody else said is touched."""
    at = meeting.open_spot(ask, ask.carried("item") or "", typed=ask.field("note") or "")
    taken = _taken_kind(ask, at)
    if taken is not None:
        return Reply(view=taken)
    _say(ask, at)
    _propose(ask, at)
    _call(ask, at)
    meeting.follow(ask, at)
    walking = ask.carried("walking") == "yes"
    waits = waiting_for(ask, meetings.items(ask.session, at.review.id)) if walking else []
    if waits:
        following = meeting.open_spot(ask, card.place(waits[0]))
        return Reply(view=_form(ask, following, walking=True, notice=f"Saved: number {at.item.rank}."))
    return Reply(text=_answer(ask, at, walking=walking))


def waiting_for(ask: Ask, everything: Sequence[Item]) -> list[Item]:
    """The items that still wait for a word of the person who asks, in order."""
    if not everything:
        return []
    held = _held(ask, meeting.spot(ask, card.place(everything[0])))
    return [one for one in everything if one.said.quick is None and not _spoke(one, ask.user, held)]


def speaks(role: Role) -> bool:
    """Whether somebody in this role is to speak in a review."""
    return bool(parts_of([role]))


def _spoke(item: Item, user: str, held: Sequence[Part]) -> bool:
    """Whether *user* has spoken for every part they hold, or for any where they hold none."""
    spoken = {one.part for one in item.said.words if one.user == user and one.verdict}
    return spoken.issuperset(held) if held else bool(spoken)


def _held(ask: Ask, at: Spot) -> tuple[Part, ...]:
    return parts_of(one.role for one in products.people(ask.session, at.product.id) if one.user == ask.user)


def _parts(ask: Ask, at: Spot) -> tuple[Part, ...]:
    """The parts the person speaks for; somebody without a role here may speak for either."""
    return _held(ask, at) or tuple(Part)


def _form(ask: Ask, at: Spot, *, walking: bool = False, notice: str = "") -> View:
    carries = {"item": card.place(at.item), "kind": at.item.kind or "", "walking": "yes" if walking else "no"}
    blocks = [
        *([context(markdown(notice))] if notice else []),
        *card.facts(meeting.shown(ask, at)),
        *card.said(at.item, meeting.decider(ask, at.product)),
        divider(),
        *(anew(block, at.item.rank) for block in _inputs(ask, at)),
    ]
    total = len(meetings.items(ask.session, at.review.id))
    submit = "Save, next" if walking else "Save"
    return View(name=FORM, title=f"Number {at.item.rank} of {total}", blocks=blocks, submit=submit, carries=carries)


def _inputs(ask: Ask, at: Spot) -> Iterator[Block]:
    parts = _parts(ask, at)
    mine = {part: speaking.own(at, part, ask.user) for part in Part}
    for part in parts:
        said = mine[part]
        initial = said.verdict if said else None
        yield choice(FIELDS[part], LABELS[part], verdicts.VERDICTS[part], initial=initial, optional=True)
    note = next((said.note for part in parts if (said := mine[part]) and said.note), None)
    yield text_input("note", "In your words", initial=note, lines=True, optional=True)
    yield text_input(
        "answer",
        "The right answer, if you know it",
        hint="It counts once a domain expert has verified it.",
        lines=True,
        optional=True,
    )
    known = {str(one.id): one.name for one in kinds.of_product(ask.session, at.product.id)[-100:]}
    if known:
        chosen = next((number for number, name in known.items() if name == at.item.kind), None)
        yield choice("kind", "Kind of error", known, initial=chosen, optional=True)
    yield text_input("new_kind", "Or a new kind, in your words", optional=True, longest=80)


def _say(ask: Ask, at: Spot) -> None:
    """Keep verdicts and note. Raises `FieldError` where the form says nothing at all."""
    parts, note = _parts(ask, at), ask.field("note") or ""
    chosen = {part: ask.field(FIELDS[part]) for part in parts}
    if not any(chosen.values()) and not any(ask.field(name) for name in ("note", "answer", "kind", "new_kind")):
        raise FieldError({"note": "Choose or write something; to leave it as it is, press Cancel."})
    for part, verdict in chosen.items():
        if verdict is not None and verdict not in verdicts.VERDICTS[part]:
            raise FieldError({FIELDS[part]: "This cannot be chosen."})
    noted = next((part for part, verdict in chosen.items() if verdict), parts[0])
    for part, verdict in chosen.items():
        words = note if part is noted else ""
        if verdict or words or speaking.own(at, part, ask.user):
            speaking.say(ask, at, part, verdict=verdict, note=words)


def _propose(ask: Ask, at: Spot) -> None:
    """A corrected answer is a proposal, until a domain expert verifies it."""
    answer = ask.field("answer")
    if answer is not None:
        answer = protected_text(answer, at.product.record.pii)
        truths.propose(
            ask.session,
            product_id=at.product.id,
            prediction_row_id=at.item.row_id,
            origin=Origin.REVIEW,
            proposal=answer,
            by=ask.user,
            now=ask.now,
        )


def _wanted_kind(ask: Ask, at: Spot) -> str | None:
    """The name that the form gives the error, None for none."""
    known = {str(one.id): one.name for one in kinds.of_product(ask.session, at.product.id)}
    return ask.field("new_kind") or known.get(ask.field("kind") or "")


def _taken_kind(ask: Ask, at: Spot) -> View | None:
    """The form again, with everything typed, where somebody else has named the error meanwhile, and differently."""
    wanted, now = _wanted_kind(ask, at), at.item.kind
    seen = ask.carried("kind") or None
    if now is None or now == seen or wanted is None or wanted == now:
        return None
    notice = "Somebody named this kind of error meanwhile. Nothing is saved yet: choose which name holds, then save."
    again = _form(ask, at, walking=ask.carried("walking") == "yes", notice=notice)
    return View(
        name=again.name,
        title=again.title,
        submit=again.submit,
        carries=again.carries,
        blocks=[_typed(block, ask) for block in again.blocks],
    )


def _typed(block: Block, ask: Ask) -> Block:
    """An input with what the person typed or chose in it."""
    typed = ask.field(field_of(block["block_id"])) if block["type"] == "input" else None
    if typed is None:
        return block
    element = dict(block["element"])
    if element["type"] == "plain_text_input":
        return {**block, "element": {**element, "initial_value": typed}}
    options = [one for one in element["options"] if one["value"] == typed]
    return {**block, "element": {**element, **({"initial_option": options[0]} if options else {})}}


def _call(ask: Ask, at: Spot) -> None:
    wanted = _wanted_kind(ask, at)
    if wanted is not None and wanted != at.item.kind:
        kind = kinds.called(ask.session, at.product.id, wanted, by=ask.user, now=ask.now)
        meetings.call(ask.session, at.item.id, kind.id)
        what = f"review {at.review.id} number {at.item.rank}: kind of error"
        audit.done(ask.session, user=ask.user, what=what, now=ask.now, product=at.product, detail=clip(wanted, 200))


def _answer(ask: Ask, at: Spot, *, walking: bool) -> str:
    """What was said, and where the others see it differently."""
    after = meetings.item(ask.session, at.review.id, at.item.rank) or at.item
    decider = meeting.decider(ask, at.product)
    differ = [
        f" You differ about {verdicts.PARTS[part]}: {_voices(after, part)}. Both stay"
        + (f", <@{decider}> settles it." if decider else ".")
        for part in Part
        if after.said.disagree(part)
    ]
    done = f"You spoke on number {at.item.rank}: {card.summary(after)}." if not walking else "You are through the list."
    return "".join([done, *differ])


def _voices(item: Item, part: Part) -> str:
    return ", ".join(
        f"<@{one.user}> says {verdicts.word(part, one.verdict)}" for one in item.said.of(part) if one.verdict
    )
