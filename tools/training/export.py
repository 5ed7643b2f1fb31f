"""Writes the fitted weights as the playbook's small model file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from sms.grammar.features import SHAPE
from sms.grammar.model_file import NAME, TASKS, digest, write_model
from tools.training.course import Course
from tools.training.matrix import Floats

MOST_FEATURES: Final = 26_000
"""The features kept, those with the largest weights: with 40 columns the file stays under 2 MB."""
_STEPS: Final = 127


def export(course: Course, thresholds: Mapping[str, float], folder: Path) -> int:
    """Writes model.json into the playbook's folder; its size in bytes."""
    fitted = course.fitted()
    features = sorted({*course.plain.features, *course.told.features})
    places = {name: at for at, name in enumerate(features)}
    blocks: list[Floats] = []
    tasks: dict[str, Any] = {}
    for name in TASKS:
        found = fitted[name]
        matrix = course.matrix(name)
        block = np.zeros((len(features), len(found.classes)))
        block[[places[feature] for feature in matrix.features]] = (found.weights * matrix.weights).T
        scale = np.abs(block).max(axis=0) / _STEPS
        scale[scale == 0] = 1.0
        blocks.append(block / scale)
        tasks[name] = {
            "classes": list(found.classes),
            "bias": [round(float(value), 5) for value in found.bias],
            "scale": [round(float(value), 8) for value in scale],
            "temperature": course.answers[name].temperature,
        }
    whole = np.rint(np.hstack(blocks)).astype(np.int8)
    loudest = np.argsort(-np.abs(np.hstack(blocks)).max(axis=1), kind="stable")[:MOST_FEATURES]
    kept = np.sort(loudest)
    path = folder / NAME
    head = {"shape": SHAPE, "messages": digest(folder), "tasks": tasks, "thresholds": dict(thresholds)}
    write_model(path, head, [features[at] for at in kept], whole[kept].tobytes())
    return path.stat().st_size
