"""Who may import whom, and what the house forbids: the rules of its picture, held by reading the code."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from hotline.environment import read_settings
from hotline.outbox import LEASES, Kind
from tests.support.code import HOUSE, MODULES, tree_of
from workers.assembly import assemble, keepers

GENERATED: Final = "hotline.migrations.versions"
LONGEST_FILE: Final = 400

# From the top of the house to its foundations: each may import those after it, and nothing before it.
FLOORS: Final = (
    ("wsgi",),
    ("workers",),
    ("sms", "ivr"),  # lines beside each other, which do not know of each other
    ("hotline.console", "hotline.commands", "hotline.health_pages"),
    ("hotline",),  # the use cases and what they stand on
    (
        "hotline.unit_of_work", "hotline.audit_chain", "hotline.outbox", "hotline.timers", "hotline.spool",
        "hotline.storing",
        "hotline.keeping", "hotline.journal", "hotline.log_emptying", "hotline.completing", "hotline.floods",
        "hotline.door", "hotline.clock", "hotline.database", "hotline.schema",
        "hotline.settings", "hotline.modem_settings", "hotline.environment",
        "hotline.private_file", "hotline.playbook_reader", "hotline.playbook_check", "hotline.playbook_texts",
        "hotline.playbook_values", "hotline.playbook_response", "hotline.playbook_evaluation",
        "hotline.carrier_http", "hotline.curl_handle", "hotline.callback_fields", "hotline.migrations",
        "hotline.pinging",
        "hotline.turnstile",
        "hotline.fair_lock", "hotline.fresh_rows", "hotline.many_rows", "hotline.correspondents",
        "hotline.pen", "hotline.one_core",
    ),
    ("hotline.models", "hotline.among", "hotline.given"),
    ("hotline.domain",),
)  # fmt: skip

# What comes from outside, and the modules (patterns) that may know it.
OUTSIDERS: Final = {
    "flask|flask_wtf|flask_babel|wtforms|werkzeug": (
        r"wsgi|hotline\.console(\..*)?|hotline\.pretend_carrier(\..*)?|hotline\.web"
        r"|(\w+\.)+commands|(sms|ivr)\.webhooks|tools\.bench\.trivial_view"
    ),
    "rq|redis|valkey": r"workers\.queues",
    "africastalking": r"(sms|ivr)\.africastalking",
    "sqlalchemy": (
        r"(?!hotline\.domain|sms\.grammar|ivr\.(menu|speech|fallback)$|hotline\.pretend_carrier|tools).*"
    ),
    "requests|urllib3": (
        r"hotline\.pretend_carrier\..*|ivr\.(recordings|time_limit)|(sms|ivr)\.africastalking"
    ),
    "pycurl": r"hotline\.(carrier_http|curl_handle)",
    "alembic": r"hotline\.schema|hotline\.migrations.*",
    "granian|gunicorn": r"$^",
    "unittest|pytest|hypothesis": r"$^",
}

FORBIDDEN_NAMES: Final = re.compile(r"utils?|helpers?|common|managers?|services?|misc|base_\w+|abstract\w*")
CLOCKS_AND_SETTINGS: Final = (
    r"hotline\.(environment|clock|runtime)|hotline\.pretend_carrier(\..*)?|hotline\.migrations\.env|tools\..*"
)


def imported(node: ast.AST) -> Iterator[str]:
    """The modules that an import statement names; a name from a package counts as the module it may be."""
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=str(package), names=names):
            for alias in names:
                whole = f"{package}.{alias.name}"
                yield whole if whole in MODULES else package


@cache
def imports_of(module: str) -> frozenset[str]:
    return frozenset(name for node in ast.walk(tree_of(module)) for name in imported(node))


def ours(module: str) -> frozenset[str]:
    return frozenset(name for name in imports_of(module) if name in MODULES)


def floor_of(module: str) -> tuple[int, str]:
    """The floor, and the part of it, whose name is the longest that fits."""
    fits = [
        (len(part), floor, part)
        for floor, parts in enumerate(FLOORS)
        for part in parts
        if module == part or module.startswith(f"{part}.")
    ]
    _, floor, part = max(fits)
    return floor, part


Rule = Callable[[str], None]


def held_by(modules: Iterable[str]) -> Callable[[Rule], Callable[[], None]]:
    """One test that holds a rule for each of these modules, and names every one that breaks it."""

    def hold(rule: Rule) -> Callable[[], None]:
        def check() -> None:
            broken = [f"{module}: {said}" for module in modules if (said := _complaint(rule, module))]
            assert not broken, "\n".join(broken)

        check.__doc__ = rule.__doc__
        return check

    return hold


def _complaint(rule: Rule, module: str) -> str:
    try:
        rule(module)
    except (AssertionError, pytest.fail.Exception) as error:
        return str(error).strip() or "breaks it"
    return ""


EVERY_MODULE: Final = held_by(list(MODULES))


@held_by(HOUSE)
def test_imports_lead_downward_only(module: str) -> None:
    floor, part = floor_of(module)
    for name in ours(module):
        other_floor, other_part = floor_of(name)
        assert other_floor >= floor, f"{module} imports {name} from a floor above"
        if (part, other_part) in (("sms", "ivr"), ("ivr", "sms")):
            pytest.fail(f"{module} imports {name}: the lines do not know each other")


@held_by(HOUSE)
def test_the_house_never_names_its_pretend_company(module: str) -> None:
    assert "pretend_carrier" not in MODULES[module].read_text(encoding="utf-8")


@held_by([name for name in MODULES if name.startswith("hotline.pretend_carrier")])
def test_the_pretend_company_knows_nothing_of_the_house(module: str) -> None:
    assert all(name.startswith("hotline.pretend_carrier") for name in ours(module))


@held_by(HOUSE)
def test_the_house_needs_none_of_its_tools(module: str) -> None:
    assert not [name for name in imports_of(module) if name.split(".")[0] in {"tools", "tests"}]


def test_no_import_leads_in_a_circle() -> None:
    open_ones: list[str] = []
    done: set[str] = set()

    def visit(module: str) -> None:
        if module in open_ones:
            pytest.fail(" > ".join([*open_ones[open_ones.index(module) :], module]))
        if module not in done:
            open_ones.append(module)
            for name in sorted(ours(module) - {module}):
                visit(name)
            done.add(open_ones.pop())

    for module in MODULES:
        visit(module)


@pytest.mark.parametrize(("outsiders", "allowed"), OUTSIDERS.items())
def test_what_comes_from_outside_is_known_where_it_belongs(outsiders: str, allowed: str) -> None:
    strays = [
        f"{module} imports {name}"
        for module in MODULES
        for name in imports_of(module)
        if re.fullmatch(outsiders, name.split(".")[0]) and not re.fullmatch(allowed, module)
    ]
    assert strays == []


ADAPTERS: Final = frozenset({"sms.africastalking", "ivr.africastalking"})


def test_adapters_are_chosen_where_processes_are_put_together() -> None:
    """And known to nobody else: whoever uses one has been given it."""
    for module in MODULES:
        if ADAPTERS & ours(module):
            assert module == "wsgi" or module.startswith("workers."), module


def test_only_the_desk_owns_tables() -> None:
    strays = [
        module
        for module in MODULES
        if not module.startswith(("hotline.models", GENERATED))
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Name) and node.id == "__tablename__"
    ]
    assert strays == []


def test_decisions_stand_on_the_standard_library_alone() -> None:
    """And on the tables of telephone numbers."""
    standard = {
        "collections", "dataclasses", "datetime", "enum", "functools", "itertools", "math", "phonenumbers",
        "re", "string", "types", "typing", "unicodedata", "zoneinfo",
    }  # fmt: skip
    for module in MODULES:
        if module.startswith("hotline.domain"):
            outside = {
                name.split(".")[0] for name in imports_of(module) if not name.startswith("hotline.domain")
            }
            assert outside <= standard, module


@EVERY_MODULE
def test_no_import_hides_in_a_function_and_none_is_relative(module: str) -> None:
    tree = tree_of(module)
    at_the_top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno} imports relatively"
        if isinstance(node, ast.Import | ast.ImportFrom):
            assert id(node) in at_the_top, f"{module}:{node.lineno} imports inside something"


def reads_clock_or_environment(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="datetime"), attr="now" | "utcnow" | "today"):
            return True
        case ast.Attribute(value=ast.Name(id="date"), attr="today"):
            return True
        case ast.Attribute(value=ast.Name(id="os"), attr="environ" | "getenv" | "putenv"):
            return True
        case ast.Attribute(value=ast.Name(id="time"), attr="time"):
            return True
        case ast.ImportFrom(module="os", names=names):
            return any(alias.name in {"environ", "getenv", "putenv"} for alias in names)
        case ast.ImportFrom(module="time", names=names):
            return any(alias.name == "time" for alias in names)
    return False


@held_by([name for name in MODULES if not re.fullmatch(CLOCKS_AND_SETTINGS, name)])
def test_time_and_settings_come_in_from_the_edge(module: str) -> None:
    for node in ast.walk(tree_of(module)):
        assert not reads_clock_or_environment(node), f"{module}:{node.lineno}"  # type: ignore[attr-defined]


@held_by([name for name in MODULES if not name.startswith(GENERATED)])
def test_no_file_is_longer_than_can_be_read_in_one_go(module: str) -> None:
    assert len(MODULES[module].read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@EVERY_MODULE
def test_names_say_what_a_file_is_for(module: str) -> None:
    assert not any(FORBIDDEN_NAMES.fullmatch(part) for part in module.split("."))


@EVERY_MODULE
def test_every_file_opens_with_what_it_is_for(module: str) -> None:
    assert ast.get_docstring(tree_of(module)) or not tree_of(module).body


@EVERY_MODULE
def test_nothing_happens_at_import(module: str) -> None:
    """Definitions, constants and declarations only; a bare call is what a program starts with."""
    for node in tree_of(module).body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            called = ast.unparse(node.value.func)
            assert (module, called) in STARTERS, f"{module}:{node.lineno} calls {called} at import"
        assert not isinstance(node, ast.For | ast.While | ast.With), f"{module}:{node.lineno}"


STARTERS: Final = {("hotline.migrations.env", "run"), ("workers.__main__", "leave")}


def test_every_kind_of_promise_has_its_keeper_and_its_lease(tmp_path: Path) -> None:
    assembly = assemble(read_settings({"HOTLINE_VAR": str(tmp_path)}))
    kinds = keepers(assembly).kinds()
    assembly.runtime.engine.dispose()
    assert sorted(kinds) == sorted(Kind)
    assert set(LEASES) == set(Kind)


class Door(NamedTuple):
    """One thing that only a few modules may do, so that nothing leaves past `hotline.notify`."""

    what: str
    called: str
    """A pattern for the whole of what is called."""
    given: str
    """A pattern that one of the arguments must hold; empty for any call."""
    by: frozenset[str]
    """Nobody else; each of them does it, unless it is `perhaps`."""
    perhaps: frozenset[str] = frozenset()


DOORS: Final = (
    Door("makes a text", r"(\w+\.)*TextMessage", "", frozenset({"hotline.notify", "sms.reading"})),
    Door("makes an outgoing text", r"(\w+\.)*TextMessage", "inbound=False", frozenset({"hotline.notify"})),
    Door("makes a call", r"(\w+\.)*Call", "", frozenset({"hotline.notify", "sms.modem.calls"})),
    Door("makes a call that we place", r"(\w+\.)*Call", "inbound=False", frozenset({"hotline.notify"})),
    Door("inserts texts or calls", r"(\w+\.)*(insert|bulk_\w+)", r"\b(TextMessage|Call)\b",
         frozenset({"ivr.sessions"})),
    Door("promises a text or a call", r"(\w+\.)*(promise|tick|Promise)", r"\b(SEND_TEXT|PLACE_CALL)\b",
         frozenset({"hotline.notify"}), perhaps=frozenset({"sms.sending"})),
    Door("asks a carrier to send", r"(\w+\.)*(gateway|line)\.send", "", frozenset({"sms.sending"})),
    Door("asks a carrier to ring", r"(\w+\.)*place_call", "", frozenset({"ivr.dialling"})),
    Door("hands a text to the carrier's own program", r"(\w+\.)*_client\.(send\w*|call)", "",
         frozenset({"sms.africastalking"}), perhaps=frozenset({"ivr.africastalking"})),
    Door("looks once more before it rings", r"notify\.must_not_ring", "", frozenset({"ivr.dialling"})),
    Door("looks once more before it sends", r"notify\.refusals_at_sending", "", frozenset({"sms.sending"})),
)  # fmt: skip


def done_by(door: Door) -> frozenset[str]:
    return frozenset(
        module
        for module in HOUSE
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Call)
        and re.fullmatch(door.called, ast.unparse(node.func))
        and any(re.search(door.given, ast.unparse(each)) for each in [*node.args, *node.keywords, node.func])
    )


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.what)
def test_nothing_goes_round_the_one_door_out(door: Door) -> None:
    """The guard of `hotline.notify` stands in front of every text and every call, since nobody else can make
    one: neither the row, nor the promise that sends it, nor the request to the carrier.
    """
    assert done_by(door) - door.perhaps == door.by
