"""Owners let go of something: somebody else has it from now on, or they retire from it and say why."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from bot.domain.holders import is_group, mention, mentions
from bot.domain.ownership import Did, Origin, Ownership, handed_over, without
from bot.domain.text import bounded, clip, one_line
from bot.features.ownership.accepting import REASON_ROOM
from bot.features.ownership.confirming_answers import all_asked, held_in, what
from bot.features.ownership.confirming_messages import HAND_OVER, RETIRE, settle
from bot.features.ownership.confirming_rows import Held
from bot.features.ownership.deeds import Turn, done
from bot.features.ownership.leaving_news import told_first
from bot.features.ownership.setting import Found, look, remember, unfit
from bot.features.ownership.words import spoken_key
from bot.kit.asking import Ask
from bot.kit.blocks import actions, fallback, plain_section, saying, section
from bot.kit.command import Action, AnyModal, Effect, FieldError, Modal
from bot.kit.forms import choice, person, text_input
from bot.kit.post import Post
from bot.kit.prose import NAME_ROOM
from bot.kit.reply import Reply, View
from bot.kit.safekeeping import protected_text
from bot.store import groups, ownerships, products
from bot.store.products import LOCAL_WORKSPACE

THIS, ALL = "this", "all"
WAITS = "They are asked to say yes; until they do, it shows that it waits."


def open_hand_over(ask: Ask) -> Reply:
    """The form that asks who has it from now on."""
    held = held_in(ask, ask.value)
    only = f"Only {spoken_key(held.row.responsibility)} of {clip(one_line(held.product.name), 30)}"
    several = {THIS: only, ALL: "All that I own, of every product"}
    fields = [
        person("to", f"Who has it from now on{_spelled(ask, held)}?", hint=WAITS),
        *([choice("what", "What", several, initial=THIS)] if len(_owned(ask)) > 1 else []),
    ]
    carries = {"about": ask.value}
    return Reply(view=View(name=HAND_OVER, title="Hand over", submit="Hand over", blocks=fields, carries=carries))


def chosen(ask: Ask) -> str:
    """Who is to have it. Raises `FieldError` where it is nobody else."""
    to = ask.field("to")
    if to is None or to == ask.user:
        raise FieldError({"to": "Choose somebody else: “Still mine” keeps it."})
    return to


def hand_over(ask: Ask, found: Found | None) -> Reply:
    """The other has it from now on, and is asked to say yes; who handed it over is the backup where there is none."""
    to, held = chosen(ask), held_in(ask, ask.carried("about") or "")
    if found is not None:
        remember(ask, found)
        if why := unfit(found).get(to):
            raise FieldError({"to": f"This person cannot have it: {why}."})
    others = _owned(ask) if ask.field("what") == ALL else []
    several = sorted([held, *(one for one in others if one != held)], key=lambda one: one.product.id)
    return _together([_handed(ask, list(ones), to) for _, ones in groupby(several, key=lambda one: one.product.id)])


def open_retire(ask: Ask) -> Reply:
    """The form that asks why."""
    held = held_in(ask, ask.value)
    label = f"Why do you retire from {spoken_key(held.row.responsibility)}{_spelled(ask, held)}?"
    hint = "The leads read it. The backup becomes the owner; without one, nobody answers for it."
    fields = [text_input("reason", label, hint=hint, longest=REASON_ROOM)]
    carries = {"about": ask.value}
    return Reply(view=View(name=RETIRE, title="Retire", submit="Retire", blocks=fields, carries=carries))


def retire(ask: Ask, _seen: object) -> Reply:
    """They have it no longer: the backup becomes the owner, or it is a gap; the leads are told at once, and why."""
    held = held_in(ask, ask.carried("about") or "")
    why = protected_text(one_line(bounded(ask.field("reason") or "", REASON_ROOM)), held.product.record.pii)
    if not why:
        raise FieldError({"reason": "Say in a few words why."})
    after = without(held.row, held.holder, now=ask.now)
    told = f"<@{ask.user}> retired from {_what(held)}. {_who_now(after)}"
    text = f"You retired from {_what(held)}. {_who_now(after)} The leads are told why."
    turn = Turn(before=held.row, after=after, did=Did.RETIRED)
    reply = done(ask, held.product, [turn], Origin.FORM, text=text, posts=_leads_told(ask, held, told, why))
    words = f"<@{ask.user}> retired from it{_for_group(held)}. {_who_now(after)}"
    settle(ask, all_asked(ask, held), held.row, words)
    return reply


def _owned(ask: Ask) -> list[Held]:
    """Everything that the person owns themselves, in every product."""
    known = {one.id: one for one in products.everything(ask.session)}
    rows = [one for one in ownerships.naming(ask.session, ask.user) if ask.user in one.owners]
    return [Held(product=known[row.product_id], row=row, holder=ask.user) for row in rows]


def _handed(ask: Ask, several: Sequence[Held], to: str) -> Reply:
    """Hand over what is held of one product."""
    turns = [Turn(before=one.row, after=_after(ask, one, to), did=Did.HANDED_OVER) for one in several]
    names = ", ".join(_what(one) for one in several)
    backups = [one.holder for turn, one in zip(turns, several, strict=True) if turn.after.backup == one.holder]
    stays = "".join(f" {_stays(ask, holder)}" for holder in dict.fromkeys(backups))
    waits = f" {WAITS}" if any(turn.after.waits_for for turn in turns) else ""
    text = f"You handed {names} to {mention(to)}.{waits}{stays}"
    reply = done(ask, several[0].product, turns, Origin.FORM, text=text)
    for one in several:
        settle(ask, all_asked(ask, one), one.row, f"<@{ask.user}> handed it{_for_group(one)} to {mention(to)}.")
    return reply


def _stays(ask: Ask, holder: str) -> str:
    who = "you are" if holder == ask.user else f"{mention(holder)} is"
    return f"Where there was no backup, {who} it now, until somebody else is named."


def _what(held: Held) -> str:
    """What is held, and for which group, if the person answers for one."""
    return f"{what(held)}{_for_group(held)}"


def _for_group(held: Held) -> str:
    return f" for {mention(held.holder)}" if is_group(held.holder) else ""


def _spelled(ask: Ask, held: Held) -> str:
    """The same where mentions are only text: in a form, by the group's handle."""
    if not is_group(held.holder):
        return ""
    known = groups.known(ask.session, LOCAL_WORKSPACE, held.holder)
    return f" for {f'@{clip(known.handle, NAME_ROOM)}' if known else 'the user group'}"


