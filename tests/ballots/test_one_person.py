"""One person is one vote, however the national id is typed and with however many accounts."""

from datetime import date

import pytest
from sqlalchemy import func, select

from civic.accounts.identity import give_identity
from civic.accounts.models import Account
from civic.ballots import voters
from civic.ballots.models import VoterSlot
from civic.kernel import crypto
from civic.kernel.db import db
from civic.kernel.errors import RuleBroken
from tests import factories

BORN, TODAY = date(1980, 1, 1), date(2026, 11, 22)
ID = factories.make_national_id()
SPELLINGS = {
    "latin": ID,
    "persian": ID.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")),
    "arabic": ID.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    "joined": "\u200c".join(ID),
    "spaced": f" {ID[:3]} {ID[3:9]} {ID[9]} ",
    "with a line feed": f"{ID}\n",
    "with dashes": f"{ID[:3]}-{ID[3:9]}-{ID[9]}",
}


@pytest.mark.parametrize("typed", SPELLINGS.values(), ids=SPELLINGS)
def test_a_second_account_of_one_person_is_refused(database, typed):
    first, second = factories.make_account("First"), factories.make_account("Second")
    give_identity(first, first, ID, BORN, today=TODAY)
    with pytest.raises(RuleBroken, match="another account"):
        give_identity(second, second, typed, BORN, today=TODAY)
    key = crypto.lookup_key("national-id", ID)
    known = select(func.count()).where(Account.national_id_lookup == key)
    assert db.session.scalar(known) == 1
    assert db.session.get(Account, second.id, populate_existing=True).national_id_lookup is None


@pytest.mark.parametrize("typed", SPELLINGS.values(), ids=SPELLINGS)
def test_every_spelling_is_the_same_voter(pot, typed):
    person = factories.make_account("Person")
    give_identity(person, person, typed, BORN, today=TODAY)
    same = Account(national_id_lookup=crypto.lookup_key("national-id", ID))
    assert voters.tag_of(person, pot) == voters.tag_of(same, pot)


def test_who_gave_no_national_id_or_whose_is_taken_cannot_vote(cast, rosa):
    cast(rosa, 0)
    again = factories.make_account("Rosa again")
    with pytest.raises(RuleBroken):
        cast(again, 1)
    assert db.session.scalar(select(func.count()).select_from(VoterSlot)) == 1
