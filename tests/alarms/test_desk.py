import pytest
from sqlalchemy import select

from civic.alarms import actions
from civic.alarms.kinds import AlarmKind, AlarmState, Gravity
from civic.alarms.models import AlarmDeed
from civic.alarms.rules import Finding
from civic.alarms.words import WORDS
from civic.audit.models import AuditEntry
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from civic.signals.rules import hour_of

NUMBERS = {
    name: 40 + place
    for place, name in enumerate(
        (
            "votes phones devices people of hours age usual wrong right sent networks hour area"
            " objection differences rules violations"
        ).split()
    )
}


@pytest.fixture
def raised(cycle):
    """Raise an alarm of a kind."""

    def raising(kind=AlarmKind.ONE_NETWORK, mark="m", weight=50, gravity=Gravity.ALARM):
        hour = hour_of(clock.now())
        mark = mark if kind is not AlarmKind.ASSISTANT else str(cycle.id)
        finding = Finding(kind, mark, weight, NUMBERS, hour, hour, gravity, "demo-6-1")
        return actions.keep_finding(finding, cycle, at=clock.now())

    return raising


class TestDeciding:
    def test_two_different_people_pass_an_alarm_on(self, raised, ada, hedi):
        alarm, at = raised(), clock.now()
        actions.look_at_alarm(ada, alarm, at=at)
        actions.pass_alarm_on(ada, alarm, "مشکوک است", at=at)
        with pytest.raises(RuleBroken, match="Somebody else has to agree"):
            actions.pass_alarm_on(ada, alarm, "again", at=at)
        assert alarm.state is AlarmState.ASKED
        actions.pass_alarm_on(hedi, alarm, "", at=at)
        assert (alarm.state, alarm.asked_by_id, alarm.agreed_by_id) == (
            AlarmState.PASSED, ada.id, hedi.id,
        )  # fmt: skip
        in_order = select(AuditEntry).order_by(AuditEntry.seq)
        events = [entry.event for entry in db.session.scalars(in_order)]
        assert events == ["alarm:raise", "alarm:look", "alarm:ask", "alarm:agree"]

    def test_what_was_decided_is_not_decided_again(self, raised, ada, hedi):
        alarm, at = raised(), clock.now()
        actions.clear_alarm(ada, alarm, "کلاس", at=at)
        with pytest.raises(RuleBroken, match="decided already"):
            actions.pass_alarm_on(hedi, alarm, "no", at=at)

    def test_a_reason_is_needed(self, raised, ada):
        with pytest.raises(RuleBroken, match="Write why"):
            actions.clear_alarm(ada, raised(), "  ", at=clock.now())

    def test_the_administrator_looks_on_and_residents_do_not(self, raised, adam, rosa):
        for person in (adam, rosa):
            with pytest.raises(NotAllowed):
                actions.clear_alarm(person, raised(), "why", at=clock.now())

    def test_nobody_judges_the_alarm_about_themselves(self, raised, ada):
        alarm = raised()
        alarm.about_id = ada.id
        with pytest.raises(NotAllowed):
            actions.clear_alarm(ada, alarm, "why", at=clock.now())

    def test_looking_twice_is_noted_once(self, raised, ada, hedi):
        alarm = raised()
        for person in (ada, hedi):
            actions.look_at_alarm(person, alarm, at=clock.now())
        assert len(db.session.scalars(select(AlarmDeed)).all()) == 2


class TestPages:
    @pytest.mark.parametrize("kind", AlarmKind)
    def test_every_kind_is_told_in_both_languages(self, browser, raised, hedi, kind):
        alarm = raised(kind)
        browser.sign_in(hedi)
        for lang in ("fa", "en"):
            page = browser.get("alarms.show", alarm_id=alarm.id, lang=lang)
            assert "%(" not in page.text
            assert page.select_one("h1").text.strip()
        assert WORDS[kind].title in page.text

    def test_the_list_costs_eight_statements_whatever_is_on_it(
        self, browser, raised, hedi, statements
    ):
        browser.sign_in(hedi)
        for n in range(25):
            raised(list(AlarmKind)[n % 4], mark=f"m{n}")
        with statements() as seen:
            page = browser.get("alarms.index")
        assert len(seen) <= 8
        assert len(page.select("article")) == 20

    def test_grave_ones_come_first(self, browser, raised, hedi):
        raised(AlarmKind.BUSY_NETWORK, gravity=Gravity.NOTE)
        raised(AlarmKind.SAME_AGE)
        page = browser.sign_in(hedi).get("alarms.index", lang="en")
        titles = [title.text for title in page.select("article h2")]
        assert titles == [WORDS[AlarmKind.SAME_AGE].title, WORDS[AlarmKind.BUSY_NETWORK].title]

    def test_the_whole_way_without_javascript(self, browser, raised, ada, hedi):
        alarm = raised()
        browser.sign_in(ada).post("alarms.decide", {"do": "look"}, alarm_id=alarm.id)
        page = browser.post("alarms.decide", {"do": "pass", "reason": ""}, 422, alarm_id=alarm.id)
        assert page.select(".field--wrong")
        answer = {"do": "pass", "reason": "هفده نفر شکایت کرده‌اند"}
        browser.post("alarms.decide", answer, alarm_id=alarm.id)
        page = browser.get("alarms.show", alarm_id=alarm.id)
        assert not page.select("button[value=pass]")
        browser.sign_in(hedi).post("alarms.decide", {"do": "pass"}, alarm_id=alarm.id)
        page = browser.get("alarms.show", alarm_id=alarm.id)
        assert not page.select("button[name=do]")
        assert len(page.select(".history li")) == 4
        page = browser.get("alarms.index", show="decided")
        assert len(page.select("article")) == 1

    def test_an_empty_desk_says_what_will_come(self, browser, hedi):
        page = browser.sign_in(hedi).get("alarms.index", lang="en")
        assert "every three minutes" in page.text

    def test_the_notice_leads_to_the_alarm(self, browser, raised, hedi):
        alarm = raised()
        page = browser.sign_in(hedi).get("notifications.index")
        assert page.select(f"a[href*='/alarms/{alarm.id}']")
