"""Rows of values that a statement is asked with, as one value: for rows what `hotline.among` is for a list.

An UPDATE that joins them changes many rows, each to values of its own, in one step: a statement for each
costs a batch of sends four times as much (what it buys is in docs/performance.md).
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import JSON, ColumnElement, String, bindparam, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


def given(name: str, *columns: InstrumentedAttribute[Any]) -> Sequence[ColumnElement[Any]]:
    """What stands for each of these columns, of whole numbers or words, in the rows that the parameter
    `name` holds as `rows` makes it.
    """
    row = _Rows(bindparam(name, type_=String())).table_valued("value", name=name).c.value
    return [_Value(row, place, column) for place, column in enumerate(columns)]


def rows(values: Sequence[Sequence[int | str | None]]) -> str:
    """The parameter for `given`: each row with a value for every column. Raises ValueError for a word with
    NUL, which PostgreSQL refuses and SQLite would end the word at.
    """
    if any("\x00" in value for row in values for value in row if isinstance(value, str)):
        raise ValueError("a word with NUL")
    return json.dumps(values, ensure_ascii=False)


class _Rows(FunctionElement[Any]):
    inherit_cache = True
    type = JSON()


class _Value(FunctionElement[Any]):
    inherit_cache = True

    def __init__(self, row: ColumnElement[Any], place: int, column: InstrumentedAttribute[Any]) -> None:
        super().__init__(row, literal_column(str(place)))
        self.type = column.type


@compiles(_Rows, "postgresql")
def _elements(element: _Rows, compiler: SQLCompiler, **how: Any) -> str:
    return f"json_array_elements(CAST({compiler.process(element.clauses, **how)} AS JSON))"


@compiles(_Rows, "sqlite")
def _each(element: _Rows, compiler: SQLCompiler, **how: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **how)})"


@compiles(_Value, "postgresql")
def _turned(element: _Value, compiler: SQLCompiler, **how: Any) -> str:
    row, place = (compiler.process(each, **how) for each in element.clauses)
    return f"CAST({row} ->> {place} AS {element.type.compile(compiler.dialect)})"


@compiles(_Value, "sqlite")
def _as_it_is(element: _Value, compiler: SQLCompiler, **how: Any) -> str:
    row, place = (compiler.process(each, **how) for each in element.clauses)
    return f"json_extract({row}, '$[{place}]')"
