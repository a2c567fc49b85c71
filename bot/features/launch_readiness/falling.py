"""Sign-offs whose ground was lost: it is written down once, and whoever signed hears why."""

from collections.abc import Sequence
from datetime import time

from sqlmodel import Session

from bot.domain.launch import SignOff, spoken
from bot.domain.product import Product
from bot.domain.text import clip, count_of
from bot.features.launch_readiness.words import day
from bot.kit.asking import Ask
from bot.kit.blocks import actions, button, fallback, plain_section, section
from bot.kit.choosing import named
from bot.kit.later import Later
from bot.kit.launching import SHOW, SIGN, Readiness, readiness_of
from bot.kit.owning import present
from bot.kit.post import Post
from bot.kit.reply import Reply
from bot.store import audit, products, sign_offs

LOOK = "launch_readiness.look"
LOOK_AT = time(8, 45)
"""After the checks of the morning."""

SENTENCES, WHY_ROOM = 6, 1_500


def look(ask: Ask) -> Reply:
    """Let every sign-off fall that lost its ground since yesterday."""
    signed = sign_offs.products_signed_for(ask.session)
    posts = [post for one in products.everything(ask.session) if one.id in signed for post in lapse(ask, one)]
    return Reply(posts=posts)


def lapse(ask: Ask, product: Product) -> list[Post]:
    """Let fall what lost its ground, and say so to whoever signed; nobody hears of it twice."""
    return lapsed(ask.session, readiness_of(ask.session, product, now=ask.now))


def lapsed(session: Session, found: Readiness) -> list[Post]:
    """The same, where how ready it is was just read."""
    over = [(found.recorded[who], in_words(why)) for who, why in found.fallen.items()]
    fell = [(one, why) for one, why in over if _fell(session, found, one, why)]
    # Who left is not written to: the page says it.
    here = present(session, [one.user for one, _ in fell])
    return [_told(found, one, why) for one, why in fell if one.user in here]


def in_words(why: Sequence[str]) -> str:
    """Why a sign-off fell, in a few sentences; not ours throughout."""
    more = len(why) - SENTENCES
    rest = [f"And {count_of(more, 'more change')}."] if more > 0 else []
    return clip(" ".join([*why[:SENTENCES], *rest]), WHY_ROOM)


def _fell(session: Session, found: Readiness, one: SignOff, why: str) -> bool:
    if not sign_offs.fell(session, one.id, why, found.as_of):
        return False
    what = f"launch sign-off {one.id} fell"
    audit.done(session, user="", what=what, now=found.as_of, product=found.product, detail=why)
    return True


def _told(found: Readiness, one: SignOff, why: str) -> Post:
    signed = day(one.signed_at, found.zone)
    text = (
        f"Your {one.decision} of {signed} for {spoken(one.signatory)} of {named(found.product)} does not stand any"
        " more: what it was said on has changed."
    )
    value = str(found.product.id)
    row = actions("fallen", button("See the page", SHOW, value=value), button("Sign again", SIGN, value=value))
    note = section("It does not come back by itself: look at it, and sign again if you still stand behind it.")
    return Post(
        key=f"{found.product.key}/launch/fallen/{one.id}",
        to=one.user,
        text=fallback(f"Your {one.decision} for the launch of {found.product.name} does not stand any more. {why}"),
        blocks=[section(text), plain_section(why), note, row],
    )


LATERS = (Later(name=LOOK, run=look, daily=LOOK_AT),)
