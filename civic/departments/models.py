"""The departments that cost and build, and the days on which the city works."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.areas.models import Area
from civic.kernel.db import Model
from civic.kernel.names import Name


class Department(Model):
    """A department of a district or of the city."""

    __tablename__ = "departments"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    name_en: Mapped[str | None] = mapped_column(String(160))
    area_id: Mapped[UUID] = mapped_column(ForeignKey("areas.id"), index=True)

    area: Mapped[Area] = relationship(lazy="raise")

    @property
    def called(self) -> Name:
        """Its name in both languages, for sentences that somebody reads later."""
        return Name(self.name, self.name_en or "")
