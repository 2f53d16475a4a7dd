"""Every door and everybody who knocks: who comes in, who is led to the sign-in, who is refused.

A line is a route and the thing behind it, a letter one who knocks:
+ comes in (a page, an answer, a form that wants more), s is led to the sign-in, 2 to the second
factor, - is refused, 0 finds nothing. `proven` is a resident who set up a second factor, `half`
an elite who has not proven it yet; `far` is the same role in another neighbourhood, department
or district.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.architecture.world import address, afresh, fingerprint, knock

KNOCKERS = (
    "visitor resident proven half mod mod-far officer off-far mayor may-far hq auditor admin clerk"
).split()
TABLE = """
GET  accounts.code                              s+++++++++++++
POST accounts.code                              ++++++++++++++
GET  accounts.devices                           s+++++++++++++
POST accounts.end_device session                s0000000000000
POST accounts.end_grant grant                   s--2--------+-
POST accounts.end_other_devices                 s+++++++++++++
GET  accounts.grants                            s--2--------+-
POST accounts.grants                            s--2--------+-
GET  accounts.identity                          s+++++++++++++
POST accounts.identity                          s+++++++++++++
GET  accounts.profile                           s+++++++++++++
POST accounts.profile                           s+++++++++++++
POST accounts.reset_second_factor half          s--2--------+-
GET  accounts.second_factor                     s+++++++++++++
POST accounts.second_factor                     s+++++++++++++
POST accounts.send_again                        ++++++++++++++
GET  accounts.set_up                            s++2++++++++++
POST accounts.set_up                            s++2++++++++++
GET  accounts.sign_in                           ++++++++++++++
POST accounts.sign_in                           ++++++++++++++
POST accounts.sign_out                          ++++++++++++++
GET  alarms.call 1404 1                         s--2------++--
POST alarms.call 1404 1                         s--2------++--
GET  alarms.call_list 1404                      s--2------+++-
POST alarms.decide alarm                        s--2------++--
POST alarms.draw 1405                           s--2------++--
GET  alarms.index                               s--2------+++-
GET  alarms.show alarm                          s--2------+++-
GET  alarms.show nothing                        s--2------000-
GET  alarms.turnout 1405                        ++++++++++++++
GET  alarms.turnout_file 1405 csv               ++++++++++++++
GET  appraisals.queue                           s--2--++------
GET  appraisals.sheet open                      s--2----------
GET  appraisals.sheet screened                  s--2--+-------
POST appraisals.sheet open                      s--2----------
POST appraisals.sheet screened                  s--2--+-------
GET  areas.index                                ++++++++++++++
GET  assist.batches                             s--2------+---
GET  assist.code                                s--2----------
POST assist.code                                s--2----------
POST assist.decide bag question                 s--2------+---
POST assist.end                                 s--2----------
GET  assist.start                               s--2----------
POST assist.start                               s--2----------
GET  assist.vote                                s--2----------
POST assist.vote                                s--2----------
GET  audit.index                                s--2-------++-
GET  audit.log                                  s--2-------++-
POST ballots.cast pot                           s+++++++++++++
GET  ballots.compose                            s--2++++++++++
GET  ballots.compose_paper pot                  s--2+-----+-+-
POST ballots.compose_paper pot                  s--2+-----+-+-
GET  ballots.find                               ++++++++++++++
GET  ballots.index                              s+++++++++++++
POST ballots.keep pot                           s+++++++++++++
GET  ballots.look gone                          00000000000000
GET  ballots.paper pot                          ++++++++++++++
GET  ballots.paper shown                        ++++++++++++++
GET  ballots.receipt pot                        s0000000000000
GET  ballots.review pot                         s+++++++++++++
GET  cycles.frozen_document 1405                ++++++++++++++
GET  cycles.manage 1405                         s--2--------+-
POST cycles.manage 1405                         s--2--------+-
GET  cycles.pot 1405                            s--2--------+-
POST cycles.pot 1405                            s--2--------+-
GET  cycles.show 1405                           ++++++++++++++
GET  cycles.show 1500                           00000000000000
GET  cycles.voters 1405                         s--2--------+-
POST cycles.voters 1405                         s--2--------+-
POST deliberation.support draft                 s0000000000000
POST deliberation.support screened              s+++++++++++++
POST electorate.confirm_roll roll               s--2------+-+-
GET  electorate.declare                         s+++++++++++++
POST electorate.declare                         s+++++++++++++
GET  electorate.eligibility                     s+++++++++++++
GET  electorate.roll roll                       s--2------+++-
GET  electorate.rolls                           s--2------+++-
GET  joining.index                              s--2------+--+
POST joining.ask                                s--2------+--+
POST joining.decide pair                        s--2------+--+
GET  ledger.entries acts                        ++++++++++++++
GET  ledger.head acts                           00000000000000
GET  ledger.heads acts                          ++++++++++++++
GET  ledger.index                               ++++++++++++++
GET  ledger.key acts                            ++++++++++++++
GET  ledger.leaves acts                         ++++++++++++++
GET  ledger.program                             ++++++++++++++
GET  ledger.show acts                           ++++++++++++++
GET  ledger.show gone                           00000000000000
GET  moderation.decide draft                    s--20000000000
GET  moderation.decide modsown                  s--2----------
GET  moderation.decide open                     s--2+---------
POST moderation.decide draft                    s--20000000000
POST moderation.decide modsown                  s--2----------
POST moderation.decide open                     s--2+---------
GET  moderation.merge modsown open              s--2----------
GET  moderation.merge open twin                 s--2+---------
POST moderation.merge modsown open              s--2----------
POST moderation.merge open twin                 s--2+---------
GET  moderation.queue                           s--2++----+---
POST moderation.undo decision                   s--2+---------
POST notifications.follow                       s+++++++++++++
GET  notifications.index                        s+++++++++++++
POST notifications.read                         s+++++++++++++
GET  opendata.area_feed demo-6-1                ++++++++++++++
GET  opendata.areas                             ++++++++++++++
GET  opendata.index                             ++++++++++++++
GET  opendata.project_feed project              ++++++++++++++
GET  opendata.projects                          ++++++++++++++
GET  opendata.proposals 1405 csv                ++++++++++++++
GET  opendata.proposals 1405 json               ++++++++++++++
POST objections.ask_recount 1                   s--2------++--
GET  objections.check shown                     s+++++++++++++
POST objections.check shown                     s+++++++++++++
POST objections.confirm 1                       s--2------++--
GET  objections.decide 1                        s--2------++--
POST objections.decide 1                        s--2------++--
GET  objections.desk                            s--2------++--
GET  objections.index hidden                    00000000000000
GET  objections.index shown                     ++++++++++++++
GET  objections.recount 1                       00000000000000
GET  objections.show 1                          ++++++++++++++
GET  objections.show 77                         00000000000000
POST objections.support 1                       s+++++++++++++
POST objections.take 1                          s--2------++--
POST objections.withdraw 1                      s-------------
GET  objections.write hidden                    s0000000000000
GET  objections.write shown                     s+++++++++++++
POST objections.write shown                     s+++++++++++++
POST documents.certify shown                    s0000000000000
GET  documents.mine                             s+++++++++++++
GET  documents.minutes shown                    00000000000000
GET  documents.paper 000000000000               00000000000000
GET  documents.protocol 1                       00000000000000
GET  documents.verify 000000000000              ++++++++++++++
GET  oversight.answer ruling                    s--2------+---
POST oversight.answer ruling                    s--2------+---
GET  oversight.desk                             s--2----+++---
GET  oversight.escalations                      s--2----+++---
GET  oversight.rule routed                      s--2----+-----
POST oversight.rule routed                      s--2----+-----
GET  pages.about                                ++++++++++++++
GET  pages.area demo-6-1                        ++++++++++++++
GET  pages.area demo-9                          00000000000000
GET  pages.desk                                 s--2++++++++++
GET  pages.healthz                              ++++++++++++++
GET  pages.home                                 ++++++++++++++
GET  pages.language en                          ++++++++++++++
GET  pages.mine                                 s+++++++++++++
GET  pages.patterns                             ++++++++++++++
GET  pages.picture a.webp                       00000000000000
GET  pages.promise                              ++++++++++++++
GET  polling.bag bag                            s--2------+--+
GET  polling.bags                               s--2------+--+
POST polling.close bag                          s--2---------+
POST polling.count bag                          s--2---------+
GET  polling.desk                               s--2---------+
POST polling.finish pot                         s--2------+---
POST polling.hand                               s--2---------+
POST polling.look_up                            s--2---------+
GET  polling.read bag type                      s--2---------+
GET  polling.read bag decide                    s--2------+--+
GET  polling.read bag again                     s--2------+---
POST polling.read bag type                      s--2---------+
POST polling.read bag decide                    s--2------+--+
POST polling.read bag again                     s--2------+---
GET  polling.sheet_to_print bag                 s--2---------+
POST projects.answer project                    s++--+-+++++++
POST projects.confirm project                   s--2+---------
POST projects.enter project done milestone      s--2--+-------
POST projects.enter project gone block          s--2--+-------
POST projects.enter project money               s--2--+-------
POST projects.enter project plan                s--2--+-------
POST projects.enter project reach               s--2--+-------
POST projects.enter project report              s--2--+-------
GET  projects.index                             ++++++++++++++
GET  projects.manage project                    s--2--+-------
GET  projects.office                            s--2--++------
POST projects.route secret                      s--20000000000
POST projects.route winner                      s--2+-------+-
GET  projects.routing                           s--2++------+-
GET  projects.show nothing                      00000000000000
GET  projects.show project                      ++++++++++++++
POST proposals.again open                        s-------------
POST proposals.begin                            s+++++++++++++
GET  proposals.check draft                      s0000000000000
GET  proposals.check mine                       s+000000000000
GET  proposals.check open                       s-------------
POST proposals.check draft                      s0000000000000
POST proposals.check mine                       s+000000000000
POST proposals.check open                       s-------------
POST proposals.delete draft                     s0000000000000
POST proposals.delete mine                      s+000000000000
GET  proposals.done draft                       s0000000000000
GET  proposals.done open                        s-------------
GET  proposals.index                            ++++++++++++++
GET  proposals.show draft                       00000000000000
GET  proposals.show nothing                     00000000000000
GET  proposals.show open                        ++++++++++++++
GET  proposals.show returned                    ++++++++++++++
GET  proposals.start                            ++++++++++++++
GET  proposals.step draft title                 s0000000000000
GET  proposals.step mine title                  s+000000000000
POST proposals.step draft title                 s0000000000000
POST proposals.step mine title                  s+000000000000
POST proposals.withdraw open                    s-------------
POST results.ask_key 1405                       s--2------+-+-
GET  results.check hidden                       s--2------+++-
GET  results.check shown                        s--2------+++-
POST results.check hidden                       s--2------+++-
POST results.check shown                        s--2------+++-
GET  results.desk                               s--2------+++-
POST results.destroy_key 1405                   s--2------+-+-
GET  results.file hidden json                   00000000000000
GET  results.file shown json                    ++++++++++++++
GET  results.index                              ++++++++++++++
GET  results.key 1405                           ++++++++++++++
GET  results.show hidden                        ++++++++++++++
GET  results.show shown                         ++++++++++++++
GET  results.what_if hidden                     00000000000000
GET  results.what_if shown                      00000000000000
GET  static_file css/base.css                   00000000000000
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]


