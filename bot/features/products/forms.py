"""The forms in which a product is added and changed, a part at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain import record_fields
from bot.domain.people import Assignment, Role
from bot.domain.product import Product, ProductRecord
from bot.domain.ranking import Ranking
from bot.domain.record_fields import FIELDS, Input, RecordField
from bot.domain.sourcing import STORED, SourceSpec, without_password
from bot.kit.blocks import Block, context, markdown
from bot.kit.forms import channel, choice, choices_of, people, person, text_input
from bot.kit.reply import View

ADD, EDIT = "products.add", "products.edit"
PROPOSE = "propose"
NAME_LENGTH = 80

RANKINGS: Mapping[str, str] = {
    PROPOSE: "Whatever the source can do",
    Ranking.SCORE: "Score: the lowest first",
    Ranking.LOSS: "Loss: the highest first",
    Ranking.CONFIDENT_WRONG: "Wrong, and most sure of it",
    Ranking.FEEDBACK: "Thumbs down first",
}

SOURCE_HINT = (
    "A Parquet, CSV or JSONL file as the server sees it, or a database address. Empty: predictions are loaded with"
    " muster load."
)

EXPERTS_HINT = "They verify what the right answers are."
COMPLIANCE_HINT = "They sign for a launch where the risk is high or critical."


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the product's record, as large as one form."""

    label: str
    fields: tuple[str, ...] = ()


_RISK = ("risk", "nevers", "blocking_failures", "min_confidence", "human_review_required", "citations_required")
_DATA = ("pii", "data_residency")
_QUALITY = ("accuracy_target", "max_latency_s", "context_need")
_LOAD = ("daily_requests", "peak_concurrent_users", "baseline_cost_per_resolution", "monthly_budget", "currency")

PARTS: Mapping[str, Part] = {
    "basics": Part("Name and people"),
    "source": Part("Source"),
    "purpose": Part("Purpose", ("persona", "job", "stage", "input_types", "output_format", "areas")),
    "risk": Part("Risk", (*_RISK, *_DATA)),
    "numbers": Part("Numbers", (*_QUALITY, *_LOAD, "fix_weights")),
    "dates": Part("Model dates", ("last_trained_on", "data_until", "retraining_due_on")),
}
"""The whole record, in parts; the first is the one that opens where none is named."""


def add_form(*, zone: str, here: str | None, adder: str) -> View:
    """What the first review needs; who adds the product is its PM unless they say otherwise."""
    return View(
        name=ADD,
        title="Add a product",
        submit="Add",
        blocks=[
            text_input("name", "What people call it", longest=NAME_LENGTH),
            channel("channel", "The team's channel", initial=here, hint="The weekly review is posted here."),
            text_input("timezone", "Time zone", initial=zone, hint="Like Europe/Berlin."),
            person("pm", "Product manager", initial=adder),
            person("ml_lead", "ML lead", optional=True),
            *source_inputs(None),
        ],
        # What stands in a field untouched is not sent by every client.
        carries={"zone": zone, **({"here": here} if here else {})},
    )


def edit_form(product: Product, team: Sequence[Assignment], part: str) -> View:
    """One part of *product*, filled with what is there."""
    inputs: dict[str, Callable[[], list[Block]]] = {
        "basics": lambda: basics_inputs(product, team),
        "source": lambda: source_inputs(product.source),
    }
    blocks = inputs[part]() if part in inputs else record_inputs(product.record, PARTS[part].fields)
    note = context(markdown("An empty field is set back to what it was to begin with."))
    return View(
        name=EDIT,
        title=PARTS[part].label,
        blocks=[*blocks, note] if PARTS[part].fields else blocks,
        carries={"product": str(product.id), "version": str(product.version), "part": part, "zone": product.timezone},
    )


def basics_inputs(product: Product, team: Sequence[Assignment]) -> list[Block]:
    """Name, places and people."""
    holder = {one.role: one.user for one in reversed(team)}
    held = {role: [one.user for one in team if one.role is role] for role in Role}
    return [
        text_input("name", "What people call it", initial=product.name, longest=NAME_LENGTH),
        channel("channel", "The team's channel", initial=product.team_channel),
        channel("stakeholders", "Where stakeholders read", initial=product.stakeholder_channel, optional=True),
        text_input("timezone", "Time zone", initial=product.timezone, hint="Like Europe/Berlin."),
        person("pm", "Product manager", initial=holder.get(Role.PM)),
        person("ml_lead", "ML lead", initial=holder.get(Role.ML_LEAD), optional=True),
        people("domain_expert", "Domain experts", initial=held[Role.DOMAIN_EXPERT], hint=EXPERTS_HINT),
        people("research", "Research", initial=held[Role.RESEARCH], hint="They sign for a launch."),
        people("compliance", "Compliance", initial=held[Role.COMPLIANCE], hint=COMPLIANCE_HINT),
    ]


def source_inputs(source: SourceSpec | None) -> list[Block]:
    """Where the predictions are and how they are read. A password is not shown again: left masked, it stays."""
    known = source or SourceSpec(uri=STORED)
    blocks = [
        text_input(
            "source",
            "Where the predictions are",
            initial=None if known.uri == STORED else without_password(known.uri),
            hint=SOURCE_HINT,
            optional=True,
        ),
        text_input(
            "table",
            "Table, or a SELECT",
            initial=known.table or known.query,
            hint="For a database only.",
            optional=True,
        ),
        choice("rank", "What makes a prediction bad", RANKINGS, initial=known.ranking if source else PROPOSE),
        text_input("source_zone", "Zone of its times", initial=known.zone, hint="If they name none.", optional=True),
    ]
    return [*blocks, _columns(known)] if source is None else [*blocks, _columns(known), _filters(known)]


def _columns(known: SourceSpec) -> Block:
    return text_input(
        "columns",
        "Columns that have other names",
        initial="\n".join(f"{field}={column}" for field, column in known.mapping.items()),
        hint="One a line: output=answer_text",
        optional=True,
        lines=True,
    )


def _filters(known: SourceSpec) -> Block:
    return text_input(
        "where",
        "Only rows where",
        initial="\n".join(f"{column}={value}" for column, value in known.where),
        hint="One a line: language=de",
        optional=True,
        lines=True,
    )


def record_inputs(record: ProductRecord, names: Sequence[str]) -> list[Block]:
    """Fields of the record, each with what it holds."""
    return [_record_input(name, FIELDS[name], record) for name in names]


def _record_input(name: str, field: RecordField, record: ProductRecord) -> Block:
    held = record_fields.as_text(record, name)
    match field.input:
        case Input.ONE:
            return choice(name, field.label, _words(field.choices), initial=held or None)
        case Input.SEVERAL:
            chosen = [word.strip() for word in held.split(",")]
            return choices_of(name, field.label, _words(field.choices), initial=chosen)
        case Input.LINE | Input.LINES:
            lines = field.input is Input.LINES
            return text_input(name, field.label, initial=held, hint=_hint(field), optional=True, lines=lines)


def _hint(field: RecordField) -> str:
    return "" if field.takes == "a text" else f"It takes {field.takes}."


def _words(choices: Sequence[str]) -> dict[str, str]:
    return {one: one.replace("_", " ").capitalize() for one in choices}
