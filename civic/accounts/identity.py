"""Saying once who one is; and no more than a few tries a day, so that nobody asks for others."""

from __future__ import annotations

from datetime import date

from sqlalchemy import case, or_, select, update

from civic.accounts import rules
from civic.accounts.models import Account
from civic.accounts.policy import may_change_account
from civic.kernel import crypto
from civic.kernel.db import db, transactional
from civic.kernel.errors import RuleBroken
from civic.kernel.roles import Actor


def give_identity(
    actor: Actor, account: Account, national_id: str, born: date, *, today: date
) -> None:
    """Say once who one is: the id is kept as HMAC and sealed, and belongs to one account.

    The try is spent and stored before anybody looks whether the id is known: who asks for the
    ids of others, one after another, learns about a few and no more.
    """
    may_change_account.require(actor, account)
    if account.national_id_lookup is not None:
        raise RuleBroken("Your national id is stored already and cannot be changed here.")
    canonical = rules.canonical_national_id(national_id)
    rules.check_birth_date(born, today)
    _spend_try(account, today)
    _keep(account, canonical, born)


@transactional
def _spend_try(account: Account, today: date) -> None:
    tries, last = Account.identity_tries, Account.identity_tried_on
    spent = db.session.execute(
        update(Account)
        .where(
            Account.id == account.id,
            or_(last.is_(None), last != today, tries < rules.IDENTITY_TRIES_PER_DAY),
        )
        .values(
            identity_tries=case((last == today, tries + 1), else_=1),
            identity_tried_on=today,
        )
        .returning(Account.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if spent is None:
        raise RuleBroken(
            "Several national ids were tried here today. Please go on tomorrow, or take your "
            "national card to the counter of your district’s municipality.",
            field="national_id",
        )


@transactional
def _keep(account: Account, canonical: str, born: date) -> None:
    key = crypto.lookup_key("national-id", canonical)
    if db.session.scalar(select(Account.id).where(Account.national_id_lookup == key)):
        raise RuleBroken(
            "This national id already belongs to another account. If it is yours, perhaps with "
            "an earlier mobile number, please take your national card to the counter of your "
            "district’s municipality; it is sorted out there.",
            field="national_id",
        )
    account.national_id_lookup = key
    account.national_id_sealed = crypto.seal("national-id", canonical)
    account.birth_date = born
    db.session.flush()
