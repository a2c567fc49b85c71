"""A week's update as a draft: what is known of the week, composed and put in prose."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from sqlmodel import Session

from bot.domain.charts import Ahead, Chart
from bot.domain.composing import View, composed
from bot.domain.forecasts import Forecast
from bot.domain.material import Material
from bot.domain.plain_language import jargon_in
from bot.domain.product import Product
from bot.domain.sentences import plainly
from bot.domain.stating import text_in
from bot.domain.told import capital
from bot.domain.updates import Body, Facts, Part
from bot.domain.window import Window, instant_of, zone_named
from bot.kit.charting import MOST_PANELS, chart_of, panel_of
from bot.kit.materials import material_of
from bot.kit.wording import OURS, BrokenTemplateError, ours, worded
from bot.store import changes, readings, update_templates

WEEKS = 12
"""As far back as the chart of an update goes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Drafted:
    """A draft: its words, what they may claim, and the picture, None where there is nothing to draw.

    *remarks* are for the approver and never posted.
    """

    body: Body
    facts: Facts
    chart: Chart | None
    remarks: tuple[str, ...] = ()


def drafted(
    session: Session, product: Product, week: Window, *, as_of: datetime, previous: Body | None = None
) -> Drafted:
    """The update of *product* for *week* from what is known at *as_of*. It starts from what people wrote into
    *previous*, last week's update.
    """
    material = material_of(session, product, week, as_of=as_of, previous=previous)
    made = composed(material)
    own = {part: one.source for part, one in update_templates.of_product(session, product.id).items()}
    said = {part: _said(part, own.get(part), made.view) for part in OURS}
    parts = {part: text for part, (text, _) in said.items() if text} | dict(made.carried)
    body = Body(
        headline=made.view.headline,
        parts={part: parts[part] for part in Part if part in parts},
        suggestions=made.suggestions,
        written=made.written,
    )
    remarks = (*(remark for _, remark in said.values() if remark), *made.remarks, *_jargon(body))
    return Drafted(body=body, facts=made.facts, chart=_chart(session, product, material), remarks=remarks)


def _jargon(body: Body) -> Iterator[str]:
    """Technical terms that came from a team's own words: a metric of theirs, a never, a note of last week."""
    for one in jargon_in(text_in(body)):
        yield f"“{one.term}” is technical: say “{one.instead}”."


def _said(part: Part, own: str | None, view: View) -> tuple[str, str]:
    """What *part* says, and what its approver is to know: a template of the team's that fails makes room for ours."""
    if own is not None:
        try:
            return worded(own, view), ""
        except BrokenTemplateError as error:
            return worded(ours(part), view), f"The team's own wording of “{part}” failed, so it is ours here. {error}"
    return worded(ours(part), view), ""


def _chart(session: Session, product: Product, material: Material) -> Chart | None:
    """Twelve weeks of the headline measures, in words that everybody knows."""
    since = material.as_of - timedelta(weeks=WEEKS)
    known_changes = changes.of_product(session, product.id, since=since, until=material.as_of)
    marks = [replace(one, what=plainly(one)) for one in known_changes]
    ahead = {one.metric: _ahead(product, one, material.as_of) for one in material.forecasts}
    panels = {}
    for check in material.chosen.headlines[:MOST_PANELS]:
        metric = replace(check.metric, title=capital(check.metric.business))
        known = readings.of_product(session, product.id, metrics=[metric.name], since=since)
        panels[metric] = panel_of(
            metric,
            known,
            target=check.watched.target,
            changes=marks,
            as_of=material.as_of,
            weeks=WEEKS,
            ahead=ahead.get(metric.name),
        )
    return chart_of(product, panels) if any(panel.points for panel in panels.values()) else None


def _ahead(product: Product, forecast: Forecast, as_of: datetime) -> Ahead:
    ends = instant_of(datetime.combine(forecast.due_to, time()), zone_named(product.timezone))
    begins = instant_of(datetime.combine(forecast.due_from, time()), zone_named(product.timezone))
    return Ahead(
        begins=max(begins, as_of), ends=max(ends, as_of), low=forecast.low, high=forecast.high, plateau=forecast.plateau
    )
