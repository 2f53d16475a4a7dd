from flask_babel import force_locale

from civic.areas.models import Level
from civic.departments.names import department_name
from civic.departments.queries import department_by_code, departments_of
from tests import factories


def codes(departments):
    return [department.code for department in departments]


def test_a_neighbourhood_is_served_by_its_district_and_the_city(tree, works, statements):
    parks = factories.make_department(tree.city, code="parks", name="سازمان بوستان‌ها")
    other = factories._area(tree.version, tree.city, "demo-7", Level.DISTRICT, "منطقه ۷", None)
    factories.keep(other)
    factories.make_department(other, code="works-7")
    with statements() as seen:
        found = departments_of(tree.sepidar)
    assert codes(found) == ["works", "parks"]
    assert found[1].area.code == parks.area.code
    assert len(seen) == 1
    assert codes(departments_of(tree.city)) == ["parks"]
    assert codes(departments_of(other)) == ["works-7", "parks"]


def test_a_department_is_found_by_its_code(works):
    assert department_by_code("works").area.code == "demo-6"
    assert department_by_code("nothing") is None


def test_departments_are_named_in_the_language_of_the_reader(works):
    with force_locale("fa"):
        assert department_name(works) == "معاونت فنی و عمرانی"
    with force_locale("en"):
        assert department_name(works) == "Works"
