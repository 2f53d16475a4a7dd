"""The scenes of the city's answer: routed, approved, built with pictures, and told to everybody."""

from __future__ import annotations

import io

from PIL import Image

from civic.demo.people import mobile_of
from tests.journeys.proposing import OFFICER
from tests.journeys.stage import Phone, Stage, persian

HOME = "/a/demo-6-01"


def the_elite_routes_the_winner(stage: Stage) -> None:
    """One choice, the department; everything else comes from the ballot."""
    with stage.phone(mobile_of("moderator")) as phone:
        phone.open("/desk")
        phone.follow("Routing")
        phone.press(stage.title)
        phone.sees("Routed. The people who asked for it are told; the mayor approves it next.")
        stage.project = phone.path


def the_mayor_approves_it(stage: Stage) -> None:
    """Was told of it, and looks over the desk; votes and ranks cannot be touched here."""
    with stage.phone(mobile_of("mayor")) as phone:
        phone.open("/desk")
        phone.follow("The district mayor's desk")
        phone.sees("Ranked by residents")
        phone.open("/me/notices")
        phone.follow(stage.title)
        phone.follow("Decide about this project")
        phone.press("Decide")
        phone.sees("Choose a decision.")
        phone.tick(decision="approve")
        phone.press("Decide")
        phone.sees("Approved. The department goes on with funding; everyone is told.")


def the_officer_reports_with_a_picture(stage: Stage) -> None:
    """Says what was done; once without saying what the picture shows."""
    with stage.phone(OFFICER) as phone:
        phone.open("/desk")
        phone.follow("Delivery")
        phone.follow(stage.title)
        phone.fill(**{"report-text": "جای نیمکت‌ها کنده شد.", "report-progress": "۲۰"})
        phone.page.set_input_files("[name='report-picture']", _photograph())
        phone.press("Publish the report")
        assert phone.page.input_value("[name='report-text']") == "جای نیمکت‌ها کنده شد."
        phone.fill(**{"report-picture_alt": "چهار گودال کنار پیاده‌راه"})
        phone.page.set_input_files("[name='report-picture']", _photograph())
        phone.press("Publish the report")
        phone.sees("The report is public. The people who asked for it are told.")


def _photograph() -> dict[str, object]:
    held = io.BytesIO()
    Image.new("RGB", (64, 48), "sienna").save(held, "JPEG")
    return {"name": "site.jpg", "mimeType": "image/jpeg", "buffer": held.getvalue()}


def everybody_sees_it_coming(stage: Stage) -> None:
    """The neighbourhood's page leads to the project's, with the report and its picture."""
    with stage.phone() as phone:
        phone.open(f"{HOME}?tab=planned")
        phone.follow(stage.title)
        assert phone.path == stage.project
        phone.sees("جای نیمکت‌ها کنده شد.")
        picture = phone.page.get_by_alt_text("چهار گودال کنار پیاده‌راه").first
        picture.scroll_into_view_if_needed()
        assert picture.evaluate("p => p.decode().then(() => p.naturalWidth)"), "It can be seen."


def the_officer_builds_it(stage: Stage) -> None:
    """From the money to the opening, stage by stage; half-built it cannot be handed over."""
    with stage.phone(OFFICER) as phone:
        phone.open(f"{stage.project}manage")
        for _stage in BUILT:
            _reach_the_next(phone)
            phone.sees("The stage is reached. The people who asked for it are told.")
        _reach_the_next(phone)
        phone.sees(TOO_EARLY, progress="۲۰")
        _unfold(phone, "report")
        phone.fill(**{"report-text": "نیمکت‌ها نصب شد.", "report-progress": "۱۰۰"})
        phone.press("Publish the report")
        _reach_the_next(phone)
        phone.sees("The stage is reached. The people who asked for it are told.")


def _reach_the_next(phone: Phone) -> None:
    """Today is filled in already."""
    _unfold(phone, "reach")
    phone.press("The stage is reached")


def _unfold(phone: Phone, form: str) -> None:
    """Open a form of the page, if it is not open already."""
    folded = phone.page.locator(f"details:not([open]):has(#{form}-form)")
    if folded.count():
        folded.locator("summary").first.click()


def a_neighbour_misses_something(stage: Stage) -> None:
    """Is told of the handover, goes there, and says in a sentence what is missing."""
    with stage.phone(stage.neighbour) as phone:
        phone.open(stage.project)
        phone.press("Send my answer")
        phone.sees("Choose yes or no.")
        phone.tick(**{"answer-verdict": "no"})
        phone.fill(**{"answer-text": "یکی از نیمکت‌ها سایه‌بان ندارد."})
        phone.press("Send my answer")
        phone.sees("یکی از نیمکت‌ها سایه‌بان ندارد.")


def the_elite_cannot_confirm_against_it(stage: Stage) -> None:
    """Finds it on the desk; as long as more say no than yes it stays open."""
    with stage.phone(mobile_of("moderator")) as phone:
        phone.open("/desk")
        phone.follow("Routing")
        phone.follow(stage.title)
        phone.press("Residents confirm it: close the project")
        phone.sees(AGAINST, no="۱", yes="۰")


def the_neighbour_is_content(stage: Stage) -> None:
    """Changes the answer when the rest is done; the objection goes."""
    with stage.phone(stage.neighbour) as phone:
        phone.open(stage.project)
        phone.page.locator("#answers details summary").click()
        phone.tick(**{"answer-verdict": "yes"})
        phone.press("Send my answer")
        phone.sees("You answered yes. You can change it until the project is confirmed.")
        assert "سایه‌بان ندارد" not in phone.text()


def the_elite_confirms_it(stage: Stage) -> None:
    """Closes it by the word of the residents."""
    with stage.phone(mobile_of("moderator")) as phone:
        phone.open(stage.project)
        phone.press("Residents confirm it: close the project")
        phone.sees("Confirmed. Everybody who asked for it is told.")


def everybody_sees_it_done(stage: Stage) -> None:
    """It stands among the finished works, and its page shows the whole way."""
    with stage.phone() as phone:
        phone.open(HOME)
        phone.follow("Done")
        phone.follow(stage.title)
        phone.sees("Confirmed by residents")


def the_author_was_told_every_step(stage: Stage) -> None:
    """From the first answer to the opening; the older notices stand overleaf."""
    with stage.phone(stage.author) as phone:
        phone.open("/me/notices")
        told = phone.text()
        phone.follow("Next")
        told += phone.text()
        for step in TOLD:
            said = persian(step, title=stage.title, stage=persian("Confirmed by residents"))
            assert said in told, f"“{said}” was not told:\n{told}"


BUILT = ("funded", "tendered", "contracted", "building")
TOO_EARLY = (
    "By the last report %(progress)s percent are done. Publish a report with 100 percent first;"
    " then hand the project over."
)
TOLD = (
    "Your proposal “%(title)s” needs a change.",
    "Your proposal “%(title)s” was accepted.",
    "“%(title)s” is on the ballot.",
    "Residents chose “%(title)s”.",
    "“%(title)s” is handed over.",
    "“%(title)s” reached a new stage: %(stage)s.",
)
AGAINST = (
    "%(no)s say no and %(yes)s say yes. The department mends it first;"
    " then residents can change their answers."
)
SCENES = (
    the_elite_routes_the_winner,
    the_mayor_approves_it,
    the_officer_reports_with_a_picture,
    everybody_sees_it_coming,
    the_officer_builds_it,
    a_neighbour_misses_something,
    the_elite_cannot_confirm_against_it,
    the_neighbour_is_content,
    the_elite_confirms_it,
    everybody_sees_it_done,
    the_author_was_told_every_step,
)
