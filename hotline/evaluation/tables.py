"""The report's tables T1 to T11 as values: words of the playbook beside figures under their keys.

No name and no number of a caller can stand in any of them: nothing here reads reports, callers or texts, and
officials' own words were made neutral when they were read.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from hotline.domain.channels import Channel
from hotline.domain.playbook import Playbook
from hotline.evaluation.answers import OUTCOMES
from hotline.evaluation.cases import notable
from hotline.evaluation.counting import Figure, written
from hotline.evaluation.figures import Compared, Figures
from hotline.evaluation.places import NOWHERE
from hotline.evaluation.rows import Case, Sent
from hotline.evaluation.times import STEPS
from hotline.evaluation.totals import CLASSES
from hotline.evaluation.troubles import TROUBLES

WITH_N: Final = frozenset({"t1/junk", "t9/informed", "t9/solved", "t9/satisfaction"})
"""Shares and means, which say nothing without the number that they are of."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure in a table; `key` leads to the cases behind it, and is empty where none are."""

    text: str
    key: str = ""
    period: str = ""
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its heading; rows begin with their label."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    grouped: bool = False
    """Whether rows of one label belong together, which is then said once."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Draws the tables of one comparison in one language."""

    compared: Compared
    playbook: Playbook
    language: str

    def all(self) -> list[Table]:
        """In the order of the report."""
        return [
            self.totals(), self.types(), self.rts(), self.times(), self.ways(), self.units(), self.areas(),
            self.notable(), self.referrals(), self.partners(), self.backlog(), self.callers(),
            self.troubles(), self.failures(), self.advice(), self.given(),
        ]  # fmt: skip

    def word(self, key: str, **values: str) -> str:
        """A word of the report."""
        return self.playbook.report.word(key, self.language, **values)

    def number(self, value: Decimal | None) -> str:
        """As the language writes it; what is not known is said so."""
        return written(value, self.language) or self.word("unknown")

    def cell(self, key: str, *, with_n: bool = False) -> Cell:
        """The figure of the period itself."""
        return self._cell(key, self.compared.now[key], self.compared.now.period.key, with_n=with_n)

    def earlier(self, key: str) -> str:
        """The same figure of the period before, in words."""
        return self._of(key, self.compared.before).text

    def _cell(self, key: str, figure: Figure, period: str, *, with_n: bool = False) -> Cell:
        link = key if figure.behind else ""
        return Cell(self.number(figure.value), link, period, figure.n if with_n else None)

    def _n(self, key: str, figure: Figure) -> Cell:
        """How many cases a length was counted from; they are behind it."""
        return Cell(str(figure.n), key if figure.behind else "", self.compared.now.period.key)

    def _three(self, key: str, *rows: tuple[str, str]) -> Table:
        """Figures beside those of the period before and of the same a year ago; shares with their n.

        A period in which nobody had called the hotline yet is not known, which is not the same as nought.
        """
        heads = tuple(self.word(name) for name in ("now", "before", "year_ago"))
        three = (self.compared.now, self.compared.before, self.compared.year_ago)
        lines = tuple((Cell(label), *(self._of(name, each) for each in three)) for label, name in rows)
        return Table(key, self.word(key), ("", *heads), lines)

    def _of(self, key: str, figures: Figures) -> Cell:
        if not figures.in_use:
            return Cell(self.word("unknown"))
        return self._cell(key, figures[key], figures.period.key, with_n=key in WITH_N)

    def totals(self) -> Table:
        """T1."""
        names = ("received", "reports", *CLASSES, "junk")
        return self._three("t1", *((self.word(name), f"t1/{name}") for name in names))

    def types(self) -> Table:
        """T2, types by kelurahan; types without a case are left out."""
        areas = [*self.playbook.areas, NOWHERE, "all"]
        names = [
            *(area.name for area in self.playbook.areas.values()),
            self.word("nowhere"),
            self.word("all"),
        ]
        kinds = [code for code in self.playbook.types if self.compared.now[f"t2/{code}/all"].n]
        lines = [
            (
                Cell(self.playbook.types[code].name if code != "all" else self.word("all")),
                *(self.cell(f"t2/{code}/{area}") for area in areas),
            )
            for code in [*kinds, "all"]
        ]
        return Table("t2", self.word("t2"), (self.word("type"), *names), tuple(lines))

    def rts(self) -> Table:
        """T2, the ten RT with the most cases, where there are enough cases to rank."""
        least = self.playbook.evaluation.smallest_ranking
        found = {key: f for key, f in self.compared.now.by_key.items() if key.startswith("t2/rt/")}
        columns = (self.word("rank"), self.word("area"), self.word("rt"), self.word("cases"))
        if sum(figure.n for figure in found.values()) < least:
            return Table("t2_rt", self.word("t2_rt"), columns, (), self.word("too_few", n=str(least)))
        top = sorted(found.items(), key=lambda item: (-item[1].n, item[0]))[:10]
        lines = []
        for key, figure in top:
            *_, area, rt = key.split("/")
            rank = 1 + sum(other.n > figure.n for other in found.values())
            lines.append((Cell(str(rank)), Cell(self.playbook.areas[area].name), Cell(rt), self.cell(key)))
        return Table("t2_rt", self.word("t2_rt"), columns, tuple(lines))

    def times(self) -> Table:
        """T3, each step of each priority."""
        heads = ("priority", "step", "target", "median", "p90", "within", "late", "n", "not_noted")
        lines = []
        for priority, target in self.playbook.targets.items():
            for step, (_, minutes) in STEPS.items():
                key = f"t3/{priority}/{step}"
                median = self.compared.now[f"{key}/median"]
                shown = (self.cell(f"{key}/{name}") for name in ("median", "p90", "within", "late"))
                lines.append(
                    (Cell(target.name), Cell(self.word(step)), Cell(str(minutes(target))), *shown,
                     self._n(f"{key}/median", median), self.cell(f"{key}/unknown"))
                )  # fmt: skip
        return Table("t3", self.word("t3"), tuple(map(self.word, heads)), tuple(lines), grouped=True)

    def ways(self) -> Table:
        """T3, the alerts' way: the carrier's part and the people's."""
        heads = ("priority", "step", "median", "p90", "n", "not_noted")
        lines = []
        for priority, target in self.playbook.targets.items():
            for way in ("carrier", "person"):
                key = f"t3/{priority}/{way}"
                median = self.compared.now[f"{key}/median"]
                lines.append(
                    (Cell(target.name), Cell(self.word(way)), self.cell(f"{key}/median"),
                     self.cell(f"{key}/p90"), self._n(f"{key}/median", median),
                     self.cell(f"{key}/unknown"))
                )  # fmt: skip
        return Table(
            "t3_ways", self.word("t3_ways"), tuple(map(self.word, heads)), tuple(lines), grouped=True
        )

    _COUNTS = ("sent", *OUTCOMES)

    def _answers(self, key: str, head: str, groups: list[tuple[str, str]]) -> Table:
        heads = (head, *self._COUNTS, "answer_minutes", "arrive_minutes")
        lines = tuple(
            (
                Cell(label),
                *(self.cell(f"{group}/{name}") for name in self._COUNTS),
                self.cell(f"{group}/person/median", with_n=True),
                self.cell(f"{group}/arrive/median", with_n=True),
            )
            for label, group in groups
        )
        return Table(key, self.word(key), tuple(self.word(name) for name in heads), lines)

    def units(self) -> Table:
        """T5, each unit, in the order of their names: it is no ranking."""
        names = {task.unit_id: task.unit_name for task in self.compared.now.rows.sent}
        groups = [(name, f"t5/unit/{unit}") for unit, name in sorted(names.items(), key=lambda each: each[1])]
        return self._answers("t5", "unit", groups)

    def areas(self) -> Table:
        """T5 by the units' kelurahan."""
        codes = {task.area_code or NOWHERE for task in self.compared.now.rows.sent}
        groups = [(a.name, f"t5/area/{a.code}") for a in self.playbook.areas.values() if a.code in codes]
        if NOWHERE in codes:
            groups.append((self.playbook.programme.city, f"t5/area/{NOWHERE}"))
        return self._answers("t5_area", "area", [*groups, (self.word("all"), "t5/all")])

    def notable(self) -> Table:
        """T6: when, what, where (not for confidential types), who went, how it ended."""
        heads = ("date", "case", "type", "priority", "place", "words", "action", "outcome")
        zone = self.compared.now.period.zone
        sent: dict[str, list[Sent]] = defaultdict(list)
        for task in self.compared.now.rows.sent:
            sent[task.number].append(task)
        lines = tuple(
            (
                Cell(f"{case.received_at.astimezone(zone):%d/%m %H.%M}"),
                Cell(self._unless_hidden(case.number, hidden=case.confidential)),
                Cell(self.playbook.types[case.type_code].name),
                Cell(self.playbook.targets[case.priority].name),
                Cell(self._unless_hidden(self._place(case), hidden=case.confidential)),
                Cell(self._unless_hidden(case.summary, hidden=case.confidential)),
                Cell(self._action(sent[case.number])),
                Cell(
                    self.playbook.dispositions[case.disposition].name
                    if case.disposition
                    else self.word("open")
                ),
            )
            for case in notable(self.compared.now.rows, self.playbook.evaluation)
        )
        return Table("t6", self.word("t6"), tuple(self.word(name) for name in heads), lines)

    def _unless_hidden(self, words: str, *, hidden: bool) -> str:
        return self.word("hidden") if hidden and words else words

    def _place(self, case: Case) -> str:
        area = self.playbook.areas[case.area_code].name if case.area_code else self.word("nowhere")
        return f"{area} RT {case.rt}" if case.rt is not None else area

    def _action(self, sent: list[Sent]) -> str:
        """Who went, by agency, and when the first of them was there."""
        agencies = self.playbook.agencies
        went = Counter(
            agencies[each.agency].short if each.agency in agencies else each.agency
            for each in sent
            if each.accepted_at is not None
        )
        there = min((each.on_scene_at for each in sent if each.on_scene_at is not None), default=None)
        said = [f"{name} {n}" for name, n in went.items()]
        if there is not None:
            at = f"{there.astimezone(self.compared.now.period.zone):%H.%M}"
            said.append(f"{self.word('arrived').lower()} {at}")
        return ", ".join(said)

    def referrals(self) -> Table:
        """T7, by how it ended."""
        names = ("referred", "out_of_area")
        return self._three("t7", *((self.word(name), f"t7/ended/{name}") for name in names))

    def partners(self) -> Table:
        """T7, each partner that was offered a case, and what it answered."""
        names = ("sent", "accepted", "answered", "declined", "unanswered")
        codes = dict.fromkeys(each.partner for each in self.compared.now.rows.handed)
        known = self.playbook.partners
        lines = tuple(
            (
                Cell(known[code].name if code in known else code),
                *(self.cell(f"t7/partner/{code}/{name}") for name in names),
            )
            for code in codes
        )
        heads = (self.word("partner"), *(self.word(name) for name in names))
        return Table("t7_partner", self.word("t7_partner"), heads, lines)

    def backlog(self) -> Table:
        """T8, with what each old case waits for."""
        days = str(self.playbook.evaluation.backlog_days)
        steps = ("verify", "dispatch", "accept", "arrive", "report", "close")
        words = {name: self.word("report_step" if name == "report" else name) for name in steps}
        waits = ((self.word("waits", step=words[name]), f"t8/waits/{name}") for name in steps)
        still = ((self.word("open"), "t8/open"), (self.word("old", days=days), "t8/old"))
        return self._three("t8", *still, *waits)

    def callers(self) -> Table:
        """T9; percentages carry the number that they are of."""
        ways = ((self.word(channel), f"t9/channel/{channel}") for channel in Channel)
        names = ("informed", "asked", "yes", "no", "silent", "waiting", "solved", "satisfaction", "reopened")
        return self._three("t9", *ways, *((self.word(name), f"t9/{name}") for name in names))

    def troubles(self) -> Table:
        """T10."""
        texts = ((self.word(f"text_{name}"), f"t10/text/{name}") for name in TROUBLES)
        kinds = self.playbook.evaluation.outages.items()
        outages = ((self.word("outage_minutes", kind=name), f"t10/outage/{code}") for code, name in kinds)
        return self._three("t10", *texts, *outages)

    def failures(self) -> Table:
        """T10, each failure with its times."""
        heads = ("what", "since", "until", "minutes", "words")
        zone, now = self.compared.now.period.zone, self.compared.now.until
        lines = []
        for each in self.compared.now.rows.failures:
            minutes = int(((each.ended_at or now) - each.started_at).total_seconds()) // 60
            ended = f"{each.ended_at.astimezone(zone):%d/%m %H.%M}" if each.ended_at else self.word("open")
            name = self.playbook.evaluation.outages.get(each.kind, each.kind)
            began = f"{each.started_at.astimezone(zone):%d/%m %H.%M}"
            lines.append((Cell(name), Cell(began), Cell(ended), Cell(str(minutes)), Cell(each.words)))
        return Table("t10_list", self.word("t10_list"), tuple(map(self.word, heads)), tuple(lines))

    def advice(self) -> Table:
        """T11."""
        names = ("given", "done", "open", "overdue")
        return self._three("t11", *((self.word(name), f"t11/{name}") for name in names))

    def given(self) -> Table:
        """T11, each recommendation: what, whose, until when, and whether it was done."""
        heads = ("case", "words", "owner", "due", "outcome")
        lines = tuple(
            (
                Cell(self._unless_hidden(each.number, hidden=each.confidential)),
                Cell(self._unless_hidden(each.words, hidden=each.confidential)),
                Cell(each.owner),
                Cell(f"{each.due:%d/%m/%Y}" if each.due else ""),
                Cell(self.word("done" if each.done_at is not None else "open")),
            )
            for each in self.compared.now.rows.advice
        )
        return Table("t11_list", self.word("t11_list"), tuple(map(self.word, heads)), lines)


def flat(tables: list[Table]) -> Iterator[list[str]]:
    """All tables as the lines of one sheet."""
    for table in tables:
        yield [table.title]
        yield list(table.columns)
        yield from ([cell.text for cell in row] for row in table.rows)
        if table.note:
            yield [table.note]
        yield []
