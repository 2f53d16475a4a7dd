"""The counter of the demo city: a bag of sheets, votes with an ambassador, and a double account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from civic.accounts import actions as accounts
from civic.accounts.models import Account
from civic.accounts.queries import account_by_mobile, mobile_of
from civic.accounts.rules import check_digit
from civic.ballots.queries import box_state, paper, papers_given
from civic.cycles.models import Pot
from civic.demo.chance import chance_of
from civic.demo.city import City
from civic.demo.crowd import choose
from civic.joining.actions import ask_join
from civic.kernel import crypto
from civic.polling import actions, assisting, queries, rechecks
from civic.polling.models import PaperBatch

# The neighbourhood in which most of the demo happens has a table with papers.
AREA = "demo-6-01"
SHEETS, SPOILED, DIFFERS = 6, 4, 5
SEAL = "۰۱۷۲۳"
HELPED = 3
# A number that nobody of the demo has had before.
SECOND_NUMBER = "09120009001"


def hand_papers_out(city: City, pot: Pot, pulls: Mapping[str, int], *, at: datetime) -> None:
    """Six people vote on paper; the bag is counted and typed, but for what is left to try."""
    if box_state(pot.id) != "open" or papers_given(pot.id):
        return
    first, second = city.clerks
    for number in range(SHEETS):
        key = crypto.lookup_key("national-id", _somebody(number))
        handed = actions.hand_out(first, pot, key, papers_seen="y", at=at)
    bag = _bag(handed.batch)
    actions.count_bag(first, bag, physical_count=SHEETS, seal=SEAL, at=at)
    sheets = _sheets(pot, pulls)
    for serial, chosen in enumerate(sheets, start=1):
        actions.type_sheet(first, bag, serial, chosen, at=at)
        if serial == DIFFERS:
            actions.type_sheet(second, bag, serial, sheets[0], at=at)
        elif serial < SHEETS:
            actions.type_sheet(second, bag, serial, chosen, at=at)


def _somebody(number: int) -> str:
    nine = f"98{number * 7919:07d}"
    return f"{nine}{check_digit(nine)}"


def _sheets(pot: Pot, pulls: Mapping[str, int]) -> list[list[int]]:
    """What stands on the sheets: one is spoiled, and one is read in two ways."""
    lines = paper(pot)
    chosen = [choose(pot, lines, dict(pulls), chance_of("sheet", n)) for n in range(SHEETS)]
    chosen[SPOILED - 1] = []
    chosen[0] = [lines[0].number]
    chosen[DIFFERS - 1] = [lines[-1].number]
    return chosen


def _bag(batch: PaperBatch) -> PaperBatch:
    found = queries.batch(batch.id)
    if found is None:
        raise LookupError(batch.id)
    return found


def help_some_to_vote(city: City, pot: Pot, pulls: Mapping[str, int], *, at: datetime) -> None:
    """The ambassador of the neighbourhood helps a few people, with their own phones in hand."""
    if box_state(pot.id) != "open" or assisting.units_of(pot):
        return
    lines = paper(pot)
    for voter in _left_over(city, pot):
        session = assisting.open_session(
            city.ambassador, voter, place="سرای محله یوسف‌آباد", device="تبلت سفیر", at=at
        )
        chosen = choose(pot, lines, dict(pulls), chance_of("helped", voter.name))
        assisting.cast_assisted(city.ambassador, session, pot, chosen, key=uuid4(), at=at)


def _left_over(city: City, pot: Pot) -> Sequence[Account]:
    return city.residents_in(pot.area)[-HELPED:]


def meet_a_double(city: City, pot: Pot, *, at: datetime) -> None:
    """Somebody with a new phone comes to the counter; two accounts wait for a second person."""
    residents = city.residents_in(pot.area)
    if not residents or account_by_mobile(SECOND_NUMBER) is not None:
        return
    person = residents[0]
    accounts.account_for(city.admin, SECOND_NUMBER, name=person.name, at=at)
    card = person.national_id_lookup or b""
    ask_join(city.clerks[0], card, SECOND_NUMBER, mobile_of(person), at=at)


def finish(city: City, pot: Pot, pulls: Mapping[str, int], *, at: datetime) -> None:
    """What is left of the sheets is read, the drawn bags are read again, and the box is closed."""
    if box_state(pot.id) != "held":
        return
    for bag in queries.bags_of([pot.id]):
        if bag.batch.state == "open":
            _finish_bag(city, bag.batch, _sheets(pot, pulls), at=at)
    state = rechecks.standing_of(pot)
    for batch in state.drawn:
        while (serial := rechecks.next_again(batch)) is not None:
            sheet = queries.sheet(batch.id, serial)
            entry = sheet.accepted_entry if sheet else ""
            numbers = [int(number) for number in entry.split()]
            actions.read_again(city.headquarters, batch, serial, numbers, at=at)
    if rechecks.standing_of(pot).done:
        actions.finish_paper(city.headquarters, pot, at=at)


def _finish_bag(city: City, bag: PaperBatch, sheets: list[list[int]], *, at: datetime) -> None:
    first, second = city.clerks
    for serial, chosen in enumerate(sheets, start=1):
        sheet = queries.sheet(bag.id, serial)
        if sheet is not None and sheet.clerk2_id is None:
            sheet = actions.type_sheet(second, bag, serial, chosen, at=at)
        sheet = queries.sheet(bag.id, serial)
        if sheet is not None and sheet.state == "differs":
            actions.decide_sheet(city.headquarters, sheet, chosen, at=at)
    actions.close_bag(first, bag, at=at)
