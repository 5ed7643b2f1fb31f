"""What a programme decides about its evaluation, its field reports and its retention of personal data."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EvaluationRules:
    """What stands in the monthly report, who signs it and who gets it."""

    head: tuple[str, ...]
    """The lines of the office's head, the largest first."""
    address: str
    place: str
    """Where it is signed."""
    known_by: str
    known_by_name: str
    known_by_number: str
    made_by: str
    made_by_name: str
    made_by_number: str
    recipients: tuple[str, ...]
    """Addresses that get the report by mail by the first of the month, where a mail server is set."""
    backlog_days: int
    notable_priorities: tuple[str, ...]
    notable_reports: int
    """As many reports of one event make it stand out."""
    repeated_cases: int
    """As many cases in one RT put the place on the agenda."""
    smallest_ranking: int
    """No ranking is made of fewer cases (below ten, one case more turns it over)."""
    agenda_items: int
    outages: Mapping[str, str]
    """Kinds of failure, and their names."""


@dataclass(frozen=True, slots=True)
class FieldQuestion:
    """One question of the field report; `types` empty means every type."""

    code: str
    words: str
    types: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    """Words that a part of a unit's closing text answers this question with."""
    rest: bool = False
    """Whether it takes the parts that answer no other."""


@dataclass(frozen=True, slots=True)
class Retention:
    """One kind of personal data: what it is for, on which ground of the law, and for how many days."""

    code: str
    name: str
    purpose: str
    ground: str
    days: int
    """Counted from closing for what belongs to a case, else from when it came."""


@dataclass(frozen=True, slots=True)
class ReportWords:
    """The words of the report's tables and of the meeting's agenda: key to language to words."""

    words: Mapping[str, Mapping[str, str]]
    agenda: Mapping[str, Mapping[str, str]]
    language: str
    """The programme's own, for whatever language a word lacks."""

    def word(self, key: str, language: str = "", **values: str) -> str:
        """The word in `language`. Raises KeyError for one that the playbook lacks."""
        return self._fill(self.words[key], language, values)

    def item(self, topic: str, **values: str) -> str:
        """A line of the agenda, in the programme's language."""
        return self._fill(self.agenda[topic], self.language, values)

    def _fill(self, said: Mapping[str, str], language: str, values: Mapping[str, str]) -> str:
        return (said.get(language) or said[self.language]).format(**values)
