"""The tables: columns and constraints, nothing else."""

from hotline.models.base import Base
from hotline.models.carrier import Canary, Carrier
from hotline.models.contact import Contact, ErasureRequest, Misuse, Nuisance
from hotline.models.desk import Audit, LogEntry, LoginSession, Operator, Token
from hotline.models.incident import Call, Caller, Incident, Question, Recording, Report
from hotline.models.kept import Kept
from hotline.models.promise import Promise
from hotline.models.text import Receipt, TextMessage
from hotline.models.unit import Assignment, Shift, Unit
from hotline.models.word import Lesson, UnreadWord

__all__ = [
    "Assignment", "Audit", "Base", "Call", "Caller", "Canary", "Carrier", "Contact", "ErasureRequest",
    "Incident", "Kept", "Lesson", "LogEntry", "LoginSession", "Misuse", "Nuisance", "Operator", "Promise",
    "Question", "Receipt", "Recording", "Report", "Shift", "TextMessage", "Token", "Unit", "UnreadWord",
]  # fmt: skip
