"""One report as values: head, tables, pictures, signatures; paper and workbook are made of it."""

from dataclasses import dataclass
from datetime import date, datetime

from hotline.domain.playbook import Playbook
from hotline.evaluation.figures import Compared
from hotline.evaluation.headlines import Headline, headlines_of
from hotline.evaluation.period import Period
from hotline.evaluation.pictures import Pictures, pictures_of
from hotline.evaluation.tables import Table, Tables


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that stands in it; no name and no number of a caller can (see `tables`)."""

    title: str
    headlines: tuple[Headline, ...]
    tables: tuple[Table, ...]
    pictures: Pictures
    playbook: Playbook
    language: str
    made_at: datetime
    """In the programme's zone."""

    def word(self, key: str, **values: str) -> str:
        """A word of the report."""
        return self.playbook.report.word(key, self.language, **values)

    @property
    def day(self) -> str:
        """The day on which it was made, as a letter has it: `3 Februari 2026`."""
        return day_of(self.made_at.date(), self.playbook, self.language)

    @property
    def made(self) -> str:
        """When it was made, and that it can be counted again."""
        return self.word("made_at", time=f"{self.made_at:%d/%m/%Y %H.%M %Z}")


def report_of(compared: Compared, playbook: Playbook, language: str, now: datetime) -> Report:
    """The report of a period beside the one before and the same a year ago."""
    tables = Tables(compared, playbook, language)
    period = compared.now.period
    return Report(
        title=f"{tables.word('report')} {name_of_period(period, playbook, language)}",
        headlines=headlines_of(tables),
        tables=tuple(tables.all()),
        pictures=pictures_of(compared.now, playbook, language),
        playbook=playbook,
        language=language,
        made_at=now.astimezone(period.zone),
    )


def day_of(day: date, playbook: Playbook, language: str) -> str:
    """As a letter has it: `3 Februari 2026`."""
    month = playbook.report.word("months", language).split()[day.month - 1]
    return f"{day.day} {month} {day.year}"


def name_of_period(period: Period, playbook: Playbook, language: str) -> str:
    """As a heading has it: `Juni 2026`, or two dates."""
    if not period.is_month:
        return f"{period.first:%d/%m/%Y} - {period.last:%d/%m/%Y}"
    months = playbook.report.word("months", language).split()
    return f"{months[period.first.month - 1]} {period.first.year}"
