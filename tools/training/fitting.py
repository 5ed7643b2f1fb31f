"""Fits the tasks' weights, and asks them about messages that they were not shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product, starmap
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.svm import LinearSVC

from tools.training.matrix import Floats, Matrix
from tools.training.messages import Message

Indices = NDArray[np.int64]
Labels = NDArray[np.str_]

FOLDS: Final = 5
SEED: Final = 20_260
STRENGTHS: Final = (0.1, 0.3)
"""Inverse strengths of regularisation that are tried."""
RULES_SAY: Final = (1.0, 2.0)
"""How loud the rules may be against words and letters: tried with each strength, task by task."""
_ROUNDS: Final = 5_000
_NEVER: Final = -20.0
"""The score of a class that was not to be seen."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """The weights of one task: a row a class, in the order of `classes`."""

    classes: tuple[str, ...]
    weights: Floats
    bias: Floats

    def scores(self, rows: object) -> Floats:
        """How much speaks for each class, a row a message."""
        return np.asarray(rows @ self.weights.T + self.bias)  # type: ignore[operator]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a task is fitted: the strength of its weights, and how loud the rules are."""

    strength: float
    rules_say: float


@dataclass(frozen=True, slots=True)
class Answers:
    """What one task says of every message kept aside from it."""

    classes: tuple[str, ...]
    asked: Indices
    """The messages that have a label for this task."""
    everywhere: Floats
    """The scores of all messages, those without a label too."""
    labels: Labels
    recipe: Recipe
    temperature: float

    @property
    def scores(self) -> Floats:
        """The scores of the messages that have a label."""
        return self.everywhere[self.asked]

    @property
    def given(self) -> Labels:
        """The likeliest class of each message."""
        return np.asarray(np.array(self.classes)[self.scores.argmax(axis=1)], dtype=np.str_)

    @property
    def right(self) -> float:
        """The share that is right."""
        return float((self.given == self.labels).mean())


def folds_of(messages: Sequence[Message]) -> Indices:
    """The fold of each message: drawn by lot within each author and label, the same at every run."""
    lots = np.random.default_rng(SEED)
    groups: dict[tuple[object, ...], list[int]] = {}
    for at, message in enumerate(messages):
        label = (message.author, message.intent, message.type, message.priority, message.status)
        groups.setdefault(label, []).append(at)
    folds = np.zeros(len(messages), dtype=np.int64)
    first = 0
    for members in groups.values():
        for place, at in enumerate(lots.permutation(members)):
            folds[at] = (first + place) % FOLDS
        first += len(members)
    return folds


def fit(matrix: Matrix, asked: Indices, labels: Labels, recipe: Recipe) -> Fitted:
    """The weights that tell the labels of the rows `asked` apart, each class from all others."""
    emphasis = matrix.emphasis(recipe.rules_say)
    machine = LinearSVC(C=recipe.strength, max_iter=_ROUNDS, random_state=SEED)
    machine.fit(matrix.rows[asked].multiply(emphasis).tocsr(), labels)
    weights, bias = machine.coef_ * emphasis, machine.intercept_
    if len(weights) == 1:
        weights, bias = np.vstack([-weights[0], weights[0]]), np.array([-bias[0], bias[0]])
    return Fitted(tuple(map(str, machine.classes_)), weights, bias)


def kept_aside(matrix: Matrix, asked: Indices, labels: Labels, groups: Indices) -> Answers:
    """The answers about each group of messages from weights that were fitted to the other groups, by the
    recipe that does best and with the temperature that makes its certainty honest.
    """
    recipes = starmap(Recipe, product(STRENGTHS, RULES_SAY))
    return min((_with(matrix, asked, labels, groups, recipe) for recipe in recipes), key=_surprise)


def _with(matrix: Matrix, asked: Indices, labels: Labels, groups: Indices, recipe: Recipe) -> Answers:
    classes = tuple(map(str, np.unique(labels)))
    scores = np.full((len(groups), len(classes)), _NEVER)
    for group in np.unique(groups):
        out = groups == group
        shown = ~out[asked]
        fitted = fit(matrix, asked[shown], labels[shown], recipe)
        columns = [classes.index(name) for name in fitted.classes]
        scores[np.ix_(out, columns)] = fitted.scores(matrix.rows[out])
    answers = Answers(classes, asked, scores, labels, recipe, 1.0)
    cooled = minimize_scalar(
        lambda heat: _surprise(answers, float(heat)), bounds=(0.05, 5.0), method="bounded"
    )
    return replace(answers, temperature=round(float(cooled.x), 3))


def _surprise(answers: Answers, temperature: float | None = None) -> float:
    """Mean negative log-likelihood of the right classes."""
    scores = answers.scores / (temperature or answers.temperature)
    scores = scores - scores.max(axis=1, keepdims=True)
    likely = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    places = [answers.classes.index(label) for label in answers.labels]
    return float(-likely[np.arange(len(places)), places].mean())


def probabilities(answers: Answers) -> Floats:
    """How likely each class is, a row for every message, at the answers' temperature."""
    scores = answers.everywhere / answers.temperature
    parts = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(parts / parts.sum(axis=1, keepdims=True))


def likeliest(answers: Answers) -> list[str]:
    """The likeliest class of every message, those without a label too."""
    return [answers.classes[at] for at in answers.everywhere.argmax(axis=1)]
