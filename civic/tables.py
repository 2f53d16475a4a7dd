"""Every table of the platform, so that migrations and tests see all of them."""

from __future__ import annotations

from civic.accounts import models as _accounts
from civic.appraisals import models as _appraisals
from civic.areas import models as _areas
from civic.audit import models as _audit
from civic.ballots import models as _ballots
from civic.cycles import models as _cycles
from civic.deliberation import models as _deliberation
from civic.departments import models as _departments
from civic.electorate import models as _electorate
from civic.kernel.db import Base
from civic.moderation import models as _moderation
from civic.notifications import models as _notifications
from civic.oversight import models as _oversight
from civic.projects import models as _projects
from civic.proposals import models as _proposals
from civic.results import models as _results

METADATA = Base.metadata
MODULES = (
    _accounts, _appraisals, _areas, _audit, _ballots, _cycles, _deliberation, _departments,
    _electorate, _moderation, _notifications, _oversight, _projects, _proposals, _results,
)  # fmt: skip
