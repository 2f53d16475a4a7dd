"""Every table of the platform, and the way a database gets them."""

from __future__ import annotations

from typing import Any

from flask import Flask

from civic.accounts import models as _accounts
from civic.alarms import models as _alarms
from civic.appraisals import models as _appraisals
from civic.areas import models as _areas
from civic.audit import models as _audit
from civic.ballots import models as _ballots
from civic.config import REPOSITORY
from civic.cycles import models as _cycles
from civic.deliberation import models as _deliberation
from civic.departments import models as _departments
from civic.documents import models as _documents
from civic.electorate import models as _electorate
from civic.joining import models as _joining
from civic.kernel.db import Base, db
from civic.ledger import models as _ledger
from civic.moderation import models as _moderation
from civic.notifications import models as _notifications
from civic.objections import models as _objections
from civic.oversight import models as _oversight
from civic.polling import models as _polling
from civic.projects import models as _projects
from civic.proposals import models as _proposals
from civic.results import models as _results
from civic.signals import models as _signals

METADATA = Base.metadata
MODULES = (
    _accounts, _alarms, _appraisals, _areas, _audit, _ballots, _cycles, _deliberation, _departments,
    _documents, _electorate, _joining, _ledger, _moderation, _notifications, _objections,
    _oversight, _polling, _projects, _proposals, _results, _signals,
)  # fmt: skip


def upgrade(app: Flask) -> None:
    """Bring the database of the application to the newest migration."""
    with_migrations(app).upgrade()


def with_migrations(app: Flask) -> Any:
    """The migration commands for this application; imported late, they are slow to load."""
    import flask_migrate

    flask_migrate.Migrate(app, db, directory=str(REPOSITORY / "migrations"), render_as_batch=True)
    return flask_migrate
