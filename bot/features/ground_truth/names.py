"""What Slack sends back to this feature, by name."""

from bot.kit import reviewing

LOOK, PAGE = reviewing.TRUTH, "ground_truth.page"
"""See one proposal (value: its number), or those after one (`product id` `number`)."""

ACCEPT, AMEND, REJECT, UNDECIDE = (
    "ground_truth.accept",
    "ground_truth.amend",
    "ground_truth.reject",
    "ground_truth.undecide",
)
"""Decide a proposal, as it was seen (value: its number and version)."""

PROPOSE = reviewing.PROPOSE
"""Say what the right answer to a prediction is (value: `product id` `row id`)."""

REPORT, WITHDRAW = "ground_truth.report", "ground_truth.withdraw"
"""Report a bad answer; take a report back (value: its id)."""

PICK, PICK_ALL, PICK_GOOD, UNPICK = (
    "ground_truth.pick",
    "ground_truth.pick_all",
    "ground_truth.pick_good",
    "ground_truth.unpick",
)
"""Put into the golden set: a verified proposal (value: its number), all of a product (its id), a good output
(`product id` `row id`); take back what was put in at an instant (`product id` `instant`).
"""

DROP, PUT_BACK, SET_PAGE = "ground_truth.drop", "ground_truth.put_back", "ground_truth.set_page"
"""Take a row out, put it back (value: its number); see the rows after one (`product id` `number`)."""
