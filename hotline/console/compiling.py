"""Templates are compiled once in a process, from the first request on, and before somebody waits for them.

A case's page stands on thirty files. Where ten people opened one just after a start, each compiled them for
himself, and all waited for seconds: a case's 95th percentile was 2.5 s and is 0.12 (docs/performance.md).
"""

import threading
from types import CodeType
from typing import Final

from flask import Flask
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket


class _Compiled(BytecodeCache):
    """What this process has compiled, for all of its applications."""

    def __init__(self) -> None:
        self.begun = False
        self._codes: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get(bucket.key + bucket.checksum)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[bucket.key + bucket.checksum] = bucket.code


_COMPILED: Final = _Compiled()


def compile_ahead(app: Flask) -> None:
    """With the first request: a command that only asks something need not wait for any template."""
    app.jinja_env.bytecode_cache = _COMPILED

    def begin() -> None:
        if not _COMPILED.begun:
            _COMPILED.begun = True
            threading.Thread(
                target=_compile_all, args=(app.jinja_env,), name="templates", daemon=True
            ).start()

    app.before_request(begin)


def _compile_all(environment: Environment) -> None:
    for name in environment.list_templates():
        environment.get_template(name)
