"""How an answer reads in Slack: replies, refusals, forms."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from bot.domain.incoming import Incoming, Kind
from bot.errors import MusterError, TransientError
from bot.kit import limits
from bot.kit.blocks import actions, fallback, fit, paragraphs, plain_section, saying, section
from bot.kit.reply import MarkedUpError, Reply, View

READ_ONLY = "read"
"""The name of a form that has nothing to submit."""


def spoken(error: Exception, incoming: Incoming) -> Reply:
    """What a person is told when it did not work: what is wrong, or where to find it in the log."""
    match error:
        case MarkedUpError():
            return Reply(text=str(error), blocks=paragraphs(str(error)))
        case MusterError() if incoming.kind is Kind.ERRAND:
            return _plain(f"I could not go on from there: {error} What you saved before stays as it is.")
        case TransientError():
            return _plain("I could not do that just now; nothing was changed. Please try again in a minute.")
        case MusterError():
            return _plain(str(error))
        case _:
            return _plain(
                "Something went wrong on my side; nothing was changed. Please try again. If it stays, give your admin"
                f" this reference: {reference(incoming)}"
            )


def reference(incoming: Incoming) -> str:
    """A short word by which the log knows what happened."""
    return sha256(incoming.key.encode()).hexdigest()[:8].upper()


def message(reply: Reply) -> dict[str, Any]:
    """*reply* as the fields of a private message."""
    # `text` of a reply is our own mrkdwn where it stands alone, else what notifications read.
    blocks = fit(reply.blocks) if reply.blocks else [section(reply.text)]
    return {"text": reply.text or fallback("Muster"), "blocks": blocks}


def form(view: View, incoming: Incoming) -> dict[str, Any]:
    """*view* as Slack opens it; it remembers where it was asked for, so that the answer finds its way back."""
    origin = {"channel": incoming.channel, "thread": incoming.thread, "answer_to": incoming.answer_to}
    carried = {**{name: value for name, value in origin.items() if value}, **view.carries}
    return {
        "type": "modal",
        "callback_id": view.name,
        "title": _words(view.title, limits.VIEW_TITLE),
        "close": _words("Cancel" if view.submit else "Close", limits.VIEW_SUBMIT),
        **({"submit": _words(view.submit, limits.VIEW_SUBMIT)} if view.submit else {}),
        "private_metadata": json.dumps(carried),
        "blocks": list(view.blocks)[: limits.VIEW_BLOCKS],
    }


def as_view(reply: Reply) -> View:
    """*reply* as something to read where no message can stand."""
    return View(name=READ_ONLY, title="Muster", submit=None, blocks=message(reply)["blocks"])


def instead_of_form(incoming: Incoming) -> Reply:
    """What is said where no form can be opened: words in a thread carry nothing that opens one, a button does."""
    return Reply(
        text="I need a form for that.",
        blocks=[section("I need a form for that."), actions("form", saying("Open the form", incoming.text))],
    )


def too_late(incoming: Incoming) -> Reply:
    """What is said when Slack would not open the form any more."""
    words = "Slack waited too long and did not open the form. Nothing was changed: please press again."
    again = [actions("again", saying("Open the form", incoming.text))] if incoming.text else []
    return Reply(text=words, blocks=[section(words), *again])


def home(blocks: list[dict[str, Any]]) -> dict[str, Any]:
    """App Home."""
    return {"type": "home", "blocks": fit(blocks, limits.VIEW_BLOCKS)}


def stored(reply: Reply) -> Mapping[str, Any] | None:
    """*reply* as it waits in the inbox to be told; None where there is nothing to tell."""
    return {**message(reply), "replace": reply.replace} if reply.text or reply.blocks else None


def _plain(text: str) -> Reply:
    return Reply(text=fallback(text), blocks=[plain_section(text)])


def _words(text: str, limit: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": text[:limit], "emoji": False}
