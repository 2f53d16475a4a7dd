"""Limits from a command line and from the file of a city."""

from __future__ import annotations

import pytest

from civic.counting import Cap, CountingError, Limits, count, read_pb
from civic.counting.files.limits import joined, limit_of, limits_in
from tests.conftest import REFERENCE

AMSTERDAM = REFERENCE / "pabulib" / "Netherlands_Amsterdam_252.pb"
META = {"neighborhoods": "North, South,Moon", "budget_per_neighborhood": "150,100 ,30"}


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        pytest.param("conflict:7, 9", Limits(conflicts=(frozenset({"7", "9"}),)), id="conflict"),
        pytest.param(
            "conflict:a,b,c", Limits(conflicts=(frozenset("abc"),)), id="conflict of three"
        ),
        pytest.param("prefund:7", Limits(prefunded=("7",)), id="funded before"),
        pytest.param("prefund:7,9", Limits(prefunded=("7", "9")), id="two funded before"),
        pytest.param(
            "cap:category:parks:500",
            Limits(caps=(Cap("category", "parks", cost=50_000),)),
            id="money of a category",
        ),
        pytest.param(
            "cap:area:Old town: north:5",
            Limits(caps=(Cap("area", "Old town: north", cost=500),)),
            id="a name with a colon",
        ),
        pytest.param(
            "number:area:north:2", Limits(caps=(Cap("area", "north", number=2),)), id="number"
        ),
    ],
)
def test_what_can_be_written(text, limits):
    assert limit_of(text, scale=100) == limits


@pytest.mark.parametrize(
    "text",
    [
        "",
        "conflict",
        "conflict:a,,b",
        "prefund:",
        "cap:area:north",
        "cap:colour:red:5",
        "cap:area::5",
        "cap:area:north:-5",
        "cap:area:north:5.5",
        "number:area:north:²",
        "number:area:north:",
        "budget:area:north:5",
    ],
)
def test_what_cannot_be_read(text):
    with pytest.raises(CountingError, match="cannot be read; write it like conflict:ID,ID"):
        limit_of(text)


def test_a_conflict_of_a_project_with_itself():
    with pytest.raises(CountingError, match="two different projects"):
        limit_of("conflict:a,a")


def test_all_limits_are_one():
    texts = ["cap:area:north:5", "conflict:a,b", "number:area:north:2", "prefund:c", "prefund:d"]
    caps = ["number:category:play:1", "cap:category:play:7"]

    assert joined(map(limit_of, [*texts, *caps])) == Limits(
        conflicts=(frozenset("ab"),),
        caps=(Cap("area", "north", 5, 2), Cap("category", "play", 7, 1)),
        prefunded=("c", "d"),
    )
    assert joined([]) == Limits()


def test_one_cap_of_a_kind_is_enough():
    with pytest.raises(CountingError, match="two caps on north"):
        joined([limit_of("cap:area:north:5"), limit_of("cap:area:north:6")])


class TestFiles:
    def test_a_part_without_projects_needs_no_cap(self):
        assert limits_in(META, ["North", "South", ""], scale=10) == Limits(
            caps=(Cap("area", "North", cost=1500), Cap("area", "South", cost=1000))
        )

    def test_most_files_say_nothing(self):
        assert limits_in({"budget": "5"}, ["North"]) == Limits()

    @pytest.mark.parametrize(
        ("change", "complaint"),
        [
            pytest.param({"neighborhoods": "North"}, "one amount for each", id="too few"),
            pytest.param(
                {"budget_per_neighborhood": "1,much,3"}, "budget_per_neighborhood:much", id="word"
            ),
        ],
    )
    def test_what_does_not_add_up(self, change, complaint):
        with pytest.raises(CountingError, match=complaint):
            limits_in({**META, **change}, ["North", "South"])

    @pytest.mark.skipif(
        not AMSTERDAM.exists(), reason="allowed: the real elections are not part of the code"
    )
    @pytest.mark.parametrize("rule", ["greedy", "equal-shares", "knapsack"])
    def test_amsterdam_spends_no_more_in_a_part_than_it_says(self, rule):
        file = read_pb(AMSTERDAM)
        election = file.election()
        area = {project.id: project.area for project in election.projects}
        limits = limits_in(file.meta, area.values(), scale=election.scale)

        free = count(election, rule)
        kept = count(election, rule, limits=limits)

        assert [cap.cost for cap in limits.caps] == [150_000, 100_000, 250_000]
        for cap in limits.caps:
            spent = sum(
                line.cost for line in kept.lines if line.funded and area[line.project] == cap.name
            )
            assert spent <= cap.cost
        assert kept.winners != free.winners
