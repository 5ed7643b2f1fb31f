"""What the machine must know of its modems: one name for each, wherever it is plugged in, and who runs it."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

_INTERFACE: Final = re.compile(r"\d+-[\d.]+:\d+\.\d+")
"""A USB interface by its bus and socket, as the kernel names it."""
_NAMED: Final = re.compile(r'SYMLINK\+="hotline-([a-z0-9-]+)"')


class NotUsbError(Exception):
    """A device that is at no USB socket."""


def socket_of(device: Path, sysfs: Path = Path("/sys")) -> str:
    """The USB socket and interface behind `/dev/ttyUSB2`, as `1-1.2:1.2`: cheap modems of one kind have
    nothing else that tells them apart. Raises NotUsbError.
    """
    place = (sysfs / "class" / "tty" / device.name / "device").resolve()
    for folder in (place, *place.parents):
        if _INTERFACE.fullmatch(folder.name):
            return folder.name
    raise NotUsbError(f"{device} is at no USB socket")


def rule(name: str, socket: str) -> str:
    """One line for udev. ModemManager must leave the port alone: it would ask the modem things in between."""
    return (
        f'SUBSYSTEM=="tty", KERNELS=="{socket}", SYMLINK+="hotline-{name}", GROUP="dialout", MODE="0660", '
        'ENV{ID_MM_PORT_IGNORE}="1", ENV{ID_MM_DEVICE_IGNORE}="1"'
    )


def rules(known: str, sockets: Mapping[str, str], names: Sequence[str]) -> str:
    """The whole file: a line for each modem of `names` that has a socket, in `sockets` or in the file as
    it was.
    """
    lines = {found[1]: line for line in known.splitlines() if (found := _NAMED.search(line))}
    lines |= {name: rule(name, socket) for name, socket in sockets.items()}
    head = "# Written by flask modem configure; belongs into /etc/udev/rules.d/."
    return "\n".join([head, *(lines[name] for name in names if name in lines), ""])


def unit(python: str, checkout: Path, user: str) -> str:
    """A template for systemd: `hotline-modem@tsel` runs the modem of that name, and starts it again. As
    `user`, whose the store is: workers write to it too.
    """
    return f"""# Written by flask modem configure; belongs into /etc/systemd/system/.
[Unit]
Description=Hotline: the SIM %i in its modem
After=local-fs.target
StartLimitIntervalSec=0

[Service]
Type=exec
User={user}
WorkingDirectory={checkout}
EnvironmentFile=/etc/hotline.env
ExecStart={python} -m flask --app wsgi modem run %i
SupplementaryGroups=dialout
Restart=always
RestartSec=2
KillMode=mixed
TimeoutStopSec=20

[Install]
WantedBy=multi-user.target
"""
