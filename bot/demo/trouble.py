"""The demo's trouble: who answers for what, and the incident of a Friday afternoon, from being seen to being over."""

from collections.abc import Iterator
from datetime import timedelta

from bot.demo import story
from bot.demo.meeting import Hands
from bot.domain.incidents import Incident
from bot.features.incident_response.card import ACKNOWLEDGE, RESOLVE
from bot.features.ownership.telling import AT_NIGHT
from bot.store import incidents, products
from bot.store.session import Database

ANA, RAJ, MIA = story.PM.id, story.ML_LEAD.id, story.NEWCOMER.id

OWNERS = {
    "owners:model_quality": (ANA, RAJ),
    "owners:model_cost": (ANA,),
    "owners:incident_response": (RAJ,),
    "backup:incident_response": ANA,
    "owners:retrain_or_roll_back": (RAJ,),
    "backup:retrain_or_roll_back": ANA,
}
"""What Ana fills in; the evaluation datasets are left to nobody, which the weekly digest says."""

FAILURE = "product failure-modes add Mood turned around severity high likelihood medium blocking"
"""How this product fails beside the ways in which every product does."""

SEEN = "Angry reviews are shown as happy ones since this morning: the shop team calls nobody back."
NOTE = "Only reviews with a smiley: the new version takes the smiley for the mood."
WHY = "The version before reads smileys right, and nothing else depends on the new one."
UPDATE = "The version before is live again; the shop team goes through the reviews of the past three hours."
SUMMARY = (
    "A new version took smileys for the mood of a review and showed angry customers as happy ones for three hours."
    " The version before was put back, and the shop team called the 14 customers concerned."
)
FOLLOW_UPS = "Collect reviews with smileys to test against\nLet two people look before a new version goes live"


def prepare(hands: Hands, product_id: int) -> None:
    """Ana says who answers for what and how it may fail; Raj accepts to be called at night."""
    hands.fill(ANA, hands.say(ANA, "owner edit"), OWNERS)
    hands.press(RAJ, AT_NIGHT, f"{product_id} incident_response 0")
    hands.say(ANA, FAILURE)


def an_incident(database: Database, hands: Hands) -> Iterator[timedelta]:
    """Mia sees something, Raj is at it, goes back to the version before, and it is over within the afternoon; gives
    how long it is until somebody does something again.
    """
    hands.say(MIA, f"incident declare {story.PRODUCT.key} mood turned around {SEEN}")
    number = str(_latest(database).id)
    yield timedelta(minutes=4)
    hands.press(RAJ, ACKNOWLEDGE, number)
    yield timedelta(minutes=21)
    hands.say(MIA, f"incident note #{number} {NOTE}")
    yield timedelta(minutes=9)
    hands.say(RAJ, f"incident decide #{number} roll back {WHY}")
    yield timedelta(minutes=17)
    hands.say(RAJ, f"incident update #{number} {UPDATE}")
    yield timedelta(minutes=80)
    over = hands.press(RAJ, RESOLVE, number)
    after = {"follow_ups": FOLLOW_UPS, "follow_up_owner": RAJ, "follow_up_due": "in 2 weeks"}
    hands.fill(RAJ, over, {"summary": SUMMARY, **after})


def _latest(database: Database) -> Incident:
    with database.reading() as session:
        product = products.named(session, story.PRODUCT.key)
        return incidents.of_product(session, product.id)[-1]
