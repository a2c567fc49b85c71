"""`Tell the channel`: the team hears once that its product may launch, when somebody wants it to."""

from collections.abc import Sequence

from bot.domain.launch import SignOff, Verdict, first_given, spoken
from bot.errors import UserError
from bot.features.launch_readiness.page import TELL
from bot.features.launch_readiness.words import day, listed
from bot.kit.asking import Ask
from bot.kit.blocks import actions, button, context, fallback, markdown, section
from bot.kit.choosing import named, product_with_id
from bot.kit.command import Action, Effect
from bot.kit.launching import SHOW, Readiness, readiness_of
from bot.kit.permission import require_may_change
from bot.kit.post import Post
from bot.kit.reply import Reply
from bot.store import audit, posts, sign_offs
from bot.store.products import LOCAL_WORKSPACE


class NoGoYetError(UserError):
    """It is not a go, or not any more."""

    def __init__(self) -> None:
        super().__init__("It is not a go any more, so nobody was told. Say “launch” to see why.")


class NoChannelError(UserError):
    """There is nowhere to say it."""

    def __init__(self, key: str) -> None:
        super().__init__(f"This product has no channel yet. Say “product edit {key}” to give it one.")


class ToldBeforeError(UserError):
    """The channel heard of this go already."""

    def __init__(self) -> None:
        super().__init__("The channel has heard it already; it hears of each go once.")


def tell(ask: Ask) -> Reply:
    """Say in the team's channel that everybody who must sign says go."""
    product = product_with_id(ask, ask.value)
    found = readiness_of(ask.session, product, now=ask.now)
    if ask.user not in {one.user for one in found.standing.values()}:
        require_may_change(ask, product)
    if found.outcome.verdict is not Verdict.GO:
        raise NoGoYetError
    if product.team_channel is None:
        raise NoChannelError(product.key)
    post = _post(found, product.team_channel, sign_offs.of_product(ask.session, product.id))
    if posts.named(ask.session, LOCAL_WORKSPACE, post.key) is not None:
        raise ToldBeforeError
    text = f"You told <#{product.team_channel}> that {named(product)} may launch."
    audit.done(ask.session, user=ask.user, what="launch tell", now=ask.now, product=product, detail=text)
    return Reply(text=text, posts=[post])


def _post(found: Readiness, channel: str, made: Sequence[SignOff]) -> Post:
    product, signed = found.product, [found.standing[one] for one in found.asked]
    who = listed((f"<@{one.user}> ({spoken(one.signatory)})" for one in signed), most=len(signed))
    # Each go is told once, however often the same people sign the same while it stands.
    key = f"{product.key}/launch/go/{'-'.join(str(first_given(one, made)) for one in signed)}"
    text = f"{named(product)} may launch: signed by {who}."
    latest = max(one.signed_at for one in signed)
    note = context(markdown(f"The last sign-off is of {day(latest, found.zone)}. Nothing on its page is open."))
    row = actions("go", button("See the page", SHOW, value=str(product.id)))
    plain = fallback(f"{product.name} may launch: everybody who must sign says go.")
    return Post(key=key, to=channel, text=plain, blocks=[section(text), note, row])


ACTIONS = (Action(name=TELL, effect=Effect.CHANGE, run=tell),)
