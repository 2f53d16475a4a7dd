"""Residents who stand behind a proposal before the vote."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.db import Model, UTCDateTime


class Support(Model):
    """One person behind one proposal; not a vote, and taken back as easily as given."""

    __tablename__ = "supports"

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposals.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts.id"), primary_key=True, index=True
    )
    at: Mapped[datetime] = mapped_column(UTCDateTime)
