"""python -m hotline.pretend_carrier: open the company and serve it until somebody stops it."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence
from threading import Thread

from hotline.pretend_carrier.application import carrier_of, create_app, serve
from hotline.pretend_carrier.phones import PhoneBookError
from hotline.pretend_carrier.settings import Settings, SettingsError, read_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the settings, serve, and end in good order on SIGINT or SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    try:
        return run(_settings(arguments))
    except (SettingsError, PhoneBookError) as fault:
        print(f"The pretend telephone company cannot start:\n{fault}", file=sys.stderr)
        return 2


def run(settings: Settings) -> int:
    """Serve until a signal."""
    app = create_app(settings)
    server = serve(app, settings.port)
    for number in (signal.SIGINT, signal.SIGTERM):
        # shutdown() waits for the serving loop, so it may not run in the loop's own thread.
        signal.signal(number, lambda *_: Thread(target=server.shutdown).start())
    print(f"Perusahaan telepon pura-pura: http://127.0.0.1:{server.port}/phones/", flush=True)
    print(f"Hotline {settings.number} di {settings.hooks_url}, akun {settings.username}", flush=True)
    try:
        server.serve_forever()
    finally:
        server.server_close()
        carrier_of(app).close()
    return 0


def _settings(arguments: Sequence[str] | None) -> Settings:
    parser = argparse.ArgumentParser(prog="python -m hotline.pretend_carrier", description=__doc__)
    parser.add_argument("--port", help="port on 127.0.0.1 (CARRIER_PORT)")
    parser.add_argument("--hotline", help="base URL of the hotline (HOTLINE_URL)")
    parser.add_argument("--hooks", help="base URL of its webhooks (HOTLINE_HOOKS_URL)")
    parser.add_argument("--phones", help="JSON file of telephones (PRETEND_CARRIER_PHONES)")
    parser.add_argument("--state", help="file that keeps texts over a restart (PRETEND_CARRIER_STATE)")
    given = vars(parser.parse_args(arguments))
    names = {
        "port": "CARRIER_PORT",
        "hotline": "HOTLINE_URL",
        "hooks": "HOTLINE_HOOKS_URL",
        "phones": "PRETEND_CARRIER_PHONES",
        "state": "PRETEND_CARRIER_STATE",
    }
    overrides = {names[option]: value for option, value in given.items() if value}
    return read_settings(os.environ | overrides)


if __name__ == "__main__":
    sys.exit(main())
