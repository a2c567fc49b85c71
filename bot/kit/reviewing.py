"""The names of what several features do with reviews: one shows the button, another answers it."""

START, REVIEW, FINISH = "error_review.start", "error_review.item", "fixing.finish"
"""Start the meeting (value: review id). Review one item (`review id` `rank`). Gather fixes (value: review id)."""

FIX = "fixing.show"
"""Show a fix with what can be done with it (value: fix id)."""

TRUTH = "ground_truth.look"
"""Show a proposed answer with what can be decided of it (value: truth id)."""
