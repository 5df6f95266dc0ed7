"""The rows of reporting, by what they are about."""

from requests_app.reporting.models.exports import Export, ExportKind
from requests_app.reporting.models.extracts import Audience, CaseFile, Extract
from requests_app.reporting.models.figures import RequestFigures, StaleFigure
from requests_app.reporting.models.publications import Publication
from requests_app.reporting.models.reports import (
    Report,
    ReportForm,
    ReportQuerySet,
    ReportRow,
)
from requests_app.reporting.models.samples import (
    CheckAnswer,
    Conclusion,
    Gravity,
    Question,
    Sample,
    SampleCheck,
    SampleFinding,
    SampleItem,
    SampleKind,
    SampleQuerySet,
    SampleSignOff,
)

__all__ = [
    "Audience",
    "CaseFile",
    "CheckAnswer",
    "Conclusion",
    "Export",
    "ExportKind",
    "Extract",
    "Gravity",
    "Publication",
    "Question",
    "Report",
    "ReportForm",
    "ReportQuerySet",
    "ReportRow",
    "RequestFigures",
    "Sample",
    "SampleCheck",
    "SampleFinding",
    "SampleItem",
    "SampleKind",
    "SampleQuerySet",
    "SampleSignOff",
    "StaleFigure",
]
