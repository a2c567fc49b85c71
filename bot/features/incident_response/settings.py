"""`/muster incident settings`: what a team wants of its incidents beside the card."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.domain.product import Product
from bot.domain.words import folded, number_of
from bot.errors import UserError
from bot.features.incident_response import topic
from bot.features.incident_response.reactions import emoji_in
from bot.kit.asking import Ask
from bot.kit.blocks import actions, button, context, header, markdown, section
from bot.kit.choosing import named, only_product_of, product_of, product_with_id
from bot.kit.command import Action, AnyModal, Command, Effect, FieldError, Modal
from bot.kit.forms import choices_of, text_input
from bot.kit.permission import require_may_change
from bot.kit.reply import MarkedUpError, Reply, View
from bot.store import audit, incident_settings, products
from bot.store.incident_settings import IncidentSettings
from bot.store.json import dumped, loaded

FORM, UNDO = "incident_response.settings", "incident_response.undo_settings"

_SWITCHES: Mapping[str, str] = {
    "updates": "Updates: owners are reminded to say how it goes",
    "topic": "Topic: the channel's topic says what is open and who owns it",
    "paging": "Paging: a pager hears of it",
}
_SYNONYMS: Mapping[str, str] = {
    **{name: name for name in (*_SWITCHES, "emoji")},
    "update": "updates",
    "reminders": "updates",
    "reaction": "emoji",
    "pager": "paging",
    "pagerduty": "paging",
}
_ON, _OFF = frozenset({"on", "yes"}), frozenset({"off", "no", "none"})


class UnclearSettingError(MarkedUpError):
    """Words that switch nothing on or off."""

    def __init__(self, ask: Ask) -> None:
        says = ("updates on", "updates off", "emoji :pushpin:", "emoji off", "topic on", "paging on")
        one_liners = ", ".join(f"`{ask.command} incident settings {one}`" for one in says)
        super().__init__(f"Say what to switch on or off, like {one_liners}.")


class UnclearEmojiError(UserError):
    """No name of an emoji."""

    def __init__(self) -> None:
        super().__init__(
            "Type the name of the emoji between colons, like “:pushpin:”: Slack shows it when you point at it."
            " “off” keeps nothing any more."
        )


class ChangedSinceError(UserError):
    """What was done there cannot be taken back any more."""

    def __init__(self) -> None:
        super().__init__("Somebody changed this since, so nothing was taken back. Say “incident settings” to see it.")


def show(ask: Ask) -> Reply:
    """What the team switched on, and the button that changes it."""
    product = only_product_of(ask, "incident settings")
    settings = incident_settings.of_product(ask.session, product.id)
    text = f"Incidents of {named(product)}: what happens beside the card"
    says = f"`{ask.command} incident settings updates off` switches one at once."
    return Reply(
        text=text,
        blocks=[
            header(f"Incidents of {product.name}: beside the card"),
            section("\n".join(_lines(product, settings))),
            context(markdown(says)),
            actions("settings", button("Change", FORM, value=str(product.id))),
        ],
    )


def set_words(ask: Ask) -> Reply:
    """Switch one on or off, in words."""
    product, rest = product_of(ask, "incident settings")
    require_may_change(ask, product)
    # Two who change different things at once both get what they want.
    products.lock(ask.session, product.id)
    before = incident_settings.of_product(ask.session, product.id)
    return _changed(ask, product, before, _read(ask, before, rest))


def says_setting(words: Sequence[str]) -> bool:
    """Whether *words* say what to set, rather than of which product to show it."""
    return any(folded(word) in _SYNONYMS for word in words[:2])


def open_form(ask: Ask) -> Reply:
    """The form for all of it."""
    product = product_with_id(ask, ask.value)
    require_may_change(ask, product)
    settings = incident_settings.of_product(ask.session, product.id)
    hint = "Whoever puts it on a message in an incident's thread keeps the message. Like :pushpin:, or empty for none."
    return Reply(
        view=View(
            name=FORM,
            title="Beside the card",
            blocks=[
                choices_of("on", "What is switched on", _SWITCHES, initial=_switched_on(settings)),
                text_input("emoji", "Emoji", initial=_colons(settings.emoji), hint=hint, optional=True, longest=102),
            ],
            carries={"product": str(product.id), "was": _print(settings)},
        )
    )


def submit(ask: Ask, _seen: object) -> Reply:
    """Save the form, unless somebody changed it meanwhile."""
    product = product_with_id(ask, ask.carried("product"))
    require_may_change(ask, product)
    products.lock(ask.session, product.id)
    before = incident_settings.of_product(ask.session, product.id)
    if ask.carried("was") != _print(before):
        raise FieldError(
            {"on": "Somebody changed this while you were here; nothing was overwritten. Open the form again."}
        )
    switched = {name: name in ask.chosen("on") for name in _SWITCHES}
    try:
        emoji = _emoji(ask.field("emoji") or "off")
    except UnclearEmojiError as error:
        raise FieldError({"emoji": str(error)}) from error
    return _changed(ask, product, before, IncidentSettings(emoji=emoji, **switched))


def undo(ask: Ask) -> Reply:
    """Take back what the clicked answer told, if nothing was changed since."""
    deed = audit.with_id(ask.session, number_of(ask.value))
    if deed is None or deed.what != topic.SETTINGS or deed.product_id is None or deed.before is None:
        raise ChangedSinceError
    product = products.current(ask.session, deed.product_id)
    require_may_change(ask, product)
    before, after = (loaded(IncidentSettings, deed.before[name]) for name in ("before", "after"))
    products.lock(ask.session, product.id)
    if incident_settings.of_product(ask.session, product.id) != after:
        raise ChangedSinceError
    _save(ask, product, after, before)
    lines = "\n".join(_differences(product, after, before))
    return Reply(text=f"You took it back.\n{lines}", replace=True)


def _read(ask: Ask, before: IncidentSettings, said: Sequence[str]) -> IncidentSettings:
    """*before* with what was said. Raises `UnclearSettingError`, `UnclearEmojiError`."""
    name, value, *more = [*said, "", ""][: max(2, len(said))]
    what, state = _SYNONYMS.get(folded(name)), folded(value)
    if what is None or more or not value:
        raise UnclearSettingError(ask)
    if what == "emoji":
        return replace(before, emoji=_emoji(value))
    if state not in _ON | _OFF:
        raise UnclearSettingError(ask)
    return IncidentSettings(**{**dumped(before), what: state in _ON})


def _emoji(said: str) -> str | None:
    """The emoji's name, None for none. Raises `UnclearEmojiError`."""
    if folded(said) in _OFF:
        return None
    name = emoji_in(said)
    if name is None:
        raise UnclearEmojiError
    return name


