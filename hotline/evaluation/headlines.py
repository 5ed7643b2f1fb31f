"""The few figures that somebody who has one minute reads first, each beside the period before."""

from dataclasses import dataclass

from hotline.evaluation.tables import Cell, Tables


@dataclass(frozen=True, slots=True)
class Headline:
    """One figure with its label; `before` is the same of the period before, `n` what a share is of."""

    label: str
    figure: Cell
    before: str


def headlines_of(tables: Tables) -> tuple[Headline, ...]:
    """Cases, real ones, how the most urgent were reached, what callers say, what lies about."""
    urgent, target = next(iter(tables.playbook.targets.items()))
    days = str(tables.playbook.evaluation.backlog_days)
    chosen = (
        (tables.word("received"), "t1/received"),
        (tables.word("valid"), "t1/valid"),
        (f"{target.name}: {tables.word('arrive').lower()}, {tables.word('within').lower()}",
         f"t3/{urgent}/arrive/within"),
        (tables.word("solved"), "t9/solved"),
        (tables.word("old", days=days), "t8/old"),
    )  # fmt: skip
    return tuple(
        Headline(label, tables.cell(key, with_n="/within" in key or "solved" in key), tables.earlier(key))
        for label, key in chosen
    )