def outcome(answer):
    """What became of a knock, as one letter."""
    led_to = urlsplit(answer.location or "").path
    if led_to == "/sign-in/second-factor":
        return "2"
    if led_to == "/sign-in":
        return "s"
    known = {403: "-", 404: "0", 200: "+", 204: "+", 302: "+", 303: "+", 400: "+", 422: "+"}
    return known.get(answer.status_code, f"[{answer.status_code}]")


def seen(app, method, endpoint, *things):
    """The letters of a line, as they are."""
    letters, where = "", address(app, endpoint, *things)
    for who in KNOCKERS:
        letters += outcome(knock(app, who, method, where))
        if method == "POST":
            afresh(app)
    return letters


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row[:-1]))
def test_the_doors(house, row):
    *line, expected = row
    assert seen(house, *line) == expected


def test_no_door_is_without_a_line(house):
    doors = {
        (method, rule.endpoint)
        for rule in house.url_map.iter_rules()
        for method in rule.methods & {"GET", "POST"}
    }
    assert {tuple(row[:2]) for row in ROWS} == doors


@pytest.mark.endurance
def test_who_only_looks_changes_nothing(house):
    afresh(house)
    before = fingerprint(house)
    for method, endpoint, *things, _letters in ROWS:
        if method == "GET":
            for who in KNOCKERS:
                knock(house, who, "GET", address(house, endpoint, *things))
    assert fingerprint(house) == before
