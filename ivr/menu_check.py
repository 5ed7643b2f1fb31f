"""What must hold for a menu before a caller may hear it; each fault comes with its line.

Every node can be reached and ends, every path files a report or gives an answer, and nobody passes more than
two choices before he can speak; `ivr.prompt_check` adds that every prompt has its words and its sound.
"""

from collections.abc import Callable, Iterator
from typing import Final

from hotline.domain.playbook import Fault, Playbook
from ivr.menu import (
    CheckNode,
    ChooseNode,
    Menu,
    Node,
    OfficerNode,
    OperatorNode,
    Option,
    RecordNode,
    ReportNode,
    RtNode,
)
from ivr.menu_reader import read_menu
from ivr.progress import Progress
from ivr.prompt_check import Place, Problem, line_is_said, prompts_are_said, sounds_say_their_words

DEEPEST: Final = 2
"""Choices a caller passes at most: more are forgotten by somebody in fright."""
MOST_TRIES: Final = 9
"""What one digit of a step's address can count."""
_FIGURES: Final = (
    ("retries", 0, MOST_TRIES),
    ("timeout_s", 1, 60),
    ("digits", 1, 20),
    ("longest_s", 5, 600),
)
FINISH: Final = "#"
"""The only key that is stripped from what was keyed in."""


def check_menu(playbook: Playbook) -> list[Fault]:
    """Every fault of the playbook's menu; the tables themselves come first."""
    menu, faults = read_menu(playbook)
    if menu is None:
        return faults
    document = playbook.documents["menu"]
    problems = [problem for rule in _RULES for problem in rule(menu)]
    problems += [*_groups_have_priorities(menu, playbook), *prompts_are_said(menu, playbook)]
    problems += [(("menu",), problem) for problem in line_is_said(playbook)]
    problems += [(("menu",), problem) for problem in sounds_say_their_words(playbook)]
    return [Fault(document.path, document.line(*place), problem) for place, problem in problems]


def _names_fit_addresses(menu: Menu) -> Iterator[Problem]:
    for name in menu.nodes:
        if Progress.from_segment(Progress(node=name).to_segment()).node != name:
            yield ("nodes", name), f"{name} is no name of at most 30 small letters and _"


def _targets_exist(menu: Menu) -> Iterator[Problem]:
    if menu.head.start not in menu.nodes:
        yield ("menu", "start"), f"there is no node called {menu.head.start}"
    for name, node in menu.nodes.items():
        for place, target in ways(node):
            if target not in menu.nodes:
                yield ("nodes", name, *place), f"{name} leads to {target!r}, which does not exist"


def _all_are_reached(menu: Menu) -> Iterator[Problem]:
    reached: set[str] = set()
    waiting = [menu.head.start]
    while waiting:
        name = waiting.pop()
        node = menu.nodes.get(name)
        if node and name not in reached:
            reached.add(name)
            waiting.extend(target for _, target in ways(node))
    for name in sorted(menu.nodes.keys() - reached):
        yield ("nodes", name), f"no key leads to {name}"


def _none_leads_back(menu: Menu) -> Iterator[Problem]:
    """Repeating is counted; a way back is not, and a caller could be kept for ever."""
    for name in menu.nodes:
        if name in set(_beyond(menu, name, frozenset())):
            yield ("nodes", name), f"{name} leads back to itself"


def _beyond(menu: Menu, name: str, above: frozenset[str]) -> Iterator[str]:
    node = menu.nodes.get(name)
    if node is None or name in above:
        return
    for _, target in ways(node):
        yield target
        yield from _beyond(menu, target, above | {name})


def _few_choices(menu: Menu) -> Iterator[Problem]:
    deepest = _depth(menu, menu.head.start, frozenset())
    if deepest > DEEPEST:
        yield ("nodes", menu.head.start), f"{deepest} choices in a row; {DEEPEST} at most"


def _depth(menu: Menu, name: str, above: frozenset[str]) -> int:
    node = menu.nodes.get(name)
    if node is None or name in above:
        return 0
    below = max((_depth(menu, target, above | {name}) for _, target in ways(node)), default=0)
    return below + isinstance(node, ChooseNode)


def _keys_are_clear(menu: Menu) -> Iterator[Problem]:
    for name, node in menu.nodes.items():
        if not isinstance(node, ChooseNode):
            continue
        if not node.options:
            yield ("nodes", name), f"{name} has no choices"
        keys = [option.key for option in node.options]
        for position, key in enumerate(keys):
            place: Place = ("nodes", name, "choices", position, "key")
            if len(key) != 1 or key not in "0123456789":
                yield place, f"key {key!r} is not one digit"
            elif key in keys[:position]:
                yield place, f"key {key} stands twice in {name}"


def _choices_lead_somewhere(menu: Menu) -> Iterator[Problem]:
    for place, option in _options(menu):
        if option.repeat == bool(option.goes):
            yield place, f"key {option.key} must either lead to a node or repeat"


def _groups_have_priorities(menu: Menu, playbook: Playbook) -> Iterator[Problem]:
    for place, option in _options(menu):
        if option.group is None:
            continue
        if option.group not in playbook.group_priority:
            yield (*place, "group"), f"group {option.group} has no priority in [group_priority]"
        if not 0 <= option.group <= 9:
            yield (*place, "group"), f"group {option.group} is not one digit"


def _options(menu: Menu) -> Iterator[tuple[Place, Option]]:
    for name, node in menu.nodes.items():
        if isinstance(node, ChooseNode):
            for position, option in enumerate(node.options):
                yield ("nodes", name, "choices", position), option


def _figures_are_sane(menu: Menu) -> Iterator[Problem]:
    if not 0 <= menu.head.repeats <= MOST_TRIES:
        yield ("menu", "repeats"), f"repeats must be 0 to {MOST_TRIES}"
    for name, node in menu.nodes.items():
        for field, low, high in _FIGURES:
            if not low <= getattr(node, field, low) <= high:
                yield ("nodes", name, field), f"{field} must be {low} to {high}"
        if isinstance(node, OperatorNode) and node.leave_key not in ("", *"123456789"):
            yield ("nodes", name, "leave_key"), f"leave_key {node.leave_key!r} is not one digit"
        if getattr(node, "finish", FINISH) != FINISH:
            yield ("nodes", name, "finish"), f"finish must be {FINISH}"


def _one_waits(menu: Menu) -> Iterator[Problem]:
    """Units come to the same place as callers when they ask for a person."""
    waits = [name for name, node in menu.nodes.items() if isinstance(node, OperatorNode)]
    for name in waits[1:]:
        yield ("nodes", name), f"{name} and {waits[0]} both wait for an operator; one node may"


def ways(node: Node) -> Iterator[tuple[Place, str]]:
    """Where a node can lead, each with its place in the node's table."""
    match node:
        case ChooseNode():
            for position, option in enumerate(node.options):
                if not option.repeat:
                    yield ("choices", position), option.goes
            yield ("otherwise",), node.otherwise
        case RtNode():
            yield ("goes",), node.goes
            yield ("otherwise",), node.otherwise
        case CheckNode():
            yield ("otherwise",), node.otherwise
        case RecordNode() | OperatorNode() | OfficerNode():
            yield ("goes",), node.goes
        case ReportNode():
            pass


_RULES: Final[tuple[Callable[[Menu], Iterator[Problem]], ...]] = (
    _names_fit_addresses,
    _targets_exist,
    _all_are_reached,
    _none_leads_back,
    _few_choices,
    _keys_are_clear,
    _choices_lead_somewhere,
    _figures_are_sane,
    _one_waits,
)
