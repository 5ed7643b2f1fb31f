"""What must hold in the parts of a playbook that evaluate, ask field reports, and keep personal data."""

import string
from collections.abc import Iterator, Mapping
from typing import Final

from hotline.domain.playbook import Document, Fault, Playbook, Priority

WORDS_USED: Final = frozenset(
    {
        "accept", "accepted", "action", "all", "answer_minutes", "answered", "area", "arrive",
        "arrive_minutes", "arrived", "asked", "before", "cancelled", "carrier", "case", "cases", "channel",
        "clear", "close", "date", "declined", "dispatch", "done", "due", "duplicate", "falls", "given",
        "heat", "hidden", "informed", "junk", "known", "late", "made_at", "median", "minutes", "months",
        "n", "no", "none", "not_noted", "now", "nowhere", "number", "officer", "old", "open", "out_of_area",
        "outage_minutes", "outcome", "outside_n", "overdue", "owner", "p90", "partner", "period", "person",
        "place", "prank", "priority", "radio", "rank", "received", "referred", "reopened", "report",
        "report_step", "reports", "rt", "satisfaction", "sent", "silent", "since", "sms", "solved", "step",
        "t1", "t10", "t10_list", "t11", "t11_list", "t2", "t2_rt", "t3", "t3_ways", "t4", "t5", "t5_area",
        "t6", "t7", "t7_partner", "t8", "t9", "target", "telephone", "text_absent", "text_expired",
        "text_failed", "text_late", "text_not_sent", "text_refused", "text_unknown", "too_few", "trend",
        "type", "unable", "unanswered", "unchecked", "undelivered", "unfounded", "unit", "unknown", "until",
        "valid", "verify", "voice", "waiting", "waits", "walk_in", "weekdays", "what", "whatsapp", "where",
        "withdrawn", "within", "words", "year_ago", "yes",
    }
)  # fmt: skip
"""Keys of the words that the report's tables say."""
AGENDA_FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "delays": frozenset({"priority", "step", "n", "value", "target"}),
    "unanswered": frozenset({"n", "name"}),
    "dead_numbers": frozenset({"n", "name"}),
    "uncovered": frozenset({"n", "name"}),
    "repeated": frozenset({"n", "name"}),
    "junk": frozenset({"n", "value"}),
    "unread_words": frozenset({"name"}),
    "failures": frozenset({"n", "name", "value"}),
    "texts": frozenset({"n", "name"}),
    "not_solved": frozenset({"n"}),
    "backlog": frozenset({"n", "value"}),
    "overdue": frozenset({"n"}),
}
"""The points that the agenda can have, and the fields that are filled in each."""
RETENTION_USED: Final = frozenset(
    {"words", "recordings", "attachments", "raw", "spool", "files", "misuse", "audit", "facts"}
)
"""Kinds of data that the nightly job deletes; each must have its term."""


def evaluation_faults(playbook: Playbook) -> Iterator[Fault]:
    """Every fault in evaluation.toml and privacy.toml."""
    yield from _words(playbook)
    yield from _agenda(playbook)
    yield from _rules(playbook)
    yield from _questions(playbook)
    yield from _retention(playbook)


def _words(playbook: Playbook) -> Iterator[Fault]:
    document, language = playbook.documents["evaluation"], playbook.programme.language
    for key in sorted(WORDS_USED - set(playbook.report.words)):
        yield _at(document, f"the word {key} is missing", "words")
    for key, said in playbook.report.words.items():
        if language not in said:
            yield _at(document, f"{key} has no words in {language!r}", "words", key)
    for key, parts in (("weekdays", 7), ("months", 12)):
        for names in playbook.report.words.get(key, {}).values():
            if len(names.split()) != parts:
                yield _at(document, f"{key} must name {parts}", "words", key)


def _agenda(playbook: Playbook) -> Iterator[Fault]:
    document, language = playbook.documents["evaluation"], playbook.programme.language
    for topic, fields in AGENDA_FIELDS.items():
        said = playbook.report.agenda.get(topic, {})
        if language not in said:
            yield _at(document, f"{topic} has no words in {language!r}", "agenda", topic)
        for words in said.values():
            for name in sorted(_fields(words) - fields):
                yield _at(document, f"{topic}: nobody fills {{{name}}}", "agenda", topic)


def _fields(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


def _rules(playbook: Playbook) -> Iterator[Fault]:
    document, rules = playbook.documents["evaluation"], playbook.evaluation
    for name in rules.notable_priorities:
        if name not in list(Priority):
            problem = f"notable_priorities: no priority called {name}"
            yield _at(document, problem, "evaluation", "notable_priorities")
    for name in ("backlog_days", "notable_reports", "repeated_cases", "smallest_ranking", "agenda_items"):
        if getattr(rules, name) < 1:
            yield _at(document, f"{name} must be at least 1", "evaluation", name)
    if not rules.head:
        yield _at(document, "head: the report needs a name at its head", "evaluation", "head")
    for address in rules.recipients:
        if "@" not in address or any(char.isspace() for char in address):
            yield _at(document, f"recipients: {address!r} is no mail address", "evaluation", "recipients")


def _questions(playbook: Playbook) -> Iterator[Fault]:
    document = playbook.documents["evaluation"]
    for position, row in enumerate(document.data["field_questions"]):
        for code in row.get("types", ()):
            if code not in playbook.types:
                problem = f"{row['code']}: no type called {code}"
                yield _at(document, problem, "field_questions", position, "types")

    if sum(each.rest for each in playbook.field_questions.values()) != 1:
        yield _at(document, "exactly one question takes the rest of a text", "field_questions")


def _retention(playbook: Playbook) -> Iterator[Fault]:
    document = playbook.documents["privacy"]
    for code in sorted(RETENTION_USED - set(playbook.retention)):
        yield Fault(document.path, 1, f"the term for {code} is missing")
    for position, row in enumerate(document.data["retention"]):
        if row["code"] not in RETENTION_USED:
            problem = f"{row['code']}: nothing is deleted under this name"
            yield _at(document, problem, "retention", position, "code")
        if row["days"] < 1:
            yield _at(document, f"{row['code']}: days must be at least 1", "retention", position, "days")


def _at(document: Document, problem: str, *place: str | int) -> Fault:
    return Fault(document.path, document.line(*place), problem)
