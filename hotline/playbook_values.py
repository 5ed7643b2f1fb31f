"""Turns one table of a playbook file into a frozen dataclass, naming every field that does not fit."""

import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hotline.domain.playbook import Priority

T = TypeVar("T")


class UnfitTableError(Exception):
    """Some fields of a table do not fit; carries (field, problem) pairs."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{name}: {problem}" for name, problem in problems))
        self.problems = problems


def value_of(kind: type[T], table: Any) -> T:
    """`table` as a `kind` (a dataclass). Raises UnfitTableError with every field that does not fit."""
    if not isinstance(table, Mapping):
        raise UnfitTableError([("", f"must be a table, not {table!r}")])
    hints = get_type_hints(kind)
    known: dict[str, Field[Any]] = {entry.name: entry for entry in fields(kind)}  # type: ignore[arg-type]
    problems = [(name, "is not known here") for name in table if name not in known]
    values: dict[str, Any] = {}
    for name, entry in known.items():
        if name not in table:
            problems.extend(_missing(entry))
            continue
        try:
            values[name] = _fit(hints[name], table[name])
        except (TypeError, ValueError, ZoneInfoNotFoundError) as error:
            problems.append((name, str(error)))
    if problems:
        raise UnfitTableError(problems)
    return kind(**values)


def _missing(entry: Field[Any]) -> Iterator[tuple[str, str]]:
    if entry.default is MISSING and entry.default_factory is MISSING:
        yield entry.name, "is missing"


def _fit(hint: Any, value: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _fit(next(kind for kind in get_args(hint) if kind is not type(None)), value)
    if origin is tuple:
        return tuple(_fit(get_args(hint)[0], each) for each in _expect(list, value))
    if origin is not None:
        return _fit_mapping(get_args(hint), _expect(dict, value))
    return _CONVERSIONS.get(hint, lambda given: _expect(hint, given))(value)


def _fit_mapping(kinds: tuple[Any, ...], table: Mapping[str, Any]) -> Mapping[Any, Any]:
    key, kind = kinds
    return {key(name): _fit(kind, value) for name, value in table.items()}


def _expect(kind: type, value: Any) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(f"must be {_NAMES.get(kind, kind.__name__)}, not {value!r}")
    return value


def _priority(value: Any) -> Priority:
    if value not in list(Priority):
        raise ValueError(f"must be one of {', '.join(Priority)}, not {value!r}")
    return Priority(value)


def _number(value: Any) -> float:
    return float(_expect(int, value) if not isinstance(value, float) else value)


_CONVERSIONS: Final[dict[Any, Callable[[Any], Any]]] = {
    Priority: _priority,
    ZoneInfo: lambda value: ZoneInfo(_expect(str, value)),
    float: _number,
}
_NAMES: Final[dict[type, str]] = {str: "text", int: "a whole number", bool: "true or false", list: "a list"}
