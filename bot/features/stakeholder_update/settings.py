"""`/muster update settings`: who approves a product's update, who stands in, and what stakeholders see of forecasts."""

from dataclasses import replace

from bot.domain.draft_states import OPEN
from bot.domain.product import Product
from bot.features.stakeholder_update import showing
from bot.features.stakeholder_update.finding import deciders_of
from bot.features.stakeholder_update.names import SETTINGS
from bot.features.stakeholder_update.settling import WHAT
from bot.kit.asking import Ask
from bot.kit.blocks import section
from bot.kit.choosing import named, only_product_of, product_with_id
from bot.kit.command import AnyModal, Command, Effect, FieldError, Modal
from bot.kit.forms import choices_of, person
from bot.kit.permission import require_may_change
from bot.kit.post import Post
from bot.kit.reply import Reply, View
from bot.store import audit, directory, drafts, update_settings
from bot.store.update_settings import SettingsChangedError, UpdateSettings

APPROVER, DEPUTY, TRACK, YES = "approver", "deputy", "track_record", "yes"


def open_form(ask: Ask) -> Reply:
    """The form for who approves and what is seen."""
    product = only_product_of(ask, "update settings")
    require_may_change(ask, product)
    now = update_settings.of_product(ask.session, product.id)
    fields = [
        person(APPROVER, "Who approves the update?", initial=now.approver, hint="Nobody: the PM does.", optional=True),
        person(DEPUTY, "Who may do it in their place?", initial=now.deputy, optional=True),
        choices_of(
            TRACK,
            "What stakeholders see",
            {YES: "How often our forecasts held"},
            initial=[YES] if now.track_record else [],
        ),
    ]
    carries = {"product": str(product.id), "version": str(now.version)}
    return Reply(view=View(name=SETTINGS, title="Update settings", blocks=fields, carries=carries))


def save(ask: Ask, _seen: object) -> Reply:
    """Keep the form; who decides from now on gets this week's draft, if it waits."""
    product = product_with_id(ask, ask.carried("product"))
    require_may_change(ask, product)
    before = update_settings.of_product(ask.session, product.id)
    if ask.carried("version") != str(before.version):
        raise FieldError({APPROVER: str(SettingsChangedError())})
    approver, deputy = ask.field(APPROVER), ask.field(DEPUTY)
    _require_two_who_are_here(ask, product, approver, deputy)
    after = replace(before, approver=approver, deputy=deputy, track_record=YES in ask.chosen(TRACK))
    return _saved(ask, product, after)


def _saved(ask: Ask, product: Product, after: UpdateSettings) -> Reply:
    try:
        update_settings.save(ask.session, product.id, after)
    except SettingsChangedError as error:
        raise FieldError({APPROVER: str(error)}) from error
    who = deciders_of(ask.session, product)
    approver = f"<@{who.approver}>" if who.approver else "nobody (name an approver, or a PM)"
    deputy = f", in their place <@{who.deputy}>" if who.deputy else ""
    seen = "see" if after.track_record else "do not see"
    text = (
        f"You saved it: the update of {named(product)} is approved by {approver}{deputy}. Stakeholders {seen} how often"
        " forecasts held."
    )
    audit.done(ask.session, user=ask.user, what=f"{WHAT} settings", now=ask.now, product=product, detail=text)
    return Reply(text=text, blocks=[section(text)], posts=_asked_anew(ask, product))


def _asked_anew(ask: Ask, product: Product) -> list[Post]:
    found = drafts.of_product(ask.session, product.id)
    waits = bool(found) and found[0].state in OPEN
    return showing.asking(ask.session, found[0], product, ask.now) if waits else []


def _require_two_who_are_here(ask: Ask, product: Product, approver: str | None, deputy: str | None) -> None:
    """Raise `FieldError` where somebody has left, or stands in for themselves."""
    named_ones = {APPROVER: approver, DEPUTY: deputy}
    gone = directory.gone(ask.session, product.workspace, [user for user in named_ones.values() if user])
    wrong = {
        name: "This person is not here any more: choose somebody else."
        for name, user in named_ones.items()
        if user in gone
    }
    if not wrong and deputy is not None and deputy == approver:
        wrong = {DEPUTY: "This person approves it already: choose somebody else, or nobody."}
    if wrong:
        raise FieldError(wrong)


COMMANDS = (
    Command(
        noun="update",
        verb="settings",
        takes="[product]",
        summary="Who approves the update, and what stakeholders see of forecasts",
        example="update settings",
        effect=Effect.OPEN,
        run=open_form,
        synonyms=("approver", "deputy"),
    ),
)
MODALS: tuple[AnyModal, ...] = (Modal(name=SETTINGS, submit=save),)
