"""Who sees alarms, who decides about them, and who calls people back."""

from __future__ import annotations

from civic.alarms.models import Alarm
from civic.areas.models import Area
from civic.kernel.i18n import N_
from civic.kernel.policy import policy
from civic.kernel.roles import Actor, Role


@policy(N_("Only headquarters, auditors and administrators see the alarms."))
def may_see_alarms(actor: Actor, area: Area | None = None) -> bool:
    """The commission: the city headquarters, auditors and administrators."""
    return any(
        actor.holds(role, within=area) for role in (Role.HEADQUARTERS, Role.AUDITOR, Role.ADMIN)
    )


@policy(N_("Alarms are decided by headquarters and auditors, and never by whom they are about."))
def may_judge_alarm(actor: Actor, alarm: Alarm) -> bool:
    """Headquarters and auditors; whoever runs the machines looks on."""
    judges = actor.holds(Role.HEADQUARTERS) or actor.holds(Role.AUDITOR)
    return judges and (alarm.about_id is None or alarm.about_id != actor.id)


@policy(N_("Only headquarters and auditors call people whom the lot drew."))
def may_call_back(actor: Actor, area: Area | None = None) -> bool:
    """Headquarters and auditors: they see a name and a number for one call."""
    return actor.holds(Role.HEADQUARTERS, within=area) or actor.holds(Role.AUDITOR, within=area)
