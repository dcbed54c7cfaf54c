"""Making a case file: gather, write it into the audit, put it into forms."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from bot.casefile.data import data_of
from bot.casefile.document import Making, document_of
from bot.casefile.mask import masked
from bot.casefile.page import page_of
from storage import audit, case_files
from storage.customers import Customer


class Form(StrEnum):
    """How a case file is given out."""

    HTML = "html"
    PDF = "pdf"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A case file in its forms."""

    person_id: str
    files: Mapping[Form, bytes]


def make(
    conn: Connection,
    customer: Customer,
    making: Making,
    forms: Sequence[Form],
    *,
    is_masked: bool = False,
) -> Made:
    """The case file, noted in the audit with the digest of each form; call it in a write."""
    file = case_files.gather(conn, customer)
    document = document_of(file, making)
    if is_masked:
        document = masked(document, file)
    files: dict[Form, bytes] = {}
    for form in forms:
        if form is Form.HTML:
            files[form] = page_of(document)
        elif form is Form.JSON:
            files[form] = data_of(document, None if is_masked else file)
        else:
            # The library of PDF takes a moment to load; few processes ever need it.
            from bot.casefile.paper import paper_of  # noqa: PLC0415

            files[form] = paper_of(document)
    told = {f"sha256_{form}": hashlib.sha256(made).hexdigest() for form, made in files.items()}
    entry = audit.Entry(
        at=making.at,
        kind=audit.Kind.CASE_FILE,
        actor=making.by,
        person_id=customer.person_id,
        conversation_id=customer.conversation_ids[0] if customer.conversation_ids else None,
        reason=making.reason,
        detail_json=audit.detail(masked=is_masked, **told),
    )
    audit.append(conn, entry)
    return Made(person_id=customer.person_id, files=files)
