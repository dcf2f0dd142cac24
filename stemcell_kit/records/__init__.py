"""What the kit remembers: self-assessment answers with their history, predictions, grades, settings.

One database: a SQLite file in the user's data folder, or the one whose URL is in
``STEMCELL_KIT_DATABASE`` or in the configuration file. Each change is one transaction of its own, so that several writers lose
nothing and a writer that is killed leaves no half of anything.
"""

from __future__ import annotations

from stemcell_kit.records.archive import export_records, import_records
from stemcell_kit.records.database import RecordsUnavailable
from stemcell_kit.records.entries import Answer, Change, Evidence, Grade, Report
from stemcell_kit.records.person import person
from stemcell_kit.records.store import Records, records

__all__ = [
    "Answer",
    "Change",
    "Evidence",
    "Grade",
    "Records",
    "RecordsUnavailable",
    "Report",
    "export_records",
    "import_records",
    "person",
    "records",
]
