"""The scenes of the vote: the paper, the box, the count, and what everybody can read of it."""

from __future__ import annotations

import re
import time

from civic.demo.people import HEADQUARTERS, mobile_of
from tests.journeys.stage import Phone, Stage

CODE = re.compile(r"(?:[۰-۹]{4}\s*){6}")
UNTIL_COUNTED = 90


def the_elite_puts_it_on_the_ballot(stage: Stage) -> None:
    """Composes the paper of the neighbourhood out of what is feasible."""
    with stage.phone(mobile_of("moderator")) as phone:
        phone.open("/desk")
        phone.follow("The ballot")
        phone.follow("یوسف‌آباد")
        stage.pot = phone.path.rsplit("/", 1)[1]
        phone.press("Put on the ballot")
        phone.sees("Choose at least one proposal.")
        phone.page.get_by_label(stage.title).check()
        phone.press("Put on the ballot")
        phone.sees("They are on the paper.")


def a_resident_votes(stage: Stage) -> None:
    """Wants everything at first, learns what the pot holds, and casts what fits into it."""
    with stage.phone(stage.author) as phone:
        phone.open("/vote/")
        phone.page.locator(f"main a[href='/vote/{stage.pot}']").last.click()
        every = phone.page.locator("[name=choices]")
        for box in every.all():
            box.check()
        phone.press("Review my vote")
        phone.sees("This ballot cannot be cast like this yet")
        for box in every.all():
            box.uncheck()
        _cast(phone, stage)
        assert not phone.page.get_by_text(stage.title).count(), "A receipt never shows the choice."


def a_resident_changes_their_mind(stage: Stage) -> None:
    """Votes again; the new ballot takes the place of the old one, and has another receipt."""
    with stage.phone(stage.author) as phone:
        phone.open(f"/vote/{stage.pot}")
        phone.sees("You have voted.")
        others = phone.page.locator("[name=choices]")
        others.last.check()
        _cast(phone, stage, again=True)
        assert len(set(stage.receipts)) == 2


def a_neighbour_votes(stage: Stage) -> None:
    """Two voices are more than one."""
    with stage.phone(stage.neighbour) as phone:
        phone.open(f"/vote/{stage.pot}")
        _cast(phone, stage)


def _cast(phone: Phone, stage: Stage, *, again: bool = False) -> None:
    phone.page.get_by_label(stage.title).check()
    phone.press("Review my vote")
    phone.sees("Review your vote")
    phone.sees(stage.title)
    if again:
        phone.sees("This replaces your earlier vote")
    phone.press("Cast my vote")
    phone.sees("Your vote is recorded")
    shown = phone.page.inner_text(".receipt__code")
    assert CODE.fullmatch(shown.strip()), shown
    stage.receipts.append("".join(shown.split()))


def the_box_is_closed(stage: Stage) -> None:
    """Nobody can vote any more; the result is not there yet, and the page says so."""
    with stage.phone(stage.author) as phone:
        phone.open(f"/vote/{stage.pot}")
        assert not phone.page.locator("[name=choices]").count()
        phone.sees("The count and its reasons are published with the results.")
        phone.open(f"/results/{stage.pot}")


def headquarters_publishes_the_result(stage: Stage) -> None:
    """Reads the count that the platform made by itself, and publishes it deliberately."""
    with stage.phone(HEADQUARTERS) as phone:
        _wait_for_the_count(phone, stage)
        phone.sees(stage.title)
        if phone.page.locator("[name=sure]").count():  # one result for both tellings
            phone.press("Publish the result")
            phone.sees("Tick the box if the result can be published.")
            phone.tick(sure="y")
            phone.press("Publish the result")
            phone.sees("The result is published.")


def _wait_for_the_count(phone: Phone, stage: Stage) -> None:
    address = f"{stage.city.url}/results/{stage.pot}/count"
    until = time.monotonic() + UNTIL_COUNTED
    while not phone.page.goto(address).ok and time.monotonic() < until:
        time.sleep(1)
    phone.open(f"/results/{stage.pot}/count")


def everybody_reads_the_result(stage: Stage) -> None:
    """What won and why, and that a receipt stands in the box."""
    with stage.phone() as phone:
        phone.open("/results/")
        phone.page.locator(f"main a[href='/results/{stage.pot}']").first.click()
        # What other rules would have chosen may stand below by now.
        table = phone.page.locator("main table").first
        row = table.locator("tr", has_text=stage.title)
        assert row.count() == 1
        assert row.locator(".badge--done").count(), "It won."
        assert len(row.locator("th").inner_text()) > len(stage.title) + 20, "It says why."
        for receipt in stage.receipts:
            phone.open("/verify")
            phone.fill(code=receipt)
            phone.press("Check")
            phone.sees("This vote is recorded.")


def the_auditor_reads_it_all(stage: Stage) -> None:
    """Finds the acts of the staff, and that no entry was changed."""
    with stage.phone(mobile_of("auditor")) as phone:
        phone.open("/audit/")
        phone.sees("The chain is whole")
        phone.fill(event="result:publish")
        phone.press("Narrow the list")
        phone.sees("مینا، ستاد شهر")
    assert "the chain is whole" in stage.city.civic("verify", "audit")
