"""When and where a product's rituals speak: what is changed about it, and what holds then."""

from dataclasses import dataclass, replace

from bot.domain.planning import At
from bot.domain.product import Product
from bot.features.products import blocks, rituals, service
from bot.features.products.deeds import SET, done, first_come
from bot.kit.asking import Ask
from bot.kit.choosing import named
from bot.kit.permission import require_may_change
from bot.kit.product_history import snapshot
from bot.kit.reply import MarkedUpError, Reply
from bot.store import schedules
from bot.store.schedules import Schedule

FORMS = {"short": "Short: the worst five, all in the thread", "long": "Long: all in one message"}


class NothingScheduledError(MarkedUpError):
    """A product without a channel has nothing that could be set."""

    def __init__(self, ask: Ask, product: Product) -> None:
        super().__init__(
            f"{named(product)} has no channel yet, so nothing is scheduled."
            f" Choose one first: `{ask.command} product edit {product.key}`"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What is to be set; None: left as it is. *rituals* are those that are meant; of none that are named, a time and a
    form are the review's, and a rest is everybody's.
    """

    rituals: tuple[str, ...] = ()
    at: At | None = None
    channel: str | None = None
    form: str | None = None
    paused: bool | None = None


def save(ask: Ask, product: Product, change: Change, *, also: frozenset[str] | None = None) -> Reply:
    """Save *change*, and say what holds now. *also*: the rituals beside the review that run from now on, and no others;
    None leaves them as they are.
    """
    require_may_change(ask, product)
    before = snapshot(ask.session, product)
    after = replace(product, team_channel=change.channel or product.team_channel)
    if after.team_channel is None:
        raise NothingScheduledError(ask, product)
    with first_come(ask, product):
        saved = service.edit(ask.session, product, after, people={}, rituals=ask.guide.rituals, now=ask.now)
    _apply(ask, saved, change)
    if also is not None:
        _run_only(ask, saved, also)
    planned = schedules.of_product(ask.session, saved.id)
    lines = "\n".join(blocks.planned_lines(ask, saved, planned))
    where = f" Posted in <#{saved.team_channel}>." if change.channel else ""
    form = f" {FORMS[change.form]}." if change.form else ""
    text = f"You changed the settings of {named(saved)}.{where}{form}\n{lines}"
    return done(ask, SET, saved, before=before, text=text)


def form_of(ask: Ask, planned: list[Schedule]) -> str:
    """In which form the review speaks: a key of FORMS."""
    first = rituals.first_of_all(ask).name
    return next((str(one.options.get("form") or "short") for one in planned if one.ritual == first), "short")


def _apply(ask: Ask, product: Product, change: Change) -> None:
    planned = {one.ritual: one for one in schedules.of_product(ask.session, product.id)}
    one = change.rituals[0] if change.rituals else rituals.first_of_all(ask).name
    if change.at is not None or change.form is not None:
        _move(ask, product, one, planned.get(one), change)
    if change.paused is not None:
        for name in change.rituals or planned:
            _let_run(ask, product, name, planned.get(name), runs=not change.paused)


def _move(ask: Ask, product: Product, ritual: str, schedule: Schedule | None, change: Change) -> None:
    options = dict(schedule.options) if schedule else {}
    options |= {"form": change.form} if change.form else {}
    at = change.at or (schedule.at if schedule else At.parse(_usual(ask, ritual)))
    service.reschedule(ask.session, product, ritual, at, ask.now, options=options)


def _let_run(ask: Ask, product: Product, ritual: str, schedule: Schedule | None, *, runs: bool) -> None:
    if schedule is None:
        if runs:
            service.reschedule(ask.session, product, ritual, At.parse(_usual(ask, ritual)), ask.now)
    elif runs and schedule.paused:
        service.resume(ask.session, product, ritual, ask.now)
    elif not runs and not schedule.paused:
        schedules.pause(ask.session, product, ritual)


def _run_only(ask: Ask, product: Product, chosen: frozenset[str]) -> None:
    planned = {one.ritual: one for one in schedules.of_product(ask.session, product.id)}
    first = rituals.first_of_all(ask)
    for ritual in ask.guide.rituals:
        if ritual != first:
            _let_run(ask, product, ritual.name, planned.get(ritual.name), runs=ritual.name in chosen)


def _usual(ask: Ask, ritual: str) -> str:
    return next(one.default_at for one in ask.guide.rituals if one.name == ritual)
