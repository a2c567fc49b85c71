"""Plain language: technical terms that no stakeholder should have to know, and the business words for them.

Source: LLM product management 33.2, section 6.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.domain.updates import Jargon

_DASH = r"[-\u2010-\u2013 ]?"
_HERE = "\ue000"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A term of the glossary. *pattern* finds it as a whole word in any case, with *unless* it is not meant.

    *exact*: only in this case, where the word in small letters is an ordinary one. *unless* is what stands around an
    ordinary use of the same word (a regular expression, where `@` is the word itself).
    """

    pattern: str
    instead: str
    exact: bool = False
    unless: str = ""


GLOSSARY = (
    Entry(
        pattern=r"F[1-2]([- ]?(scores?|measures?))?", instead="how often it is right", unless=r"formula @|@[- ]cars?"
    ),
    Entry(
        pattern=r"precision",
        instead="how often it is right when it says yes",
        unless=r"(with|false|surgical|great|military) @|@[- ](engineering|work|mechanics|tools?|landing)",
    ),
    Entry(
        pattern=r"recall",
        instead="how many of the cases it finds",
        unless=r"\b(to|i|we|you|they|can|cannot|may|must|will|product|safety|urgent|a) @"
        r"|@ (the|a|an|that|how|when|all)\b",
    ),
    Entry(pattern=r"(ROC[- ]?)?AUC", instead="how well it tells right from wrong"),
    Entry(pattern=r"perplexit(y|ies)", instead="how well it predicts text"),
    Entry(pattern=r"logits?", instead="how sure it is"),
    Entry(pattern=rf"log{_DASH}prob(s|abilit(y|ies))?", instead="how sure it is"),
    Entry(pattern=r"softmax|sigmoid", instead="how sure it is"),
    Entry(pattern=rf"(cross{_DASH}entropy|training{_DASH}loss|validation{_DASH}loss)", instead="how far off it is"),
    Entry(pattern=r"embeddings?|vectors?( stores?| databases?)?", instead="how it compares texts"),
    Entry(pattern=r"cosine( similarity)?", instead="how alike two texts are"),
    Entry(pattern=r"[Pp](50|90|95|99)s?", instead="95 of 100 answers come within"),
    Entry(pattern=r"[0-9]+(st|nd|rd|th) percentiles?|percentiles?", instead="95 of 100 answers come within"),
    Entry(pattern=r"latenc(y|ies)", instead="how long people wait for an answer"),
    Entry(pattern=rf"(TTFT|time{_DASH}to{_DASH}first{_DASH}token)", instead="how long until an answer begins"),
    Entry(pattern=r"hallucinat(ions?|es?|ed|ing|ory)", instead="made-up facts (“a factual error”)"),
    Entry(pattern=r"confabulat(ions?|es?|ed|ing)", instead="made-up facts (“a factual error”)"),
    Entry(pattern=r"RAGs?", instead="answers taken from our documents", exact=True),
    Entry(pattern=rf"retrieval({_DASH}augmented( generation)?)?", instead="looking it up in our documents"),
    Entry(pattern=r"(re)?rank(er|ers|ing)", instead="choosing the best document", unless=r"(market|search|our|the) @"),
    Entry(pattern=r"chunk(s|ing|ed)?", instead="pieces of documents"),
    Entry(
        pattern=r"tokens?",
        instead="words read or written",
        unless=r"@ (of|gesture|amount)\b|(by the same|security|access|gift) @",
    ),
    Entry(pattern=r"tokeni[sz](ers?|ations?|ed|ing)", instead="how it reads text"),
    Entry(
        pattern=r"prompts?",
        instead="the instructions to the assistant",
        unless=r"@ (repl(y|ies)|answers?|responses?|actions?|attention|payments?|service|and|us|them|people|a)\b"
        r"|\b(is|are|was|were|very|more|to|will|a) @",
    ),
    Entry(
        pattern=rf"(system|few{_DASH}shot|zero{_DASH}shot|chain{_DASH}of{_DASH}thought)[- ]prompt(s|ing)?|prompting",
        instead="the instructions to the assistant",
    ),
    Entry(pattern=rf"(few|zero|one){_DASH}shot", instead="with examples in the instructions"),
    Entry(pattern=rf"chain{_DASH}of{_DASH}thought", instead="reasoning step by step"),
    Entry(pattern=rf"fine{_DASH}tun(e|es|ed|ing)", instead="trained further on our own cases"),
    Entry(pattern=r"LoRA|RLHF|DPO|PEFT|quanti[sz](ation|ed|ing)", instead="trained further"),
    Entry(pattern=rf"(inference|inferencing)({_DASH}times?|{_DASH}costs?)?", instead="answering"),
    Entry(pattern=rf"context{_DASH}(window|length)s?", instead="how much it can read at once"),
    Entry(pattern=r"LLMs?", instead="the assistant"),
    Entry(pattern=r"transformers?( models?)?", instead="the assistant", unless=r"(power|electric) @"),
    Entry(pattern=r"overfit(s|ted|ting)?", instead="learned by heart"),
    Entry(pattern=r"hyper-?parameters?", instead="settings"),
    Entry(pattern=rf"gradients?( descent)?|back{_DASH}propagat(ion|ed)", instead="how it learns"),
    Entry(pattern=r"epochs?", instead="rounds of training"),
    Entry(pattern=rf"confusion{_DASH}matri(x|ces)", instead="which cases it mixes up"),
    Entry(pattern=rf"ground{_DASH}truths?|golden?{_DASH}(data)?sets?", instead="verified answers"),
    Entry(pattern=rf"eval(s|sets?)?|eval{_DASH}(sets?|suites?|harness)", instead="tests"),
    Entry(pattern=r"BLEU|ROUGE|METEOR|MRR|NDCG|MAE|RMSE|ECE", instead="how often it is right", exact=True),
    Entry(pattern=rf"(true|false){_DASH}(positive|negative)s?", instead="cases it got right or wrong"),
    Entry(
        pattern=r"confidence (intervals?|scores?)|Wilson intervals?|standard deviations?",
        instead="how sure the number is",
    ),
    Entry(pattern=rf"(data|model|concept){_DASH}drift", instead="questions that have changed"),
    Entry(pattern=r"guard-?rails?", instead="safety checks"),
    Entry(pattern=rf"(vector|nearest{_DASH}neighbou?r) search|k{_DASH}?NN", instead="looking it up"),
    Entry(pattern=r"classifiers?", instead="the part that sorts requests"),
)
"""Technical terms with their business words. Ordinary uses of a word are no jargon: “recall a product”, “a prompt
reply”, “a token of thanks”, “Formula F1”; where that cannot be told from the words around it, it is taken for jargon.
"""


