"""Reads the playbook's menu.toml into a `Menu`, gathering every table that does not fit."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeVar

from hotline.domain.playbook import Document, Fault, Playbook
from hotline.playbook_values import UnfitTableError, value_of
from ivr.menu import KINDS, ChooseNode, Head, Menu, Node, Option
from ivr.prompts import area_clip

T = TypeVar("T")


class MenuError(Exception):
    """The menu can't be used; its faults are those that the playbook's check lists."""


def menu_of(playbook: Playbook) -> Menu:
    """The menu of a playbook that was checked. Raises MenuError if its tables do not fit."""
    menu, faults = read_menu(playbook)
    if menu is None:
        raise MenuError("\n".join(str(fault) for fault in faults))
    return menu


def read_menu(playbook: Playbook) -> tuple[Menu | None, list[Fault]]:
    """The menu, or None and every table that does not fit, with its line."""
    document = playbook.documents.get("menu")
    if document is None:
        return None, [Fault(f"{playbook.folder}/menu.toml", 1, "the file is missing")]
    reading = _Reading(document)
    head = reading.table(Head, document.data.get("menu", {}), "menu")
    tables = document.data.get("nodes", {})
    nodes = {name: reading.node(playbook, name, table) for name, table in tables.items()}
    if head is None or reading.faults:
        return None, reading.faults
    return Menu(head, MappingProxyType({name: node for name, node in nodes.items() if node})), []


class _Reading:
    """Turns tables of one document into values and notes what does not fit, and where."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.faults: list[Fault] = []

    def node(self, playbook: Playbook, name: str, table: Mapping[str, Any]) -> Node | None:
        """The node of a [nodes.…] table."""
        place = ("nodes", name)
        fields = {key: value for key, value in table.items() if key not in {"kind", "choices"}}
        kind = KINDS.get(table.get("kind", ""))
        if kind is None:
            self._fault(f"kind must be one of {', '.join(KINDS)}", *place, "kind")
            return None
        node = self.table(kind, fields, *place)
        if not isinstance(node, ChooseNode):
            return node
        # Whoever wants to hear it again has heard the kelurahan first.
        return replace(node, options=(*_areas(playbook, node), *self._choices(name, table)))

    def table(self, kind: type[T], table: Mapping[str, Any], *place: str | int) -> T | None:
        """`table` as a `kind`, or None after noting why not."""
        try:
            return value_of(kind, table)
        except UnfitTableError as error:
            for name, problem in error.problems:
                self._fault(f"{name} {problem}", *place, name)
        return None

    def _choices(self, name: str, table: Mapping[str, Any]) -> list[Option]:
        options = [
            self.table(Option, choice, "nodes", name, "choices", position)
            for position, choice in enumerate(table.get("choices", []))
        ]
        return [option for option in options if option]

    def _fault(self, problem: str, *place: str | int) -> None:
        self.faults.append(Fault(self.document.path, self.document.line(*place), problem))


def _areas(playbook: Playbook, node: ChooseNode) -> list[Option]:
    """Every kelurahan as an option, where the node asks for them."""
    if not node.areas_go:
        return []
    return [
        Option(key=area.key, says=area_clip(area.code), goes=node.areas_go, area=area.key)
        for area in playbook.areas.values()
    ]
