"""A visitor without scripts: reads the forms of a page and sends them as a browser would."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser

import requests


@dataclass
class Form:
    """One form: where it goes, and what it would send if nobody touched it."""

    action: str
    method: str
    values: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    """What can be chosen for each select, radio and checkbox, and by which button it is sent."""

    def has(self, fields: Iterable[str]) -> bool:
        """Whether it has all of `fields`."""
        return set(fields) <= self._known()

    def _known(self) -> set[str]:
        return {name for name, _ in self.values} | set(self.choices)

    def filled(self, changes: dict[str, str | list[str]]) -> list[tuple[str, str]]:
        """The values to send; AssertionError for a field that the form does not have."""
        known = self._known()
        assert set(changes) <= known, f"{self.action} has {sorted(known)}, not {sorted(set(changes) - known)}"
        kept = [(name, value) for name, value in self.values if name not in changes]
        for name, value in changes.items():
            kept.extend((name, each) for each in (value if isinstance(value, list) else [value]))
        return kept


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.text: list[str] = []
        self._select = ""
        self._first_option = True
        self._area: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif (self.forms and "name" in given) or tag == "option":
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        form = self.forms[-1] if self.forms else Form("", "get")
        name = given.get("name", "")
        if tag == "input" and given.get("type") in ("checkbox", "radio"):
            form.choices.setdefault(name, []).append(given.get("value", "on"))
            if "checked" in given:
                form.values.append((name, given.get("value", "on")))
        elif tag == "input":
            form.values.append((name, given.get("value", "")))
        elif tag == "button":
            form.choices.setdefault(name, []).append(given.get("value", ""))
        elif tag == "select":
            self._select, self._first_option = name, True
            form.choices[name] = []
        elif tag == "option" and self._select:
            self._option(form, given)
        elif tag == "textarea":
            self._area = (name, [])

    def _option(self, form: Form, given: dict[str, str]) -> None:
        value = given.get("value", "")
        form.choices[self._select].append(value)
        if "selected" in given or self._first_option:
            form.values = [(name, old) for name, old in form.values if name != self._select]
            form.values.append((self._select, value))
        self._first_option = False

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea" and self._area and self.forms:
            name, words = self._area
            self.forms[-1].values.append((name, "".join(words)))
            self._area = None

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self._area:
            self._area[1].append(data)


class Visitor:
    """A browser without scripts on one address."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.session = requests.Session()
        self.session.trust_env = False

    def open(self, path: str) -> "Page":
        """The page at `path`; AssertionError unless it answers 200."""
        answer = self.session.get(self.base + path, timeout=20)
        assert answer.status_code == 200, f"{path} answered {answer.status_code}: {answer.text[:300]}"
        return Page(self, answer)


class Page:
    """A page that was opened."""

    def __init__(self, visitor: Visitor, answer: requests.Response) -> None:
        self.visitor = visitor
        self.status = answer.status_code
        self.url = answer.url
        self.html = answer.text
        parser = _Forms()
        parser.feed(self.html)
        self.forms = parser.forms
        self.text = " ".join(" ".join(parser.text).split())

    def form(self, ending: str, fields: Iterable[str] = ()) -> Form:
        """The form whose action ends so; where a page has several, the first with all of `fields`."""
        found = [form for form in self.forms if form.action.endswith(ending)]
        assert found, f"no form to {ending}; there are {[form.action for form in self.forms]}"
        return next((form for form in found if form.has(fields)), found[0])

    def submit(self, ending: str, **changes: str | list[str]) -> "Page":
        """Sends a form with some fields changed, follows where it leads; any status is returned."""
        form = self.form(ending, changes)
        answer = self.visitor.session.post(
            self.visitor.base + form.action, data=form.filled(changes), timeout=20
        )
        return Page(self.visitor, answer)
