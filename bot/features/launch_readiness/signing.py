"""Signing for a function: go or no-go, by somebody who speaks for it, on the ground that the page shows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.launch import (
    SIGNATORY_NAMES,
    SIGNED_ANEW,
    TAKEN_BACK,
    Decision,
    Signatory,
    SignOff,
    Verdict,
    open_facts,
    require_reason,
    spoken,
)
from bot.domain.launch_words import decision_meant, signatory_meant
from bot.domain.product import Product
from bot.domain.text import count_of
from bot.domain.words import number_of
from bot.errors import UserError
from bot.features.launch_readiness.falling import lapse, lapsed
from bot.features.launch_readiness.page import TELL, VERDICTS
from bot.features.launch_readiness.words import REASON_ROOM, day, kept, listed, people, said
from bot.kit.asking import Ask
from bot.kit.blocks import actions, button, section
from bot.kit.choosing import named, product_of, product_with_id
from bot.kit.command import Action, Command, Effect
from bot.kit.launching import SHOW, Readiness, readiness_of, speaking_for
from bot.kit.post import Post
from bot.kit.reply import ForbiddenError, MarkedUpError, Reply
from bot.store import audit, sign_offs
from bot.store.sign_offs import NewSignOff, SignedBeforeError

BACK = "launch_readiness.back"
"""Take a sign-off back (value: its number)."""


class NotSpeakingError(ForbiddenError):
    """Somebody signs for a function who does not speak for it; admins neither: a name stands behind each function."""

    def __init__(self, ask: Ask, found: Readiness, asked: Sequence[Signatory]) -> None:
        who = "; ".join(f"{spoken(one)}: {people(found.speaking[one])}" for one in asked)
        named = " Who is named for its part of the launch accepts that first." if found.product.record.areas else ""
        super().__init__(
            "Only who speaks for a function signs for it, and no admin in their place: a sign-off says who stands"
            f" behind it. {who}.{named} `{ask.command} product edit {found.product.key}` names people."
        )


class WhichFunctionError(MarkedUpError):
    """Somebody speaks for several functions, and signs for each on its own."""

    def __init__(self, ask: Ask, mine: Sequence[Signatory]) -> None:
        said_so = " or ".join(f"`{ask.command} launch sign {spoken(one)} go`" for one in mine)
        super().__init__(f"You speak for {listed(map(spoken, mine))}, and sign for each on its own: {said_so}.")


class NotAskedError(UserError):
    """Compliance signs where the risk is high or critical."""

    def __init__(self, found: Readiness) -> None:
        super().__init__(
            f"Compliance signs where the risk is high or critical; here it is {found.product.record.risk}."
        )


class SignedAlreadyError(MarkedUpError):
    """Somebody else of the function has signed."""

    def __init__(self, found: Readiness, stands: SignOff | None) -> None:
        what = (
            f"<@{stands.user}> signed {stands.decision} for {spoken(stands.signatory)}"
            f" {day(stands.signed_at, found.zone)}; yours was not saved. It can be taken back first."
            if stands
            else "Somebody signed for this at the same moment; yours was not saved. Look at the page, then repeat it."
        )
        super().__init__(what)


class NothingSignedError(UserError):
    """There is nothing to take back."""

    def __init__(self) -> None:
        super().__init__("This sign-off does not stand any more: there is nothing to take back.")


class NeverSignedError(UserError):
    """Nobody ever signed for the function, or for any."""

    def __init__(self, signatory: Signatory | None) -> None:
        what = f"{SIGNATORY_NAMES[signatory]} was never signed" if signatory else "Nothing was signed yet"
        super().__init__(f"{what}: there is nothing to take back.")


class NoDecisionError(UserError):
    """The words say neither go nor no-go."""

    def __init__(self) -> None:
        super().__init__("Say go or no-go right after the function, like “launch sign product go”.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Signing:
    """What somebody wants to sign; *signatory* None: the only function they speak for."""

    signatory: Signatory | None
    decision: Decision
    reason: str


def say(ask: Ask) -> Reply:
    """Sign in words: a function where it takes one, go or no-go, and why."""
    product, words = product_of(ask, "launch sign")
    meant, taken = signatory_meant(words) or (None, 0)
    decided, more = decision_meant(words[taken:]) or (Decision.GO, 0)
    if not more:
        raise NoDecisionError
    reason = " ".join(words[taken + more :])
    return signed(ask, product, Signing(signatory=meant, decision=decided, reason=reason))


def says_all(words: Sequence[str]) -> bool:
    """Whether the words hold a decision: a product and a function may stand before it."""
    return any(decision_meant(words[start : start + 2]) for start in range(min(len(words), 4)))


def signed(ask: Ask, product: Product, wanted: Signing) -> Reply:
    """Keep what the person signs, on the facts as they are now. Raises `NotSpeakingError` and its kin."""
    found = readiness_of(ask.session, product, now=ask.now)
    posts = lapsed(ask.session, found)
    who = function_of(ask, found, wanted.signatory)
    reason = kept(product, wanted.reason, REASON_ROOM)
    require_reason(wanted.decision, reason, found.facts)
    stands = found.standing.get(who)
    if stands and (stands.user, stands.decision, stands.reason) == (ask.user, wanted.decision, reason):
        return _as_before(found, stands, posts)
    _make_room(ask, found, who)
    new = NewSignOff(
        product_id=product.id,
        signatory=who,
        user=ask.user,
        decision=wanted.decision,
        reason=reason,
        ground=found.ground,
    )
    try:
        made = sign_offs.sign(ask.session, new, ask.now)
    except SignedBeforeError as error:
        raise SignedAlreadyError(found, error.stands) from error
    return _told(ask, replace(found, recorded={**found.standing, who: made}, fallen={}), made, posts)


def function_of(ask: Ask, found: Readiness, wanted: Signatory | None) -> Signatory:
    """The function that the person signs for. Raises `NotAskedError`, `NotSpeakingError`, `WhichFunctionError`."""
    if wanted is not None and wanted not in found.asked:
        raise NotAskedError(found)
    mine = found.may_sign(ask.user)
    if not mine or (wanted is not None and wanted not in mine):
        raise NotSpeakingError(ask, found, found.asked if wanted is None else [wanted])
    if wanted is None and len(mine) > 1:
        raise WhichFunctionError(ask, mine)
    return wanted or mine[0]


def say_back(ask: Ask) -> Reply:
    """Take back in words: a function where it takes one."""
    product, words = product_of(ask, "launch back")
    meant, _ = signatory_meant(words) or (None, 0)
    standing = sign_offs.standing(ask.session, product.id)
    mine = [one for who, one in standing.items() if meant in {None, who} and _may_take_back(ask, product, one)]
    if not mine and meant in standing:
        return _taken_back(ask, product, standing[meant])
    if not mine:
        made = sign_offs.of_product(ask.session, product.id)
        ever = any(meant in {None, one.signatory} for one in made)
        raise NothingSignedError if ever else NeverSignedError(meant)
    if len(mine) > 1:
        raise WhichFunctionError(ask, [one.signatory for one in mine])
    return _taken_back(ask, product, mine[0])


def press_back(ask: Ask) -> Reply:
    """Take back the sign-off that the button names."""
    one = sign_offs.with_id(ask.session, number_of(ask.value))
    if one is None or one.fallen_at is not None:
        raise NothingSignedError
    return _taken_back(ask, product_with_id(ask, str(one.product_id)), one)


def _taken_back(ask: Ask, product: Product, one: SignOff) -> Reply:
    if not _may_take_back(ask, product, one):
        raise NotSpeakingError(ask, readiness_of(ask.session, product, now=ask.now), [one.signatory])
    if not sign_offs.fell(ask.session, one.id, TAKEN_BACK, ask.now):
        raise NothingSignedError
    what = "your sign-off" if one.user == ask.user else f"the {one.decision} of <@{one.user}>"
    text = f"You took back {what} for {spoken(one.signatory)} of {named(product)}."
    audit.done(ask.session, user=ask.user, what="launch sign-off back", now=ask.now, product=product, detail=text)
    return Reply(text=text, replace=True, posts=lapse(ask, product))


def _may_take_back(ask: Ask, product: Product, one: SignOff) -> bool:
    return ask.user == one.user or ask.user in speaking_for(ask.session, product, one.signatory)


def _make_room(ask: Ask, found: Readiness, who: Signatory) -> None:
    """Who signs anew takes back what they signed before; what somebody else signed stays."""
    stands = found.standing.get(who)
    if stands is not None and stands.user != ask.user:
        raise SignedAlreadyError(found, stands)
    if stands is not None:
        sign_offs.fell(ask.session, stands.id, SIGNED_ANEW, ask.now)


def _told(ask: Ask, found: Readiness, made: SignOff, posts: Sequence[Post]) -> Reply:
    product = found.product
    why = f": {said(made.reason)}" if made.reason else ""
    text = f"You signed *{made.decision}* for {spoken(made.signatory)} of {named(product)}{why}."
    audit.done(ask.session, user=ask.user, what="launch sign-off", now=ask.now, product=product, detail=text)
    go = [button("Tell the channel", TELL, value=str(product.id))] if found.outcome.verdict is Verdict.GO else []
    back = button("Take it back", BACK, value=str(made.id))
    row = actions("signed", back, button("See the page", SHOW, value=str(product.id)), *go)
    return Reply(text=text, blocks=[section(f"{text}\n{_standing(found)}"), row], posts=posts)


def _as_before(found: Readiness, stands: SignOff, posts: Sequence[Post]) -> Reply:
    """That the same was signed before and stands: nothing is signed, so the channel has no other go to hear of."""
    what = f"you signed *{stands.decision}* for {spoken(stands.signatory)} of {named(found.product)}"
    text = f"It is so already: {what} {day(stands.signed_at, found.zone)}."
    back = button("Take it back", BACK, value=str(stands.id))
    row = actions("signed", back, button("See the page", SHOW, value=str(found.product.id)))
    return Reply(text=text, blocks=[section(f"{text}\n{_standing(found)}"), row], posts=posts)


def _standing(found: Readiness) -> str:
    """Where the launch is after that, in a sentence."""
    missing = [SIGNATORY_NAMES[one] for one in found.asked if one not in found.standing]
    open_points = len(open_facts(found.facts))
    facts = [f"{count_of(open_points, 'point')} open"] if open_points else []
    facts += [f"{listed(missing)} not signed"] if missing else []
    return f"{VERDICTS[found.outcome.verdict]}{': ' if facts else ''}{', '.join(facts)}."


ACTIONS = (Action(name=BACK, effect=Effect.CHANGE, run=press_back),)
BACK_COMMAND = Command(
    noun="launch",
    verb="back",
    takes="[product] [function]",
    summary="Take a sign-off back",
    example="launch back product",
    effect=Effect.CHANGE,
    run=say_back,
    synonyms=("withdraw", "unsign"),
)