def _changed(ask: Ask, product: Product, before: IncidentSettings, after: IncidentSettings) -> Reply:
    if before == after:
        return Reply(text=f"It is like that already for {named(product)}; nothing was changed.")
    deed = _save(ask, product, before, after)
    text = "\n".join([f"You changed the incidents of {named(product)}.", *_differences(product, before, after)])
    return Reply(text=text, blocks=[section(text), actions("done", button("Undo", UNDO, value=str(deed)))])


def _save(ask: Ask, product: Product, before: IncidentSettings, after: IncidentSettings) -> int:
    """Keep *after*, and write down how it was before; the channel's topic follows at once."""
    incident_settings.save(ask.session, product.id, after)
    deed = audit.done(
        ask.session,
        user=ask.user,
        what=topic.SETTINGS,
        now=ask.now,
        product=product,
        detail=", ".join(sorted(name for name in _SAID if getattr(before, name) != getattr(after, name))),
        before={"before": dumped(before), "after": dumped(after)},
    )
    topic.begin(ask, product, key=f"settings/{deed}")
    return deed


def _differences(product: Product, before: IncidentSettings, after: IncidentSettings) -> Iterator[str]:
    for name, said in _SAID.items():
        if getattr(before, name) != getattr(after, name):
            yield said(product, after)


def _lines(product: Product, settings: IncidentSettings) -> Iterator[str]:
    for said in _SAID.values():
        yield said(product, settings)


def _updates(_product: Product, settings: IncidentSettings) -> str:
    if not settings.updates:
        return "*Updates:* off; nobody is reminded to say how it goes."
    return "*Updates:* on; whoever owns it is reminded to say how it goes, the more often the worse it is."


def _kept(product: Product, settings: IncidentSettings) -> str:
    if settings.emoji is None:
        return "*Emoji:* none; messages are kept by “Add to incident timeline” in their own menu."
    where = f", or in <#{product.team_channel}> while one incident is open," if product.team_channel else ""
    return (
        f"*Emoji:* :{settings.emoji}: on a message in an incident's thread{where} keeps it in the record. It takes the"
        " scope `reactions:read`."
    )


def _topic(product: Product, settings: IncidentSettings) -> str:
    if not settings.topic:
        return "*Topic:* off; the channel's topic is left alone."
    channel = product.team_channel
    where = f"the topic of <#{channel}>" if channel else "the channel's topic, once there is a channel,"
    return (
        f"*Topic:* on; {where} says what is open and who owns it. What stood there before is put back afterwards. It"
        " takes the scope `channels:write.topic`, in a private channel `groups:write.topic`."
    )


def _paging(_product: Product, settings: IncidentSettings) -> str:
    if not settings.paging:
        return "*Paging:* off; no pager hears of it."
    return (
        "*Paging:* on; a pager hears of every new incident if the server has `MUSTER_PAGERDUTY_ROUTING_KEY`. I cannot"
        " see that from here: ask whoever runs me to look with `muster doctor` (“The pager” in docs/operating.md says"
        " how to set it). Without it, no page goes out."
    )


_Said = Callable[[Product, IncidentSettings], str]
_SAID: Mapping[str, _Said] = {"updates": _updates, "emoji": _kept, "topic": _topic, "paging": _paging}
"""Each setting as it is told."""


def _switched_on(settings: IncidentSettings) -> list[str]:
    return [name for name in _SWITCHES if getattr(settings, name)]


def _print(settings: IncidentSettings) -> str:
    """What tells one set of settings from another."""
    return " ".join([*_switched_on(settings), _colons(settings.emoji)])


def _colons(emoji: str | None) -> str:
    return f":{emoji}:" if emoji else ""


COMMANDS = (
    Command(
        noun="incident",
        verb="settings",
        takes="[product] [updates | topic | paging on|off] [emoji :name:|off]",
        summary="What happens beside the card: updates, an emoji, the channel's topic, a pager",
        example="incident settings updates on",
        effect=Effect.READ,
        run=show,
        in_full=set_words,
        says_all=says_setting,
        synonyms=("setting", "configure", "options"),
    ),
)
ACTIONS = (
    Action(name=FORM, effect=Effect.OPEN, run=open_form),
    Action(name=UNDO, effect=Effect.CHANGE, run=undo),
)
MODALS: tuple[AnyModal, ...] = (Modal(name=FORM, submit=submit),)
