"""The file that holds a trained model, and the messages it was trained on: read, written, and checked.

`model.json` beside the playbook's other files:
    shape       the features it was trained with, see `features.SHAPE`
    messages    SHA-256 of the messages it was trained on, see `digest`
    tasks       intent, type, priority, status: classes, bias, scale (a class each) and temperature
    thresholds  what certainty is asked before what is believed, chosen on messages kept aside
    features    their names, a line each
    weights     base64 of signed bytes: a row for every feature, in it a column for every class of every task
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from hotline.domain.lifecycle import StatusCode
from hotline.domain.playbook import Fault, Playbook, Priority
from sms.grammar.features import SHAPE
from sms.grammar.meaning import Intent
from sms.grammar.model import Model, Task
from sms.grammar.topics import Topics

NAME: Final = "model.json"
MESSAGES: Final = "messages"
TASKS: Final = ("intent", "type", "priority", "status")
DANGER: Final = ("darurat", "darurat_if_raised")
"""How likely danger to life must be: at all, and where signs in the text raise it."""
THRESHOLDS: Final = (*DANGER, "sure_intent", "sure_type")


class UnfitModelError(Exception):
    """The file can't be used; says why."""


def message_files(folder: Path) -> list[Path]:
    """The files of messages of the playbook in `folder`, in order of their names."""
    return sorted((folder / MESSAGES).glob("*.tsv"))


def digest(folder: Path) -> str:
    """The mark of the messages in `folder`: another when a letter of them changes."""
    mark = hashlib.sha256()
    for path in message_files(folder):
        mark.update(f"{path.name}\n".encode())
        mark.update(path.read_bytes())
    return mark.hexdigest()


def read_model(path: Path, topics: Topics) -> Model:
    """The model in `path`. Raises UnfitModelError where it is none or was made for other features."""
    return model_of(_content(path), topics)


def model_of(content: Mapping[str, Any], topics: Topics) -> Model:
    """The model in a file's content. Raises UnfitModelError."""
    try:
        if content["shape"] != SHAPE:
            raise UnfitModelError(f"its features are of shape {content['shape']}, not {SHAPE}")
        tasks: dict[str, Task] = {}
        first = 0
        for name in TASKS:
            tasks[name] = _task(content["tasks"][name], first)
            first += len(tasks[name].classes)
        features = content["features"].split("\n")
        table = base64.b64decode(content["weights"], validate=True)
        thresholds = {name: float(content["thresholds"][name]) for name in THRESHOLDS}
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
        raise UnfitModelError(f"{type(error).__name__}: {error}") from error
    if len(table) != first * len(features):
        raise UnfitModelError(f"{len(table)} weights are not {first} for each of {len(features)} features")
    return Model.of(tasks, features, table, thresholds, topics)


def _task(table: Mapping[str, Any], first: int) -> Task:
    classes = tuple(map(str, table["classes"]))
    bias, scale = (tuple(map(float, table[name])) for name in ("bias", "scale"))
    if not len(classes) == len(bias) == len(scale) > 0:
        raise ValueError("as many classes as biases and scales are wanted")
    if not float(table["temperature"]) > 0:
        raise ValueError("a temperature above 0 is wanted")
    return Task(classes, first, bias, scale, float(table["temperature"]))


def write_model(path: Path, content: Mapping[str, Any], features: Sequence[str], table: bytes) -> None:
    """Writes a model: `content` is the file's head, to which features and weights are added."""
    whole = {**content, "features": "\n".join(features), "weights": base64.b64encode(table).decode()}
    path.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _content(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnfitModelError(f"it can't be read ({error})") from error


def fit_model(playbook: Playbook, topics: Topics) -> Model | None:
    """The playbook's model, or None where there is none that fits: the rules then work alone."""
    try:
        content = _content(Path(playbook.folder) / NAME)
        model = model_of(content, topics)
    except UnfitModelError:
        return None
    return None if any(_unknown(model, playbook)) else model


def check_model(playbook: Playbook) -> list[Fault]:
    """Why the playbook's model is missing, unfit or older than its messages; empty when all is well."""
    path = Path(playbook.folder) / NAME
    if not path.is_file():
        return [Fault(str(path), 1, "the trained model is missing, the rules work alone: run make train")]
    try:
        content = _content(path)
        model = model_of(content, Topics.of(None, {}))
    except UnfitModelError as error:
        return [Fault(str(path), 1, f"the trained model is unfit, the rules work alone: {error}")]
    faults = [Fault(str(path), 1, f"{problem}: run make train") for problem in _unknown(model, playbook)]
    if content.get("messages") != digest(Path(playbook.folder)):
        faults.append(Fault(str(path), 1, "the messages are others than it was trained on: run make train"))
    return faults


def _unknown(model: Model, playbook: Playbook) -> Iterator[str]:
    known: Mapping[str, frozenset[str]] = {
        "intent": frozenset(Intent),
        "type": frozenset(playbook.types),
        "priority": frozenset(Priority),
        "status": frozenset(StatusCode.__members__),
    }
    for name, task in model.tasks.items():
        for each in task.classes:
            if each not in known[name]:
                yield f"{name}: {each} is not known"
    for each in Priority:
        if each not in model.tasks["priority"].classes:
            yield f"priority: {each} is missing"
