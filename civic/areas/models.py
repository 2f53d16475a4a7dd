"""The city as a tree of areas, in versions: divisions change, and old rounds keep theirs."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.db import Model, UTCDateTime
from civic.kernel.names import Name
from civic.kernel.roles import N_


class Level(StrEnum):
    """The levels of the tree, from the whole to the part; a zone is optional."""

    CITY = "city"
    DISTRICT = "district"
    ZONE = "zone"
    NEIGHBOURHOOD = "neighbourhood"


LEVEL_NAMES = {
    Level.CITY: N_("City"),
    Level.DISTRICT: N_("District"),
    Level.ZONE: N_("Zone"),
    Level.NEIGHBOURHOOD: N_("Neighbourhood"),
}


class AreaVersion(Model):
    """One official division of the city; it stays readable after the next one is imported."""

    __tablename__ = "area_versions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    number: Mapped[int] = mapped_column(unique=True)
    valid_from: Mapped[date]
    source: Mapped[str] = mapped_column(String(300))
    # Of the files it was read from: the same ones are not imported twice.
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    imported_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Area(Model):
    """A city, district, zone or neighbourhood of one version; keyed by code, since names repeat."""

    __tablename__ = "areas"
    __table_args__ = (
        UniqueConstraint("version_id", "code", name="one_area_per_code"),
        CheckConstraint("(level = 'city') = (parent_id IS NULL)", name="only_a_city_has_no_parent"),
        Index("ix_areas_path", "version_id", "path"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("area_versions.id"))
    code: Mapped[str] = mapped_column(String(40), index=True)
    level: Mapped[Level]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("areas.id"), index=True)
    # Codes from the city down, each ended by a slash: "tehran/21/21-03/". Within = begins with.
    path: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str | None] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(120), index=True)
    # As it was given, for whoever computes with it; and simplified to about 10 m, for drawing.
    geometry: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)
    outline: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)
    min_lon: Mapped[float | None]
    min_lat: Mapped[float | None]
    max_lon: Mapped[float | None]
    max_lat: Mapped[float | None]
    label_lon: Mapped[float | None]
    label_lat: Mapped[float | None]
    area_km2: Mapped[float | None]

    @property
    def called(self) -> Name:
        """Its name in both languages, for sentences that somebody reads later."""
        return Name(self.name, self.name_en or "")

    def lies_in(self, other: Area) -> bool:
        """Is this area `other` or a part of it? By codes, so across versions too."""
        return self.path.startswith(other.path)
