"""`flask --app wsgi drain` keeps everything that is due now; `… modem …` sets modems up and runs them;
`… backup` and `… restore` are for the worst day.
"""

import signal
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from hotline import backup, restoring
from hotline.commands import DatabaseCommand, runtime
from hotline.completing import complete
from hotline.journal import Journal
from hotline.lines import known_lines
from hotline.schema import upgrade
from sms.modem.installing import NotUsbError, socket_of
from sms.modem.runner import configure, place_of
from workers.assembly import Assembly, keepers
from workers.drain import Drain
from workers.modems import PROMISES, InUseError, run_modems, write_for_the_machine
from workers.process import leave

modems = AppGroup("modem", help="SIMs in modems, driven by Gammu SMSD.")


def _assembly() -> Assembly:
    return cast(Assembly, current_app.extensions["hotline_assembly"])


@click.command("drain", cls=DatabaseCommand)
@with_appcontext
def drain() -> None:
    """Keep all promises that are due, then stop."""
    assembly = _assembly()
    worker = Drain(assembly.runtime, keepers(assembly))
    try:
        click.echo(f"{worker.until_idle()} promises taken up")
    finally:
        worker.close()


@modems.command("configure")
@click.option(
    "--plug", "plugs", multiple=True, metavar="NAME=/dev/ttyUSB2", help="Where a modem is plugged in."
)
def modem_configure(plugs: tuple[str, ...]) -> None:
    """Write what Gammu SMSD, udev and systemd need for the modems of HOTLINE_MODEMS; texts that wait there
    stay.
    """
    settings = _assembly().runtime.settings
    if not settings.modems:
        raise click.ClickException("HOTLINE_MODEMS names none; see docs/modem.md")
    names = [modem.name for modem in settings.modems]
    sockets = {name: socket for name, socket in map(_plugged, plugs) if name in names}
    for modem in settings.modems:
        place = place_of(settings.var, modem)
        configure(place, modem)
        click.echo(f"{modem.name}: {place.smsdrc}")
    for path in write_for_the_machine(settings.var, names, sockets):
        click.echo(f"for root to install: {path}")


def _plugged(plug: str) -> tuple[str, str]:
    name, _, device = plug.partition("=")
    try:
        return name, socket_of(Path(device))
    except NotUsbError as error:
        raise click.ClickException(str(error)) from error


@modems.command("run")
@click.argument("names", nargs=-1)
def modem_run(names: tuple[str, ...]) -> None:
    """Run the modems (or those NAMES) until told to stop: daemons, what they bring, the watch over them."""
    runtime = _assembly().runtime
    chosen = [modem for modem in runtime.settings.modems if not names or modem.name in names]
    if not chosen:
        raise click.ClickException("HOTLINE_MODEMS names no such modem")
    for modem in chosen:
        if not place_of(runtime.settings.var, modem).smsdrc.is_file():
            raise click.ClickException(f"{modem.name}: run flask --app wsgi modem configure first")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    click.echo(f"running {', '.join(modem.name for modem in chosen)}")
    try:
        if not run_modems(runtime, chosen, stop):
            leave(0)
    except InUseError as error:
        raise click.ClickException(str(error)) from error


@modems.command("status", cls=DatabaseCommand)
def modem_status() -> None:
    """Say how each line is, and when it last received and sent a text."""
    present = _assembly().runtime
    zone = present.playbook.programme.zone
    with present.reading() as session:
        for line in known_lines(session):
            state = line.problem or "in order"
            heard = "" if line.signal is None else f"signal {line.signal}% "
            lasts = {"received": line.heard_at, "sent": line.sent_at}
            told = "".join(
                f", last {what} {at.astimezone(zone):%Y-%m-%d %H:%M %Z}" for what, at in lasts.items() if at
            )
            click.echo(f"{line.name:<16} {line.number:<16} {heard}{state}{told}")


@click.command("backup")
@click.option("--folder", type=click.Path(path_type=Path), help="Default: backups in HOTLINE_VAR.")
@with_appcontext
def take_backup(folder: Path | None) -> None:
    """Copy database and attached files into a new folder, while everything runs."""
    present = runtime()
    try:
        place = backup.take(present.settings, folder or present.settings.var / "backups", present.clock.now())
    except (backup.BackupError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"backed up to {place}")


@click.command("restore")
@click.argument("place", type=click.Path(path_type=Path, exists=True, file_okay=False))
@with_appcontext
def restore(place: Path) -> None:
    """Put a backup back, bring back what was acknowledged since, and hold everything that would leave."""
    present = runtime()
    try:
        taken_at = backup.taken_at(place)
        present.engine.dispose()
        backup.put_back(present.settings, place, present.clock.now())
    except (backup.BackupError, OSError) as error:
        raise click.ClickException(str(error)) from error
    upgrade(present.engine)
    journal = Journal(present.settings.spool / "journal")
    with present.work() as work:
        if restoring.held(work.session) is None:  # a dump from before anything could be held
            restoring.begin(work.session, work.now, taken_at)
        # Caught up here: the next worker would take it for one that was put back by hand, and hold it again.
        start = restoring.count_start(work, present.settings.spool / "starts")
    restoring.note_start(present.settings.spool / "starts", start)
    gaps = journal.gaps(taken_at, present.clock.now())
    looked_at = complete(present.engine, journal, PROMISES)
    with present.work() as work:
        restoring.note_replayed(work, looked_at)
    click.echo(f"restored to {taken_at:%Y-%m-%d %H:%M} UTC; {looked_at} callbacks of the journal looked at")
    for gap in gaps:
        click.echo(f"journal: {gap}")
    click.echo("Nothing leaves until somebody releases it on the screen.")


COMMANDS: Final[Sequence[click.Command]] = (drain, modems, take_backup, restore)
