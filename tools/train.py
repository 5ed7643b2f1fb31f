"""Trains the text line's model on the playbook's messages: `make train`.

Prints what rules, model and both together make of messages kept aside (drawn by lot, and whole authors), and
writes the playbook's model.json. Needs the development packages; nothing of this runs with the hotline.
"""

import argparse
import logging
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Final

from hotline.playbook_reader import PlaybookError, read_playbook
from sms.grammar import Reader
from sms.grammar.topics import DOCUMENT, Topics
from tools.training.choosing import choose, settled
from tools.training.course import train
from tools.training.export import export
from tools.training.fitting import folds_of
from tools.training.matrix import sample_of
from tools.training.messages import UnfitMessageError, read_messages
from tools.training.table import by_author, lines

PLAYBOOK: Final = Path(__file__).parent.parent / "hotline" / "playbooks" / "paal_merah"
_LOG: Final = logging.getLogger(__name__)


def main(arguments: list[str]) -> None:
    """Trains the model of the playbook in the folder that is named, or of the first."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("playbook", type=Path, nargs="?", default=PLAYBOOK)
    parser.add_argument("--only-measure", action="store_true", help="print the tables, write nothing")
    asked = parser.parse_args(arguments)
    started = time.monotonic()
    try:
        playbook = read_playbook(asked.playbook)
        messages = read_messages(playbook)
    except (PlaybookError, UnfitMessageError) as error:
        sys.exit(str(error))
    reader = replace(Reader.of(playbook), model=None)
    topics = Topics.of(playbook.documents.get(DOCUMENT), reader.lexicon.spellings)
    samples = [sample_of(message, reader, topics) for message in messages]
    course = train(samples, folds_of(messages))
    opinions = course.opinions()
    thresholds = choose(samples, opinions)
    for line in lines(course, settled(samples, opinions, thresholds), thresholds):
        _LOG.info(line)
    for line in by_author(samples, course):
        _LOG.info(line)
    if not asked.only_measure:
        size = export(course, thresholds, asked.playbook)
        _LOG.info("%.2f MB written", size / 1e6)
    _LOG.info("%.0f s", time.monotonic() - started)


if __name__ == "__main__":
    main(sys.argv[1:])
