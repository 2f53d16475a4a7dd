"""The pages of documents: my certificates, the paper to print, and the answer to a number."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, Response, url_for
from flask_login import current_user

from civic.ballots.qr import qr_code
from civic.cycles import queries as cycles
from civic.documents import actions, queries, rules
from civic.documents.kinds import DocumentKind
from civic.documents.models import Document
from civic.documents.policy import may_see_certificate
from civic.kernel import clock
from civic.kernel.access import public, signed_in
from civic.kernel.errors import NotHere
from civic.kernel.forms import only_digits
from civic.kernel.i18n import N_, _
from civic.kernel.pages import page, see_other
from civic.objections.queries import objection, recount_for
from civic.results.queries import count_of

bp = Blueprint("documents", __name__)


@bp.get("/me/documents")
@signed_in
def mine() -> Response:
    """The votes in which a person took part, with a certificate for each."""
    return page("documents/mine.html", votes=queries.votes_of(current_user.id))


@bp.post("/me/documents/<uuid:pot_id>")
@signed_in
def certify(pot_id: UUID) -> Response:
    """Issue a certificate of taking part."""
    pot = cycles.pot(pot_id)
    if pot is None:
        raise NotHere(N_("There is no such vote."))
    person = current_user._get_current_object()
    made = actions.certify_participation(person, pot, at=clock.now())
    return see_other(url_for(".paper", number=made.number))


@bp.get("/documents/<number>")
@public
def paper(number: str) -> Response:
    """A document as it is printed; a certificate only for its holder."""
    found = queries.document(number)
    if found is None:
        raise NotHere(N_("There is no such document."))
    if found.kind is DocumentKind.PARTICIPATION:
        may_see_certificate.require(current_user, found)
    address = url_for(".verify", number=number, _external=True)
    label = _("QR code that leads to the page where this document is checked")
    on_day = date.fromisoformat(found.body["day"]) if "day" in found.body else None
    qr = qr_code(address, label)
    return page("documents/paper.html", document=found, qr=qr, on_day=on_day)


@bp.get("/verify/document/<number>")
@public
def verify(number: str) -> Response:
    """What stands behind the number of a document, with its proof."""
    code = only_digits(number)
    found = queries.document(code) if rules.is_number(code) else None
    holder = rules.masked(found.body.get("name", "")) if found else ""
    answer = queries.line_of(found) if found else None
    return page(
        "documents/verify.html",
        typed=number,
        is_number=rules.is_number(code),
        document=found,
        holder=holder,
        answer=answer,
    )


@bp.get("/results/<uuid:pot_id>/minutes")
@public
def minutes(pot_id: UUID) -> Response:
    """The minutes of a result."""
    count = count_of(pot_id)
    return _to_paper(queries.document_about(DocumentKind.MINUTES, count.id) if count else None)


@bp.get("/objections/<int:number>/recount/protocol")
@public
def protocol(number: int) -> Response:
    """The protocol of a recount."""
    found = objection(number)
    recount = recount_for(found.id) if found else None
    return _to_paper(queries.document_about(DocumentKind.RECOUNT, recount.id) if recount else None)


def _to_paper(found: Document | None) -> Response:
    if found is None:
        raise NotHere(N_("This document is not issued yet; it is written within a minute."))
    return see_other(url_for(".paper", number=found.number))
