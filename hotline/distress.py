"""Somebody who was sent asks for more people, or is in trouble: the desk at once, and more are called out."""

from typing import Final

from hotline import places, tasks
from hotline.domain.lifecycle import ACTIVE, UnitStatus
from hotline.domain.tasks import TaskKind
from hotline.models import Assignment, Incident
from hotline.unit_of_work import UnitOfWork

CALLED_FOR: Final = ACTIVE | {UnitStatus.CLEAR}
"""Who brings others: also whoever has reported the work done, should it begin again."""


def call_for_help(work: UnitOfWork, incident: Incident, assignment: Assignment) -> bool:
    """Rings at the desk each time, whatever has become of the task; the first time it opens one more place of
    the unit's kind, and True is returned. The incident must be locked; `hotline.incidents.recompute` makes
    the ladder look.
    """
    tasks.ask_desk(work, TaskKind.BACKUP, incident, unit=assignment.unit, assignment=assignment)
    ended = incident.disposition is not None or assignment.status not in CALLED_FOR
    if ended or assignment.needs_backup:
        return False
    assignment.needs_backup = True
    places.open_one_more(work, incident, assignment)
    return True
