"""The public book as everybody can copy it: heads, hashes, and after the close the lines."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from civic.config import REPOSITORY
from civic.kernel.access import public
from civic.kernel.errors import NotHere
from civic.kernel.i18n import N_
from civic.kernel.pages import page
from civic.ledger import queries, signing
from civic.ledger.models import Book
from civic.ledger.notes import read_head

bp = Blueprint("ledger", __name__, url_prefix="/book")
LARGEST = 10**12


@bp.get("/")
@public
def index() -> Response:
    """Every book with its newest head, and how one checks them."""
    found = queries.books()
    heads = {book.id: read_head(book.latest_note) for book in found if book.latest_note}
    command = f"python3 civic_verify.py watch {url_for('.index', _external=True)}1405"
    return page("ledger/index.html", books=found, heads=heads, keys=_keys(), command=command)


@bp.get("/civic_verify.py")
@public
def program() -> Response:
    """The program with which anybody checks a book; it needs nothing of ours."""
    said = (REPOSITORY / "verify/civic_verify.py").read_bytes()
    head = {"Content-Disposition": "attachment; filename=civic_verify.py"}
    return Response(said, mimetype="text/x-python", headers=head)


@bp.get("/<name>/")
@public
def show(name: str) -> Response:
    """One book: how long it is, its heads, and its last lines where they are open."""
    book = _book(name)
    size = queries.published_size(book.id)
    open_to_all = queries.lines_are_public(book)
    return page(
        "ledger/show.html",
        book=book,
        size=size,
        newest=book.latest_note,
        heads=[read_head(note) for note in queries.newest_heads(book.id)],
        lines=queries.lines(book.id, max(0, size - 20), size) if open_to_all else [],
        open_to_all=open_to_all,
    )


@bp.get("/<name>/head")
@public
def head(name: str) -> Response:
    """The newest head."""
    book = _book(name)
    if book.latest_note is None:
        raise NotHere(N_("This book has not been signed yet."))
    return _text(book.latest_note)


@bp.get("/<name>/heads")
@public
def heads(name: str) -> Response:
    """The heads beyond a size, the oldest first."""
    return _text("\n".join(queries.heads_after(_book(name).id, _number("after", -1))))


@bp.get("/<name>/leaves")
@public
def leaves(name: str) -> Response:
    """The hashes of the lines from a number on: enough to check every head at any time."""
    return _text("".join(f"{leaf.hex()}\n" for leaf in queries.leaves(*_span(_book(name)))))


@bp.get("/<name>/entries")
@public
def entries(name: str) -> Response:
    """The lines from a number on; those of a vote only once it is closed."""
    book = _book(name)
    if not queries.lines_are_public(book):
        raise NotHere(
            N_(
                "The lines of this book are shown when voting is over: before, they would tell who"
                " has voted again. Their hashes can be copied at any time."
            )
        )
    return _text("".join(f"{line}\n" for line in queries.lines(*_span(book))))


@bp.get("/<name>/key")
@public
def key(name: str) -> Response:
    """The public key of the heads."""
    _book(name)
    said = _keys()
    if said is None:
        raise NotHere(N_("The signer of the book does not answer at present."))
    return _text(said + "\n")


def _keys() -> str | None:
    try:
        return signing.known_key()
    except signing.SignerSilent:
        return None


def _book(name: str) -> Book:
    book = queries.book_named(name)
    if book is None:
        raise NotHere(N_("There is no such book."))
    return book


def _span(book: Book) -> tuple[UUID, int, int]:
    start = _number("from", 0)
    return book.id, start, min(start + queries.PAGE, queries.published_size(book.id))


def _number(name: str, default: int) -> int:
    given = request.args.get(name, default, type=int)
    return min(max(given, default), LARGEST)


def _text(said: str) -> Response:
    answer = Response(said, mimetype="text/plain")
    answer.headers["Cache-Control"] = "public, max-age=5"
    return answer
