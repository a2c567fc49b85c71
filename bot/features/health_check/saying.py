"""What somebody said of a metric: kept with what it was before, told, and taken back."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.watching import Said
from bot.domain.words import number_of
from bot.errors import UserError
from bot.features.health_check.subject import Subject, called, carried_subject, deed_name, save
from bot.kit.asking import Ask
from bot.kit.blocks import Element, actions, button, section
from bot.kit.choosing import named
from bot.kit.permission import require_may_change
from bot.kit.reply import Reply
from bot.store import audit
from bot.store.json import dumped, loaded

UNDO = "health_check.undo_said"


class ChangedSinceError(UserError):
    """Something came after what is to be taken back."""

    def __init__(self) -> None:
        super().__init__(
            "This was changed since: taking it back would lose that. Look at “health targets” for how it is."
        )


def say(ask: Ask, subject: Subject, after: Said, text: str, *, more: Sequence[Element] = ()) -> Reply:
    """Keep *after* of the subject's metric, and tell the person *text* (mrkdwn) with a way to take it back."""
    saved = save(ask, subject, after)
    kept = {"said": dumped(subject.said), "version": saved.version}
    deed = audit.done(
        ask.session,
        user=ask.user,
        what=deed_name(subject.metric),
        now=ask.now,
        product=subject.product,
        detail=text,
        before=kept,
    )
    row = actions("done", button("Undo", UNDO, value=str(deed)), *more)
    return Reply(text=text, blocks=[section(text), row])


def undo(ask: Ask) -> Reply:
    """Let hold again what was said before, if nobody changed it since."""
    deed = audit.with_id(ask.session, number_of(ask.value))
    if deed is None or not deed.before or "said" not in deed.before:
        raise ChangedSinceError
    earlier = loaded(Said, deed.before["said"])
    subject = carried_subject(ask, str(deed.product_id), earlier.metric)
    require_may_change(ask, subject.product)
    if subject.said.version != deed.before["version"]:
        raise ChangedSinceError
    save(ask, subject, _again(earlier, subject.said))
    text = f"You took it back: {called(subject.metric)} of {named(subject.product)} is as it was before."
    audit.done(
        ask.session, user=ask.user, what=deed_name(subject.metric), now=ask.now, product=subject.product, detail=text
    )
    return Reply(text=text, replace=True)


def _again(earlier: Said, now: Said) -> Said:
    """*earlier* over *now*: a metric of the team's own that was just defined is switched off, for its readings stay."""
    if earlier.definition is None and now.definition is not None:
        return replace(now, chosen=False, headline=False)
    return replace(earlier, version=now.version)
