"""Who may do what, as one table that a lawyer can read: everywhere = where the role is held."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

import civic
from civic.kernel.policy import POLICIES
from civic.kernel.roles import Role

TABLE = """
may_cast_ballot                yes yes yes yes yes yes yes yes yes
may_compose_ballot             no no yes no no yes no yes no
may_manage_cycles              no no no no no no no yes no
may_change_account             no no no no no no no no no
may_end_session                no no no no no no no no no
may_manage_roles               no no no no no no no yes no
may_declare_residency          yes yes yes yes yes yes yes yes yes
may_see_rolls                  no no no no no yes yes yes no
may_confirm_roll               no no no no no yes no yes no
may_import_areas               no no no no no no no yes no
may_follow                     yes yes yes yes yes yes yes yes yes
may_read_notices               yes yes yes yes yes yes yes yes yes
may_propose                    yes yes yes yes yes yes yes yes yes
may_edit_proposal              no no no no no no no no no
may_submit_proposal            no no no no no no no no no
may_withdraw_proposal          no no no no no no no no no
may_delete_draft               no no no no no no no no no
may_take_along                 no no no no no no no no no
may_support                    yes yes yes yes yes yes yes yes yes
may_see_queue                  no no yes no no yes no no no
may_moderate                   no no yes no no yes no no no
may_undo_decision              no no no no no no no no no
may_see_sheets_due             no no no yes no no no no no
may_appraise                   no no no yes no no no no no
may_route                      no no yes no no no no yes no
may_see_office                 no no no yes no no no no no
may_deliver                    no no no yes no no no no no
may_confirm                    no no yes no no yes no no no
may_answer                     yes yes no no yes no yes yes yes
may_see_desk                   no no no no yes yes no no no
may_rule                       no no no no yes no no no no
may_answer_escalation          no no no no no yes no no no
may_read_log                   no no no no no no yes yes no
may_see_counts                 no no no no no yes yes yes no
may_be_certified               yes yes yes yes yes yes yes yes yes
may_see_certificate            no no no no no no no no no
may_object                     yes yes yes yes yes yes yes yes yes
may_withdraw_objection         no no no no no no no no no
may_support_objection          yes yes yes yes yes yes yes yes yes
may_see_objections             no no no no no yes yes no no
may_decide_objection           no no no no no yes yes no no
may_confirm_objection          no no no no no yes yes no no
may_publish_result             no no no no no yes no yes no
may_destroy_key                no no no no no yes no yes no
may_serve_counter              no no no no no no no no yes
may_see_bags                   no no no no no yes no no yes
may_decide_sheet               no no no no no yes no no yes
may_sit_in_commission          no no no no no yes no no no
may_assist                     no yes no no no no no no no
may_ask_join                   no no no no no yes no no yes
may_confirm_join               no no no no no yes no no no
may_drop_join                  no no no no no yes no no no
may_see_alarms                 no no no no no yes yes yes no
may_judge_alarm                no no no no no yes yes no no
may_call_back                  no no no no no yes yes no no
"""
# A policy is on the list once its module is loaded, whoever else asks for it or not.
for path in sorted(Path(civic.__file__).parent.glob("*/policy.py")):
    importlib.import_module(f"civic.{path.parent.name}.policy")

HEAD = "resident ambassador moderator officer mayor headquarters auditor admin clerk".split()
ROWS = [line.split() for line in TABLE.strip().splitlines()]
CELLS = [(name, *cell) for name, *row in ROWS for cell in zip(HEAD, row, strict=True)]


class Person:
    """Somebody with one role, held everywhere."""

    is_authenticated = True
    id = None

    def __init__(self, role):
        self.role = role

    def holds(self, role, within=None):
        return role is Role.RESIDENT or role is self.role


class Anything:
    """A thing of which every question may be asked and nobody is the author."""

    def __getattr__(self, name):
        return Anything()


@pytest.mark.parametrize(("name", "role", "answer"), CELLS)
def test_the_table_of_roles(name, role, answer):
    assert POLICIES[name](Person(Role(role)), Anything()) is (answer == "yes")


def test_the_table_is_complete():
    assert {name for name, *_ in ROWS} == set(POLICIES)
