"""Departments as people call them, in the language of the reader."""

from __future__ import annotations

from civic.departments.models import Department
from civic.kernel.i18n import language


def department_name(department: Department) -> str:
    """The name of a department; in English where it has an English one."""
    return (department.name_en if language() != "fa" else None) or department.name