def jargon_in(text: str) -> tuple[Jargon, ...]:
    """The technical terms in *text* as they are written there, each once, in the order in which they come."""
    found = sorted(_found(text), key=lambda one: one[0])
    return tuple({jargon.term.casefold(): jargon for _, jargon in reversed(_outermost(found))}.values())[::-1]


def in_business_words(text: str) -> str:
    """What to say instead of each technical term in *text*, a sentence each; empty where it has none."""
    return " ".join(f"Instead of “{one.term}” say: {one.instead}." for one in jargon_in(text))


def _found(text: str) -> Iterator[tuple[tuple[int, int], Jargon]]:
    for entry in GLOSSARY:
        for match in _PATTERNS[entry.pattern].finditer(text):
            if not _is_ordinary(entry, text, match):
                yield (match.start(), -match.end()), Jargon(term=match.group(), instead=entry.instead)


def _outermost(found: list[tuple[tuple[int, int], Jargon]]) -> list[tuple[tuple[int, int], Jargon]]:
    """Those that do not lie within one before them: “training loss” and not “loss” again."""
    kept: list[tuple[tuple[int, int], Jargon]] = []
    for one in found:
        if not kept or one[0][0] >= -kept[-1][0][1]:
            kept.append(one)
    return kept


def _is_ordinary(entry: Entry, text: str, match: re.Match[str]) -> bool:
    if not entry.unless:
        return False
    room = 30
    around = f"{text[max(match.start() - room, 0) : match.start()]}{_HERE}{text[match.end() : match.end() + room]}"
    return re.search(entry.unless.replace("@", _HERE), around, re.IGNORECASE) is not None


def _pattern(entry: Entry) -> re.Pattern[str]:
    flags = re.NOFLAG if entry.exact else re.IGNORECASE
    return re.compile(rf"(?<!\w)(?:{entry.pattern})(?!\w)", flags)


_PATTERNS: Mapping[str, re.Pattern[str]] = {entry.pattern: _pattern(entry) for entry in GLOSSARY}
