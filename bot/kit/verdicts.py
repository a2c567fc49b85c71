"""What people say of errors, in the words that people read."""

from collections.abc import Mapping

from bot.domain.reviewing import Cause, Part, Quick, Severity

PARTS: Mapping[Part, str] = {Part.PRODUCT: "Product", Part.ML: "ML"}

SEVERITIES: Mapping[str, str] = {
    Severity.ACCEPTABLE: "Acceptable",
    Severity.ANNOYING: "Annoying",
    Severity.HARMFUL: "Harmful",
    Severity.LAUNCH_BLOCKING: "Launch-blocking",
}
CAUSES: Mapping[str, str] = {
    Cause.DATA_GAP: "Training data gap",
    Cause.WRONG_LABEL: "Wrong label",
    Cause.RETRIEVAL: "Retrieval",
    Cause.PROMPT: "Prompt",
    Cause.MODEL_LIMIT: "Model limit",
    Cause.INTEGRATION: "Integration",
    Cause.AMBIGUOUS_INPUT: "Ambiguous input",
    Cause.OTHER: "Something else",
}
QUICKS: Mapping[str, str] = {
    Quick.WRONG_LABEL: "Wrong label",
    Quick.NOT_WORTH_IT: "Not worth it",
    Quick.SAME_AS_ABOVE: "Same as the one above",
}
VERDICTS: Mapping[Part, Mapping[str, str]] = {Part.PRODUCT: SEVERITIES, Part.ML: CAUSES}


def word(part: Part, verdict: str) -> str:
    """A verdict as it stands in a sentence: “harmful”, “training data gap”."""
    return VERDICTS[part].get(verdict, verdict).lower()
