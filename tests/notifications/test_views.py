from uuid import uuid4

from civic.notifications import queries
from civic.notifications.actions import tell
from civic.notifications.kinds import Kind
from tests.conftest import NOON


def tell_routed(person, about, **link):
    tell(
        [person.id], Kind.PROJECT_ROUTED, about=about, at=NOON, title=f"پارک <b>{about}</b>",
        department="فنی", ruler="the mayor of the district", **link,
    )  # fmt: skip


class TestIndex:
    def test_visitors_are_led_to_sign_in(self, browser):
        page = browser.get("notifications.index", status=303)
        assert "/sign-in" in page.response.location

    def test_an_empty_list_says_what_will_come(self, browser, rosa, at_noon):
        page = browser.sign_in(rosa).get("notifications.index")
        assert page.select_one(".empty")

    def test_notices_lead_to_their_thing_and_are_escaped(self, browser, rosa, at_noon):
        tell_routed(rosa, "1", link=("pages.area", {"code": "demo-6-1"}))
        tell_routed(rosa, "2", link=("gone.away", {"x": 1}))

        page = browser.sign_in(rosa).get("notifications.index")

        rows = {row.h2.text: row for row in page.select(".notice")}
        assert set(rows) == {
            "«پارک <b>1</b>» به فنی سپرده شد.",
            "«پارک <b>2</b>» به فنی سپرده شد.",
        }
        links = [row.select_one("h2 a") for _, row in sorted(rows.items())]
        assert links[0]["href"] == "/a/demo-6-1"
        assert links[1] is None

    def test_only_the_button_marks_as_read(self, browser, rosa, at_noon):
        tell_routed(rosa, "1")
        browser.sign_in(rosa)
        page = browser.get("notifications.index")
        assert page.select_one(".top .badge--count").contents[0] == "۱"
        assert queries.unread_count(rosa) == 1

        until = page.select_one("[name=until]")["value"]
        page = browser.follow(browser.post("notifications.read", {"until": until}))

        assert queries.unread_count(rosa) == 0
        assert not page.select(".top .badge--count, [name=until]")

    def test_a_made_up_moment_is_refused(self, browser, rosa, at_noon):
        browser.sign_in(rosa).post("notifications.read", {"until": "soon"}, status=422)

    def test_others_see_nothing_of_it(self, browser, rosa, rami, at_noon):
        tell_routed(rosa, "1")
        assert not browser.sign_in(rami).get("notifications.index").select(".notice")

    def test_few_statements_whatever_the_rows(self, browser, rosa, at_noon, statements):
        for about in range(45):
            tell_routed(rosa, about)
        browser.sign_in(rosa)
        with statements() as seen:
            page = browser.get("notifications.index", page=2)
        assert len(page.select(".notice")) == 20
        assert len(seen) <= 8


class TestFollow:
    def test_the_plain_form_returns_to_the_page(self, browser, rosa, tree, at_noon):
        data = {"subject_kind": "area", "subject_id": str(tree.sepidar.id), "wanted": "on"}
        browser.sign_in(rosa)

        answer = browser.post("notifications.follow", {**data, "next": "/a/demo-6-1?tab=done"})

        assert answer.response.location.endswith("/a/demo-6-1?tab=done")
        assert queries.followers_of("area", tree.sepidar.id) == [rosa.id]

    def test_never_to_another_site(self, browser, rosa, at_noon):
        data = {"subject_kind": "project", "subject_id": str(uuid4()), "wanted": "on"}
        browser.sign_in(rosa)
        answer = browser.post("notifications.follow", {**data, "next": "//evil.test/"})
        assert answer.response.location.endswith("/me/notices")

    def test_htmx_gets_the_turned_button(self, browser, rosa, tree, at_noon):
        place = str(tree.sepidar.id)
        data = {"subject_kind": "area", "subject_id": place, "next": "/about"}
        browser.sign_in(rosa)

        for wanted, then in (("on", "off"), ("off", "on")):
            part = browser.post(
                "notifications.follow", {**data, "wanted": wanted}, status=200, htmx=True
            )
            assert part.select_one("html") is None
            assert part.form["id"] == f"follow-{place}"
            assert part.select_one("[name=wanted]")["value"] == then
            assert part.select_one("[name=next]")["value"] == "/about"

    def test_nonsense_is_refused(self, browser, rosa, at_noon):
        browser.sign_in(rosa)
        for kind, subject in (("person", str(uuid4())), ("area", "x")):
            data = {"subject_kind": kind, "subject_id": subject, "wanted": "on"}
            browser.post("notifications.follow", data, status=422)

    def test_a_visitor_is_led_to_sign_in(self, app, database):
        with app.test_request_context("/about"):
            macro = app.jinja_env.get_template("notifications/_follow.html").module.follow_button
            drawn = macro("area", uuid4(), None)
        assert "/sign-in?next=" in drawn
        assert "<form" not in drawn
