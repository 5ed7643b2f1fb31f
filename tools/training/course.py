"""One course of training: every task answered on messages kept aside, then fitted to all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sms.grammar import Intent
from sms.grammar.model import Opinion
from tools.training.fitting import Answers, Fitted, Indices, Labels, fit, kept_aside, probabilities
from tools.training.matrix import Matrix, Sample, matrix_of


@dataclass(frozen=True, slots=True)
class Course:
    """The tasks' answers on messages kept aside, by the task's name."""

    samples: Sequence[Sample]
    plain: Matrix
    """The samples' features."""
    told: Matrix
    """The same with the type that the model gives each message when it has not seen it."""
    answers: Mapping[str, Answers]

    def fitted(self) -> Mapping[str, tuple[Matrix, Fitted]]:
        """The weights of every task, fitted to all messages."""
        found = {}
        for name, answers in self.answers.items():
            matrix = self.told if name == "priority" else self.plain
            found[name] = (matrix, fit(matrix, answers.asked, answers.labels, answers.strength))
        return found

    def opinions(self) -> list[Opinion]:
        """What the model thinks of each message when it has not seen it."""
        tables: dict[str, list[dict[str, float]]] = {}
        for name, answers in self.answers.items():
            tables[name] = [
                dict(zip(answers.classes, map(float, likely), strict=True))
                for likely in probabilities(answers)
            ]
        return [
            Opinion(*each)
            for each in zip(
                tables["intent"], tables["type"], tables["priority"], tables["status"], strict=True
            )
        ]


def train(samples: Sequence[Sample], groups: Indices) -> Course:
    """Answers every task group by group; `groups` says which messages are kept aside together."""
    plain = matrix_of(samples)
    every = np.arange(len(samples))
    reports = every[[sample.message.intent is Intent.REPORT for sample in samples]]
    units = every[[sample.message.status is not None for sample in samples]]
    intent = kept_aside(plain, every, _labels(samples, every, "intent"), groups)
    kind = kept_aside(plain, reports, _labels(samples, reports, "type"), groups)
    kinds = [kind.classes[at] for at in kind.everywhere.argmax(axis=1)]
    told = matrix_of(samples, kinds)
    priority = kept_aside(told, reports, _labels(samples, reports, "priority"), groups)
    status = kept_aside(plain, units, _labels(samples, units, "status"), groups)
    return Course(
        samples, plain, told, {"intent": intent, "type": kind, "priority": priority, "status": status}
    )


def _labels(samples: Sequence[Sample], asked: Indices, field: str) -> Labels:
    values = [getattr(samples[at].message, field) for at in asked]
    return np.array([value.name if field == "status" else str(value) for value in values])
