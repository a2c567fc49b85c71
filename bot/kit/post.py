"""What a feature wants said, as data: features never send."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """A message to a channel or a person.

    *key* names it within the workspace: the same post made twice is one post. *to* is a channel or user id. *text* is
    what notifications and screen readers read and what is sent when Slack refuses the blocks. *thread_of* is the key
    of an earlier post whose thread it joins.
    """

    key: str
    to: str
    text: str
    blocks: Sequence[dict[str, Any]] = field(default=())
    thread_of: str | None = None
