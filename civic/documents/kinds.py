"""What papers the platform issues."""

from __future__ import annotations

from enum import StrEnum

from civic.kernel.roles import N_


class DocumentKind(StrEnum):
    """The kinds of documents."""

    PARTICIPATION = "participation"
    MINUTES = "minutes"
    RECOUNT = "recount"


DOCUMENT_NAMES = {
    DocumentKind.PARTICIPATION: N_("Certificate of taking part"),
    DocumentKind.MINUTES: N_("Minutes of a result"),
    DocumentKind.RECOUNT: N_("Protocol of a recount"),
}
