"""The tables: columns and constraints, nothing else."""

from hotline.models.attachment import Attachment, UploadLink
from hotline.models.base import Base
from hotline.models.call import Call, CallEvent, Recording, Sound
from hotline.models.carrier import Canary, Carrier
from hotline.models.client import ApiClient
from hotline.models.closing import Feedback, FieldAnswer, FollowUp, Proposal
from hotline.models.contact import Contact, ErasureRequest, Misuse, Nuisance
from hotline.models.desk import Audit, AuditDay, LogEntry, LoginSession, Operator, Token
from hotline.models.drill import Drill, DrillCall
from hotline.models.evaluation import AgendaItem, Decision, Evaluation, ReportFile
from hotline.models.incident import SOLVED, Caller, Incident, Question, Report
from hotline.models.kept import Kept
from hotline.models.line import Line, TextPart
from hotline.models.outage import Outage
from hotline.models.privacy import Breach, Forgetting
from hotline.models.promise import Promise
from hotline.models.response import Climb, Inquiry, Leg, Need
from hotline.models.restoration import Age, Restoration
from hotline.models.rota import DutyChange, HandOver, ShiftReminder
from hotline.models.task import Task
from hotline.models.text import REPLIED, STUCK, Receipt, TextMessage
from hotline.models.unit import Assignment, Shift, Unit
from hotline.models.word import Lesson, UnreadWord
from hotline.models.wording import Wording

__all__ = [
    "REPLIED", "SOLVED", "STUCK",
    "Age", "AgendaItem", "ApiClient", "Assignment", "Attachment", "Audit", "AuditDay", "Base", "Breach",
    "Call", "CallEvent", "Caller", "Canary", "Carrier", "Climb", "Contact", "Decision", "Drill", "DrillCall",
    "DutyChange", "ErasureRequest", "Evaluation", "Feedback", "FieldAnswer", "FollowUp", "Forgetting",
    "HandOver", "Incident", "Inquiry", "Kept", "Leg", "Lesson", "Line", "LogEntry", "LoginSession", "Misuse",
    "Need", "Nuisance", "Operator", "Outage", "Promise", "Proposal", "Question", "Receipt", "Recording",
    "Report", "ReportFile", "Restoration", "Shift", "ShiftReminder", "Sound", "Task", "TextMessage",
    "TextPart", "Token", "Unit", "UnreadWord", "UploadLink", "Wording",
]  # fmt: skip
