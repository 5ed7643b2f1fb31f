import hashlib
import json
from pathlib import Path

import pytest

from tests.support.processes import ROOT
from tools.front_end import UnexpectedContentError, vendor


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    script = tmp_path / "node_modules/tool/dist/tool.min.js"
    script.parent.mkdir(parents=True)
    script.write_text("run()")
    digest = hashlib.sha256(b"run()").hexdigest()
    table = [{"from": "tool/dist/tool.min.js", "to": "tool.js", "sha256": digest}]
    (tmp_path / "package.json").write_text(json.dumps({"vendored": table}))
    return tmp_path


def run(checkout: Path) -> list[Path]:
    return vendor(checkout / "package.json", checkout / "node_modules", checkout / "vendor")


def test_the_files_of_the_table_are_copied_and_older_ones_go(checkout: Path) -> None:
    (checkout / "vendor").mkdir()
    (checkout / "vendor/old.js").touch()
    assert [file.read_text() for file in run(checkout)] == ["run()"]
    assert [file.name for file in (checkout / "vendor").iterdir()] == ["tool.js"]


def test_a_file_that_is_not_the_recorded_one_is_refused_and_nothing_changes(checkout: Path) -> None:
    (checkout / "vendor").mkdir()
    (checkout / "node_modules/tool/dist/tool.min.js").write_text("steal()")
    with pytest.raises(UnexpectedContentError, match=r"tool\.min\.js has SHA-256"):
        run(checkout)
    assert list((checkout / "vendor").iterdir()) == []


def test_every_vendored_script_brings_its_licence() -> None:
    names = [entry["to"] for entry in json.loads((ROOT / "package.json").read_text())["vendored"]]
    scripts = {name.split(".")[0].removesuffix("-ext") for name in names if name.endswith(".js")}
    assert scripts == {name.split(".")[0] for name in names if name.endswith(".LICENSE.txt")}


def test_the_lock_names_exact_versions_and_no_place_to_fetch_them_from() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    package = json.loads((ROOT / "package.json").read_text())
    wanted = package["dependencies"] | package["devDependencies"]
    held = {name.removeprefix("node_modules/"): part for name, part in lock["packages"].items() if name}
    assert {name: part["version"] for name, part in held.items()} == wanted
    assert all("resolved" not in part and part["integrity"] for part in held.values())
