"""`flask --app wsgi drain`: keeps everything that is due now, without a worker process."""

from typing import cast

import click
from flask import current_app
from flask.cli import with_appcontext

from hotline.commands import DatabaseCommand
from workers.assembly import Assembly, keepers
from workers.drain import Drain


@click.command("drain", cls=DatabaseCommand)
@with_appcontext
def drain() -> None:
    """Keep all promises that are due, then stop."""
    assembly = cast(Assembly, current_app.extensions["hotline_assembly"])
    worker = Drain(assembly.runtime, keepers(assembly))
    try:
        click.echo(f"{worker.until_idle()} promises taken up")
    finally:
        worker.close()
