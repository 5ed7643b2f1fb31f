"""What is written for udev and systemd: the same name for the same socket, whoever is plugged in first."""

from pathlib import Path

import pytest

from sms.modem.installing import NotUsbError, rule, rules, socket_of, unit


def plugged(sysfs: Path, port: str, interface: str) -> None:
    place = sysfs / "devices/pci0000:00/usb1/1-1" / interface.partition(":")[0] / interface / port
    place.mkdir(parents=True)
    (sysfs / "class/tty" / port).mkdir(parents=True)
    (sysfs / "class/tty" / port / "device").symlink_to(place)


def test_a_port_is_known_by_its_usb_socket(tmp_path: Path) -> None:
    plugged(tmp_path, "ttyUSB2", "1-1.2:1.2")
    assert socket_of(Path("/dev/ttyUSB2"), tmp_path) == "1-1.2:1.2"


def test_what_is_no_usb_modem_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(NotUsbError, match="ttyS0 is at no USB socket"):
        socket_of(Path("/dev/ttyS0"), tmp_path)


def test_writing_again_keeps_the_modems_that_were_not_plugged_anew_and_drops_those_that_are_gone() -> None:
    first = rules("", {"tsel": "1-1.2:1.2", "isat": "1-1.3:1.2"}, ["tsel", "isat"])
    again = rules(first, {"isat": "1-1.4:1.2"}, ["tsel", "isat"])
    assert again.splitlines()[1:] == [rule("tsel", "1-1.2:1.2"), rule("isat", "1-1.4:1.2")]
    assert 'SYMLINK+="hotline-tsel"' in again
    assert "isat" not in rules(again, {}, ["tsel"])


def test_the_service_runs_one_modem_and_comes_back() -> None:
    words = unit("/srv/hotline/.venv/bin/python", Path("/srv/hotline"), "hotline")
    assert "ExecStart=/srv/hotline/.venv/bin/python -m flask --app wsgi modem run %i" in words
    assert "Restart=always" in words
    assert "User=hotline" in words
    assert "WorkingDirectory=/srv/hotline" in words
