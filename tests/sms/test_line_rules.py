"""`lines.toml` is checked when it is loaded, with file and line; prefixes tell the networks."""

from pathlib import Path

import pytest

from hotline.playbook_reader import PlaybookError, read_playbook
from hotline.settings import DEFAULT_PLAYBOOK
from sms.line_rules import check_lines, line_rules_of
from tests.stories.conftest import changed


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("texts_per_day = 300", 'texts_per_day = "many"', "texts_per_day"),
        ("gap_minutes = 5", "gap_minute = 5", "gap_minute"),
        ('prefer = ["free", "network", "listed"]', 'prefer = ["cheap"]', "prefer knows"),
        ('purposes = ["dispatch"]', 'purposes = ["alarm"]', "purposes knows"),
        ('prefixes = ["0895", "0896", "0897", "0898", "0899"]', 'prefixes = ["0811"]', "TELKOMSEL's already"),
        ('prefixes = ["0895", "0896", "0897", "0898", "0899"]', 'prefixes = ["+628"]', "begin with 0"),
    ],
)
def test_what_does_not_fit_is_named_with_file_and_line(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    folder = changed(tmp_path / "playbook", {old: new})
    line = (folder / "lines.toml").read_text().splitlines().index(new) + 1
    with pytest.raises(PlaybookError) as unfit:
        read_playbook(folder, [check_lines])
    assert problem in str(unfit.value)
    assert f"lines.toml:{line}" in str(unfit.value) or "gap_minutes" in str(unfit.value)


def test_a_playbook_without_the_file_is_refused(tmp_path: Path) -> None:
    folder = changed(tmp_path / "playbook", {})
    (folder / "lines.toml").unlink()
    with pytest.raises(PlaybookError, match=r"lines.toml"):
        read_playbook(folder, [check_lines])


@pytest.mark.parametrize(
    ("number", "network"),
    [
        ("+6281174300001", "TELKOMSEL"), ("+6285100000001", "TELKOMSEL"), ("+6285600000001", "INDOSAT"),
        ("+6281700000001", "XL"), ("+6289600000001", "TRI"), ("+6288100000001", "SMARTFREN"),
        ("+62741306000", None), ("+60123456789", None),
    ],
)  # fmt: skip
def test_the_prefix_tells_the_network(number: str, network: str | None) -> None:
    found = line_rules_of(read_playbook(DEFAULT_PLAYBOOK)).network_of(number)
    assert (found.code if found else None) == network
