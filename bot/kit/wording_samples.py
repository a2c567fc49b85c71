"""Two updates to try a template on: one that has something of everything, and one of which nothing is known."""

from bot.domain.composing import View
from bot.domain.metrics import Layer
from bot.domain.told import Told

_CSAT = Told(
    what="How customers rate it, of 5",
    layer=Layer.USAGE,
    value="4.2 of 5",
    target="at least 4.0",
    change="0.1 more than last week",
    days="2 to 8 November",
    beside=" (target: at least 4.0; 0.1 more than last week)",
)
_ADOPTION = Told(
    what="People who could use it and do",
    layer=Layer.USAGE,
    value="72 of 100",
    target="at least 60",
    change="much as last week",
    days="2 to 8 November",
    beside=" (target: at least 60; much as last week)",
)
_RESOLVED = Told(
    what="Tickets solved without escalation",
    layer=Layer.BUSINESS,
    value="76 of 100",
    target="over 70",
    days="October",
    beside=" (target: over 70; October)",
)
_HANDLED = Told(
    what="Requests handled without a person",
    layer=Layer.BUSINESS,
    value="38 of 100",
    target="at least 40",
    short="2 short of it",
    doubt="not certain: this may be chance",
    days="October",
    beside=" (target: at least 40, 2 short of it; not certain: this may be chance; October)",
)
_COST = Told(
    what="What a solved ticket costs",
    layer=Layer.BUSINESS,
    value="$4.20",
    target="at most $5.00",
    change="half a dollar less than in September",
    days="October",
    beside=" (target: at most $5.00; half a dollar less than in September; October)",
)
_CORRECT = Told(
    what="Answers that are correct",
    layer=Layer.MODEL,
    value="91 of 100",
    target="at least 85",
    change="2 more than last week",
    days="2 to 8 November",
    beside=" (target: at least 85; 2 more than last week)",
)
_ERRORS = Told(
    what="Answers that contain a factual error",
    layer=Layer.MODEL,
    value="3 of 100",
    target="under 5",
    days="2 to 8 November",
    beside=" (target: under 5)",
)
_CHANGED = Told(
    what="Drafts that people change before they use them",
    layer=Layer.USAGE,
    value="24 of 100",
    target="under 30",
    days="2 to 8 November",
    beside=" (target: under 30)",
)
_WAITING = Told(
    what="How long 95 of 100 answers take at most",
    layer=Layer.MODEL,
    value="2.8 seconds",
    target="under 5 seconds",
    days="2 to 8 November",
    beside=" (target: under 5 seconds)",
)
_SAVED = Told(
    what="Minutes that people save per task", layer=Layer.BUSINESS, value="12 minutes", beside=" (no target yet)"
)
_THUMBS = Told(what="Ratings that are thumbs up", layer=Layer.USAGE, why="last measured for 5 to 11 October")
_QUICK = Told(what="How long people wait until an answer begins", layer=Layer.MODEL, value="0.6 seconds")
_DOCUMENTS = Told(what="Answers that name their source", layer=Layer.MODEL, why="nothing was measured yet")

FULL = View(
    headline="one measure short of its target",
    status="4 of 5 measures are on target.",
    is_quiet=True,
    usual_days="2 to 8 November",
    satisfaction=_CSAT,
    adoption=_ADOPTION,
    resolved=_RESOLVED,
    without_a_person=_HANDLED,
    cost=_COST,
    correct=_CORRECT,
    factual_errors=_ERRORS,
    changed_drafts=_CHANGED,
    waiting=_WAITING,
    other_results=(_SAVED,),
    other_quality=(_QUICK,),
    unknown_results=(_THUMBS,),
    unknown_quality=(_DOCUMENTS,),
    misses=("requests handled without a person",),
    safety="No safety incident: none of the worst 20 answers of 2 to 8 November did what it must never do.",
    done=("Answers about lost cards rewritten, Ana Lima, 10 November",),
    changes=("A new version of the assistant, 11 November",),
    agreed=("Widen the knowledge base for refunds: Raj Patel, until 20 November",),
    expected=("92 of 100 answers correct in 4 to 6 weeks; it may level off at 90",),
    record="So far 6 of 8 forecasts came true.",
    asked="Ana Lima",
)
"""Something of everything."""

BARE = View(
    headline="nothing is measured yet",
    status="Nothing is measured yet.",
    is_quiet=False,
    usual_days="",
    satisfaction=None,
    adoption=None,
    resolved=None,
    without_a_person=None,
    cost=None,
    correct=None,
    factual_errors=None,
    changed_drafts=None,
    waiting=None,
    other_results=(),
    other_quality=(),
    unknown_results=(),
    unknown_quality=(),
    misses=(),
    safety="Safety: no answers were looked at this week, so nothing can be said.",
    done=(),
    changes=(),
    agreed=(),
    expected=(),
    record="",
    asked="",
)
"""Nothing is known."""
