"""Change marks: what changed in a product, to be seen beside the numbers that moved after it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ChangeKind(StrEnum):
    """Who says so: a person or program, or a model version that was never seen before.

    Providers change their models without asking. Source: LLM product management 33.2, section 5.
    """

    NOTE = "note"
    MODEL = "model"


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Something that changed at an instant. *noted_by* is a Slack user id, or the name of what noted it.

    *key* names it within its product: the same change twice is one.
    """

    key: str
    at: datetime
    what: str
    kind: ChangeKind = ChangeKind.NOTE
    noted_by: str
    noted_at: datetime
