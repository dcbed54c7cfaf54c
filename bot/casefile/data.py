"""A case file as data: the document as it reads, and, unmasked, every record behind it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from bot.casefile.document import Document
from flows.money import Money
from storage.case_files import CaseFile


def data_of(document: Document, file: CaseFile | None) -> bytes:
    """The file as JSON in UTF-8; without `file` only what the document says (a masked one)."""
    told: dict[str, Any] = {
        "name": document.name,
        "facts": dict(document.facts),
        "tables": [asdict(table) for table in document.tables],
        "events": [
            {**asdict(event), "side": event.side.value, "facts": [list(f) for f in event.facts]}
            for event in document.events
        ],
    }
    if file is not None:
        told["records"] = {"person": file.person, **file.sections}
    return (json.dumps(told, ensure_ascii=False, indent=1, default=_written) + "\n").encode()


def _written(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Money):
        currency = value.currency
        return {"minor": value.minor, "currency": currency.code, "exponent": currency.exponent}
    return str(value)
