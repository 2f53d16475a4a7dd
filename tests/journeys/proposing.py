"""The scenes of the voice: somebody new to the city proposes, is heard, and mends the proposal."""

from __future__ import annotations

from civic.accounts.rules import check_digit
from civic.demo.people import mobile_of
from tests.journeys.stage import Stage

PLACE = "کنار در شمالی بوستان شفق"


def a_newcomer_says_where_they_live(stage: Stage) -> None:
    """Signs in for the first time, chooses the neighbourhood, and says once who they are."""
    nine = f"99{stage.author[-7:]}"
    with stage.phone(stage.author) as phone:
        phone.open("/me/neighbourhood?q=یوسف")
        phone.press("This is my neighbourhood")
        phone.sees("Say whether you live or work there.")
        phone.page.get_by_label("یوسف‌آباد").check()
        phone.tick(tie="lives")
        phone.press("This is my neighbourhood")
        phone.sees("Your neighbourhood is now %(name)s.", name="یوسف‌آباد")

        phone.open("/me/profile/identity?next=/me/vote")
        phone.fill(national_id=f"{nine}{(check_digit(nine) + 1) % 10}")
        phone.press("Store it")
        phone.sees("Something is missing or wrong")
        phone.fill(national_id=f"{nine}{check_digit(nine)}", **{"birth_date-day": "5"})
        phone.fill(**{"birth_date-month": "4", "birth_date-year": "۱۳۶۰"})
        phone.press("Store it")
        phone.sees("Your neighbourhood is known.")


def a_resident_proposes(stage: Stage) -> None:
    """Step by step; a title too short is sent back, and nothing typed is lost."""
    with stage.phone(stage.author) as phone:
        phone.open("/proposals/new")
        phone.press("Begin")
        phone.press("Save and go on")

        phone.fill(title="نیمکت")
        phone.press("Save and go on")
        phone.sees("Write a title of at least ten letters.")
        assert phone.page.input_value("[name=title]") == "نیمکت"
        phone.fill(title=stage.title)
        phone.press("Save and go on")

        phone.fill(problem="سالمندان جایی برای نشستن و نفس تازه کردن ندارند.")
        phone.press("Save and go on")
        phone.fill(solution="چند نیمکت با سایه‌بان چوبی و یک آب‌خوری گذاشته شود.")
        phone.press("Save and go on")
        phone.tick(category="services")
        phone.press("Save and go on")
        phone.fill(place="بوستان")
        phone.press("Save and go on")
        phone.press("Save and go on")

        phone.sees("Check your proposal")
        phone.press("Hand it in")
        phone.sees("Confirm that no persons are named or shown.")
        phone.tick(no_names="y")
        phone.press("Hand it in")
        phone.sees("Your proposal is handed in")
        phone.follow("To its page")
        stage.proposal = phone.path


def a_neighbour_supports_it(stage: Stage) -> None:
    """Finds it by searching, and stands behind it."""
    with stage.phone(stage.neighbour) as phone:
        phone.open(f"/proposals/?q={stage.title}")
        phone.follow(stage.title)
        assert phone.path == stage.proposal
        phone.press("I stand behind it")
        phone.sees("You stand behind this proposal and hear of its way.")


def the_elite_returns_it(stage: Stage) -> None:
    """Finds it in the queue, forgets the reason once, and returns it with one."""
    with stage.phone(mobile_of("moderator")) as phone:
        phone.open("/desk")
        phone.follow("Screening")
        phone.follow(stage.title)
        phone.tick(decision="return")
        phone.press("Record my decision")
        phone.sees("Choose a reason; the author and everybody can read it.")
        phone.fill(reason_code="place_missing", reason="بنویسید کدام بوستان و کجای آن.")
        phone.press("Record my decision")
        phone.sees("Returned. The author is told what to mend.")


def the_author_mends_it(stage: Stage) -> None:
    """Reads the reason in the notice, and says the place exactly."""
    with stage.phone(stage.author) as phone:
        phone.open("/me/notices")
        phone.follow(stage.title)
        phone.sees("بنویسید کدام بوستان و کجای آن.")
        phone.follow("Mend it")
        phone.page.locator(f"main a[href*='{stage.proposal}write/place']").click()
        phone.fill(place=PLACE)
        phone.press("Save and go on")
        phone.sees(PLACE)
        phone.tick(no_names="y")
        phone.press("Hand it in")


def the_elite_accepts_it(stage: Stage) -> None:
    """Now it is clear; a department of the district costs it."""
    with stage.phone(mobile_of("moderator")) as phone:
        phone.open(f"{stage.proposal}")
        phone.follow("Decide about it")
        phone.tick(decision="accept")
        offices = phone.page.locator("[name=department] option")
        phone.fill(department=offices.filter(has_text="خدمات شهری منطقه").get_attribute("value"))
        phone.press("Record my decision")
        phone.sees("Accepted. The department has it now, and the author is told.")


def the_officer_costs_it(stage: Stage) -> None:
    """Forgets the verdict once; what was ticked stays ticked."""
    with stage.phone(OFFICER) as phone:
        phone.open("/appraisals/")
        phone.follow(stage.title)
        phone.tick(detailed_plan="yes", municipal_land="yes", technical="yes")
        phone.tick(passive_defence="not_needed", other_uses="yes")
        phone.fill(cost="۳۰٬۰۰۰٬۰۰۰", months="۳", reason="برآورد از فهرست‌بهای امسال.")
        phone.press("Finish the sheet")
        phone.sees("Choose a verdict.")
        assert phone.page.is_checked("[name=technical][value=yes]")
        phone.tick(verdict="feasible")
        phone.press("Finish the sheet")
        phone.sees("The sheet is finished and public; the author is told.")


OFFICER = "09120000005"  # urban services of the district
SCENES = (
    a_newcomer_says_where_they_live,
    a_resident_proposes,
    a_neighbour_supports_it,
    the_elite_returns_it,
    the_author_mends_it,
    the_elite_accepts_it,
    the_officer_costs_it,
)
