"""`understand` reads and writes JSON lines."""

import json
from pathlib import Path

from click.testing import CliRunner

from sms.commands import understand

PLAYBOOK = str(Path(__file__).parents[2] / "hotline" / "playbooks" / "paal_merah")


def test_each_line_is_answered_with_its_labels() -> None:
    line = json.dumps({"id": "a", "sender": "resident", "text": "maling rt 5 eka jaya"})
    result = CliRunner().invoke(understand, ["--playbook", PLAYBOOK], input=f"{line}\n\n")
    assert result.exit_code == 0
    row = json.loads(result.output)
    assert row == {
        "id": "a", "intent": "report", "incident_type": "CURI", "kelurahan": "Eka Jaya", "rt": 5,
        "priority": "tinggi", "responder_status": None, "case_code": None,
    }  # fmt: skip


def test_a_unit_is_told_apart_by_its_sender() -> None:
    line = json.dumps({"id": "b", "sender": "responder", "text": "1041 3"})
    result = CliRunner().invoke(understand, ["--playbook", PLAYBOOK], input=line)
    row = json.loads(result.output)
    assert (row["intent"], row["responder_status"], row["case_code"]) == (
        "responder_status",
        "ENROUTE",
        "1041",
    )


def test_a_line_that_is_no_message_is_named_and_the_others_are_answered() -> None:
    unfit = [
        "[]", "null", "{", '{"id": "a"}', '{"id": "a", "text": null}', '{"id": NaN, "text": "maling"}',
        "[" * 100_000,
    ]  # fmt: skip
    last = json.dumps({"id": "z", "sender": "resident", "text": "maling rt 5 eka jaya"})
    result = CliRunner().invoke(understand, ["--playbook", PLAYBOOK], input="\n".join([*unfit, last]))
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert [row.get("line") for row in answers] == [1, 2, 3, 4, 5, 6, 7, None]
    assert all("not a message" in row["error"] for row in answers[:-1])
    assert answers[-1]["id"] == "z"
    assert "7 of the lines" in result.stderr


def test_bytes_that_are_no_text_are_read_as_well_as_they_can_be() -> None:
    line = b'{"id": "c", "sender": "resident", "text": "maling \xff rt 5 eka jaya"}'
    result = CliRunner().invoke(understand, ["--playbook", PLAYBOOK], input=line)
    assert json.loads(result.output)["rt"] == 5


def test_the_playbook_is_that_of_the_settings_and_its_faults_are_named(tmp_path: Path) -> None:
    result = CliRunner(env={"HOTLINE_PLAYBOOK": str(tmp_path)}).invoke(understand, input="")
    assert result.exit_code == 1
    assert f"{tmp_path / 'types.toml'}:1: the file is missing" in result.output
