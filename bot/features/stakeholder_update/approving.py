"""Approve: what the update claims is ticked, its suggestions are accepted or deleted, and only then it counts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot.domain import drafts as rules
from bot.domain.claims import claims_of
from bot.domain.draft_states import Move, next_state
from bot.domain.drafts import Draft, UndecidedError, UntickedError
from bot.domain.text import clip, one_line
from bot.domain.updates import Body, Claim, ClaimKind, Suggestion
from bot.errors import UserError
from bot.features.stakeholder_update.finding import Case, as_stored, carried, case_of, latest_of, own
from bot.features.stakeholder_update.incidents_since import incidents_since
from bot.features.stakeholder_update.names import APPROVE, POST_NOW, WITHDRAW
from bot.features.stakeholder_update.saying import when
from bot.features.stakeholder_update.settling import published, published_if_due, settled, told
from bot.kit import limits
from bot.kit.asking import Ask
from bot.kit.blocks import Block, divider, fit, header, plain_section
from bot.kit.command import Action, AnyModal, Command, Effect, FieldError, Modal
from bot.kit.forms import choice, choices_of
from bot.kit.post import Post
from bot.kit.reply import Reply, View
from bot.kit.update_blocks import shown

AT_ONCE = 10
"""How many boxes one field of a form holds."""

YES, NO = "yes", "no"
_NOWHERE = "There is nowhere to post it: the product has no stakeholder channel."
_DECISIONS: Mapping[str, str] = {YES: "Accept: the update says it", NO: "Delete: nobody reads it"}
_LABELS: Mapping[ClaimKind | None, str] = {
    None: "NOTHING IS STORED BEHIND THESE: tick only what you know yourself",
    ClaimKind.NUMBER: "Numbers",
    ClaimKind.NAME: "Names",
    ClaimKind.DATE: "Dates",
    ClaimKind.COMMITMENT: "What is promised",
}
_HINT = "Tick what you have checked. Of a suggestion that you delete, nothing need be ticked."
_ROOM = 30
"""Blocks of the form that the text itself may take."""


class CorrectedMeanwhileError(UserError):
    """What was ticked is not what is stored any more."""

    def __init__(self) -> None:
        super().__init__(
            "A value behind this text was corrected while you were here; nothing was approved. Open the form again: it"
            " shows which number has nothing behind it now."
        )


def say_approve(ask: Ask) -> Reply:
    """The form that approves the latest update of a product."""
    return _form(ask, as_stored(ask.session, own(ask, latest_of(ask, "update approve"))))


def open_form(ask: Ask) -> Reply:
    """The form that approves the update of the button."""
    return _form(ask, as_stored(ask.session, own(ask, case_of(ask, ask.value))))


def approve(ask: Ask, _seen: object) -> Reply:
    """Approve what was shown and ticked; what comes too late for its time is posted at once.

    Raises `FieldError` at the place where something is not ticked or not decided.
    """
    case = as_stored(ask.session, own(ask, case_of(ask, ask.carried("update"))))
    if ask.carried("figures") != _figures(case.draft):
        raise CorrectedMeanwhileError
    body = rules.with_decisions(case.draft.body, _taken(ask, case.draft.body.suggestions), ask.user)
    after = _approved(ask, case.draft, body)
    now_approved = settled(ask, case, after, Move.APPROVE)
    then, posts = published_if_due(ask, case, now_approved)
    return told(ask, then, _answer(then, posts), posts)


def withdraw(ask: Ask) -> Reply:
    """Take the approval back, as long as nothing is posted."""
    case = own(ask, case_of(ask, ask.value))
    after = rules.withdrawn(case.draft, by=ask.user, at=ask.now)
    return told(ask, settled(ask, case, after, Move.WITHDRAW), "You took the approval back: it waits to be approved.")


def post_now(ask: Ask) -> Reply:
    """Post what is approved and past its time: there was nowhere to post it before, or its ritual rests."""
    case = own(ask, case_of(ask, ask.value))
    if not rules.is_due(case.draft, ask.now):
        return told(ask, case, f"It is posted by itself on {when(case.product, case.draft.post_due)}.")
    then, posts = published(ask, case)
    text = f"It is posted in <#{case.product.stakeholder_channel}>." if then.draft.post_key else _NOWHERE
    return told(ask, then, text, posts)


def _approved(ask: Ask, draft: Draft, body: Body) -> Draft:
    claims = claims_of(body, draft.facts)
    ticks = {tick for name in _groups(draft) for tick in ask.chosen(name)}
    try:
        return rules.approved(draft, body, claims, ticks=ticks, by=ask.user, at=ask.now)
    except (UndecidedError, UntickedError) as error:
        fields = {one.id: _suggestion_field(place) for place, one in enumerate(body.suggestions)}
        undecided = {fields[one.id]: "Accept it or delete it." for one in rules.undecided(body)}
        raise FieldError(undecided | _unticked(draft, rules.unticked(claims, ticks))) from error


def _unticked(draft: Draft, claims: Sequence[Claim]) -> dict[str, str]:
    """A sentence for each group of boxes in which something is not ticked."""
    missing: dict[str, list[str]] = {}
    fields = {claim.id: name for name, group in _groups(draft).items() for claim in group}
    for one in claims:
        missing.setdefault(fields[one.id], []).append(f"“{clip(one_line(one.text), limits.OPTION)}”")
    return {
        name: f"Not ticked: {', '.join(several)}. If it is wrong, cancel and edit the text."
        for name, several in missing.items()
    }


def _taken(ask: Ask, suggestions: Sequence[Suggestion]) -> dict[str, bool]:
    said = {one.id: ask.field(_suggestion_field(place)) for place, one in enumerate(suggestions)}
    return {suggestion: answer == YES for suggestion, answer in said.items() if answer in {YES, NO}}


def _form(ask: Ask, case: Case) -> Reply:
    draft = case.draft
    next_state(draft.state, Move.APPROVE)
    text = fit(shown(draft.body, case.product, draft.week), _ROOM)
    known = [*_own_headline(draft), *incidents_since(ask.session, case.product, draft)]
    asked = [*_suggestions(draft), *_boxes(draft)]
    view = View(
        name=APPROVE,
        title="Approve the update",
        submit="Approve",
        blocks=[*text, divider(), header("Do you stand by this?"), *known, *asked],
        carries={"update": carried(draft), "figures": _figures(draft)},
    )
    return Reply(view=view)


def _figures(draft: Draft) -> str:
    """How many of its numbers are still stored as they were."""
    return str(len(draft.facts.figures))


def _own_headline(draft: Draft) -> list[Block]:
    """What the numbers say, where somebody put the headline into other words."""
    said = draft.facts.headline
    if not said or "headline" not in draft.body.written:
        return []
    return [plain_section(f"Somebody wrote the headline. By the numbers it would be: {said}.")]


def _suggestions(draft: Draft) -> Iterator[Block]:
    for place, one in enumerate(draft.body.suggestions):
        yield plain_section(f"Suggested by Muster, agreed by nobody: {one.text}")
        chosen = None if one.accepted is None else (YES if one.accepted else NO)
        yield choice(_suggestion_field(place), "What becomes of it?", _DECISIONS, initial=chosen)


def _boxes(draft: Draft) -> Iterator[Block]:
    groups = _groups(draft)
    for name, group in groups.items():
        longer = [_words(one) for one in group if len(_words(one)) > limits.OPTION]
        if longer:
            yield plain_section("\n".join(f"• {words}" for words in longer))
        label = _LABELS[None if group[0].behind is None else group[0].kind]
        hint = _HINT if name == next(iter(groups)) else ""
        yield choices_of(name, label, {one.id: _words(one) for one in group}, hint=hint)


def _groups(draft: Draft) -> dict[str, list[Claim]]:
    """All that the text would state with all of its suggestions, in boxes of ten: what nothing is stored behind comes
    first, the rest by kind.
    """
    claims = claims_of(_with_all(draft.body), draft.facts)
    kinds = (None, *ClaimKind)
    sorted_out = {kind: [one for one in claims if (one.kind if one.behind else None) is kind] for kind in kinds}
    return {
        f"claims-{kind or 'unknown'}-{start // AT_ONCE}": group[start : start + AT_ONCE]
        for kind, group in sorted_out.items()
        for start in range(0, len(group), AT_ONCE)
    }


def _with_all(body: Body) -> Body:
    return replace(body, suggestions=tuple(replace(one, accepted=True) for one in body.suggestions))


def _words(claim: Claim) -> str:
    text = one_line(claim.text)
    return f"{text} ({one_line(claim.behind)})" if claim.behind else text


def _suggestion_field(place: int) -> str:
    return f"suggestion-{place}"


def _answer(case: Case, posts: Sequence[Post]) -> str:
    if case.draft.post_key is not None:
        return f"You approved it, and it is posted in <#{case.product.stakeholder_channel}>."
    if posts:
        return f"You approved it. {_NOWHERE}"
    return f"You approved it: it is posted on {when(case.product, case.draft.post_due)}."


COMMANDS = (
    Command(
        noun="update",
        verb="approve",
        takes="[product]",
        summary="Tick what the update claims, and approve it",
        example="update approve",
        effect=Effect.OPEN,
        run=say_approve,
        synonyms=("ok", "release"),
    ),
)
ACTIONS = (
    Action(name=APPROVE, effect=Effect.OPEN, run=open_form),
    Action(name=WITHDRAW, effect=Effect.CHANGE, run=withdraw),
    Action(name=POST_NOW, effect=Effect.CHANGE, run=post_now),
)
MODALS: tuple[AnyModal, ...] = (Modal(name=APPROVE, submit=approve),)