def _after(ask: Ask, held: Held, to: str) -> Ownership:
    after = handed_over(held.row, held.holder, to, by=ask.user, now=ask.now)
    if after.backup is not None:
        return after
    return replace(after, backup=held.holder, accepted=(*after.accepted, held.holder))


def _together(replies: Sequence[Reply]) -> Reply:
    """Several answers as one; each keeps its way back."""
    blocks = [
        {**block, **({"block_id": f"{block['block_id']}-{place}"} if "block_id" in block else {})}
        for place, reply in enumerate(replies)
        for block in reply.blocks
    ]
    posts = [post for reply in replies for post in reply.posts]
    return Reply(text="\n".join(reply.text for reply in replies), blocks=blocks, posts=posts)


def _leads_told(ask: Ask, held: Held, text: str, why: str) -> list[Post]:
    row, product = held.row, held.product
    key = f"ownership/retired/{product.id}/{row.responsibility}/{row.version}"
    press = actions("retired", saying("Name somebody", f"owner edit {product.key}"))
    short = fallback(f"Retired: {spoken_key(row.responsibility)} of {product.name}{_spelled(ask, held)}")
    blocks = [section(text), plain_section(f"Why: {why}"), press]
    leads = told_first(ask.session, product, admins=ask.admins, but=[ask.user])
    return [Post(key=f"{key}/{user}", to=user, text=short, blocks=blocks) for user in leads]


def _who_now(after: Ownership) -> str:
    if after.is_gap:
        return "Nobody answers for it now."
    return f"{mentions(after.acting)} {'answers' if len(after.acting) == 1 else 'answer'} for it now."


ACTIONS = (
    Action(name=HAND_OVER, effect=Effect.OPEN, run=open_hand_over),
    Action(name=RETIRE, effect=Effect.OPEN, run=open_retire),
)
MODALS: tuple[AnyModal, ...] = (
    Modal(
        name=HAND_OVER,
        submit=hand_over,
        ask=lambda ask: [chosen(ask)],
        fetch=look,
    ),
    Modal(name=RETIRE, submit=retire),
)
