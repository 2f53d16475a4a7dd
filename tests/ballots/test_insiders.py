"""What the database lets the application do with votes and the book: add to them, nothing else."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from civic.invariants import check_all
from civic.kernel import clock
from civic.kernel.db import db, on_postgres
from civic.ledger import actions as ledger

KEPT = (
    "ballots ballot_openings book_entries book_heads audit_entries frozen_rules ballot_boxes "
    "voter_slots books"
).split()
CHANGES = (
    "UPDATE ballots SET receipt = substr(receipt, 2)",
    "UPDATE ballots SET channel = 'paper'",
    "UPDATE ballot_openings SET choices = '[1]'",
    "UPDATE ballot_openings SET nonce = nonce",
    "UPDATE book_entries SET line = '{}'",
    "UPDATE book_entries SET mark = NULL",
    "UPDATE book_heads SET note = ''",
    "UPDATE book_heads SET size = size + 1",
    "UPDATE audit_entries SET details = '{}'",
    "UPDATE frozen_rules SET document = '{}'",
    "UPDATE books SET name = name || '-other'",
    "UPDATE books SET origin = 'other'",
)
# What only the owner of the tables, or a superuser, may do.
OWNERS = (
    *(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in KEPT[:6]),
    "DROP TABLE ballots CASCADE",
    "DROP TRIGGER ballots_no_change ON ballots",
    "SET session_replication_role = replica",
)


@pytest.fixture
def voted(cast, rosa, rami, tree, pot):
    """A vote with a line in the signed book."""
    cast(rosa, 0)
    cast(rosa, 1)
    ledger.write_lines(pot.cycle_id)
    ledger.sign_head(pot.cycle_id, at=clock.now())


@pytest.fixture
def as_application(voted):
    """Whoever has the application's password: it may read and write, but owns nothing."""
    if not on_postgres():
        yield
        return
    db.session.execute(text("CREATE ROLE civic_app"))
    db.session.execute(
        text("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO civic_app")
    )
    db.session.execute(text("SET ROLE civic_app"))
    yield
    db.session.execute(text("RESET ROLE"))


def is_refused(statement):
    try:
        with db.session.begin_nested():
            db.session.execute(text(statement))
    except DatabaseError:
        return True
    return False


def test_thirty_ways_to_change_a_vote_are_refused(as_application):
    tried = [*CHANGES, *(f"DELETE FROM {table}" for table in KEPT)]  # noqa: S608 - our own names
    if on_postgres():
        tried += [f"TRUNCATE {table} CASCADE" for table in KEPT]
        tried += OWNERS
        assert len(tried) >= 30
    assert [statement for statement in tried if not is_refused(statement)] == []


def test_what_a_superuser_changes_is_named(voted):
    if not on_postgres():
        pytest.skip("allowed: SQLite has no superuser; tests/test_invariants.py drops its triggers")
    db.session.execute(text("SET LOCAL session_replication_role = replica"))
    db.session.execute(
        text(
            "UPDATE ballot_openings SET choices = '[99]' WHERE ballot_id ="
            " (SELECT ballot_id FROM ballot_openings LIMIT 1)"
        )
    )
    said = {invariant.says for invariant, violations in check_all() if violations}
    assert "every opening gives the commitment and the receipt" in said


def test_it_is_the_guards_that_refuse_them(voted):
    if not on_postgres():
        pytest.skip("allowed: SQLite has no superuser; tests/test_invariants.py drops its triggers")
    db.session.execute(text("SET LOCAL session_replication_role = replica"))
    assert [statement for statement in CHANGES if is_refused(statement)] == []
