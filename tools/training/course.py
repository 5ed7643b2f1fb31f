"""One course of training: every task answered on messages kept aside, then fitted to all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sms.grammar import Intent
from sms.grammar.model import Opinion
from tools.training.fitting import Answers, Fitted, Indices, Labels, fit, kept_aside, likeliest, probabilities
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

    def matrix(self, task: str) -> Matrix:
        """What a task looks at."""
        return self.told if task == "priority" else self.plain

    def fitted(self) -> Mapping[str, Fitted]:
        """The weights of every task, fitted to all messages."""
        return {
            name: fit(self.matrix(name), answers.asked, answers.labels, answers.recipe)
            for name, answers in self.answers.items()
        }

    def opinions(self) -> list[Opinion]:
        """What the model thinks of each message when it has not seen it."""
        tables: dict[str, list[dict[str, float]]] = {}
        for name, answers in self.answers.items():
            tables[name] = [
                dict(zip(answers.classes, map(float, likely), strict=True))
                for likely in probabilities(answers)
            ]
        by_task = zip(tables["intent"], tables["type"], tables["priority"], tables["status"], strict=True)
        kinds = likeliest(self.answers["type"])
        return [
            Opinion(*each, sample.urgency(kind))
            for each, sample, kind in zip(by_task, self.samples, kinds, strict=True)
        ]


def train(samples: Sequence[Sample], groups: Indices) -> Course:
    """Answers every task group by group; `groups` says which messages are kept aside together."""
    every = np.arange(len(samples))
    reports = every[[sample.message.intent is Intent.REPORT for sample in samples]]
    units = every[[sample.message.status is not None for sample in samples]]

    def ask(matrix: Matrix, name: str, messages: Indices) -> Answers:
        return kept_aside(matrix, messages, _labels(samples, messages, name), groups)

    plain = matrix_of(samples)
    intent, kind, status = (
        ask(plain, name, messages)
        for name, messages in (("intent", every), ("type", reports), ("status", units))
    )
    told = matrix_of([sample.told(each) for sample, each in zip(samples, likeliest(kind), strict=True)])
    priority = ask(told, "priority", reports)
    answers = {"intent": intent, "type": kind, "priority": priority, "status": status}
    return Course(samples, plain, told, answers)


def _labels(samples: Sequence[Sample], asked: Indices, field: str) -> Labels:
    values = [getattr(samples[at].message, field) for at in asked]
    return np.array([value.name if field == "status" else str(value) for value in values])
