from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic.counting.ballots import merging, packing
from civic.counting.ballots.merging import Merger, merge, tidied

FAR = 2**62
PLACES = st.one_of(st.integers(0, 3), st.integers(0, 700))
POINTS = st.one_of(st.integers(-2, 3), st.sampled_from([-FAR, FAR, 2**31]))
PLAIN = st.lists(st.lists(PLACES, max_size=12).map(tuple), max_size=30)
SCORED = st.lists(st.lists(st.tuples(PLACES, POINTS), max_size=12).map(tuple), max_size=30)


def flat(rows):
    """Rows of numbers one behind the other, and where each begins."""
    starts = np.cumsum([0, *map(len, rows)], dtype=np.int64)
    return starts, np.array([number for row in rows for number in row], dtype=np.int64)


def arrays(ballots):
    """Ballots of (place, points) as starts, choices and points."""
    starts, choices = flat([[place for place, _ in ballot] for ballot in ballots])
    return starts, choices, flat([[points for _, points in ballot] for ballot in ballots])[1]


def rows(starts, values):
    return [tuple(values[begin:end].tolist()) for begin, end in pairwise(starts.tolist())]


def merged_slowly(ballots):
    """The same by a dictionary: what each ballot says, and how often it was cast."""
    cast = Counter()
    for ballot in ballots:
        first = {}
        for place, points in ballot:
            first.setdefault(place, points)
        cast[tuple(sorted((place, points) for place, points in first.items() if points))] += 1
    cast.pop((), None)
    return sorted(
        (len(ballot), tuple(p for p, _ in ballot), tuple(p for _, p in ballot), times)
        for ballot, times in cast.items()
    )


def as_table(starts, choices, points, weights):
    places = rows(starts, choices)
    given_points = rows(starts, np.ones_like(choices) if points is None else points)
    table = zip(map(len, places), places, given_points, weights.tolist(), strict=True)
    return list(table)


def merged_once(starts, choices, points=None):
    return merge(*tidied(starts, choices, points), np.ones(len(starts) - 1, np.int64))


class TestMerging:
    @given(PLAIN)
    def test_approvals_are_merged_as_a_dictionary_would(self, ballots):
        found = merged_once(*flat(ballots))

        assert found[2] is None
        assert as_table(*found) == merged_slowly([[(p, 1) for p in b] for b in ballots])

    @given(SCORED)
    def test_points_are_merged_as_a_dictionary_would(self, ballots):
        assert as_table(*merged_once(*arrays(ballots))) == merged_slowly(ballots)

    @given(SCORED, st.randoms())
    def test_any_order_of_voters_gives_the_same_bytes(self, ballots, draw):
        shuffled = draw.sample(ballots, len(ballots))

        one, other = merged_once(*arrays(ballots)), merged_once(*arrays(shuffled))

        assert [part.tobytes() for part in one] == [part.tobytes() for part in other]
        assert {part.dtype for part in one} == {np.dtype(np.int64)}

    @given(SCORED, st.integers(1, 40))
    def test_few_numbers_at_a_time_give_the_same_bytes(self, ballots, nearby):
        whole = merged_once(*arrays(ballots))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(merging, "NEARBY", nearby)
            patch.setattr(packing, "NEARBY", nearby)
            parted = merged_once(*arrays(ballots))

        assert [part.tobytes() for part in whole] == [part.tobytes() for part in parted]

    def test_long_ballots_that_differ_in_the_last_entry_stay_apart(self):
        same = list(range(200))
        ballots = [[*same, 299], [*same, 298], [*same, 299], same]

        found = as_table(*merged_once(*flat(ballots)))

        assert [(length, times) for length, _, _, times in found] == [(200, 1), (201, 1), (201, 2)]
        assert found[1][1][-1] == 298

    def test_no_number_is_pushed_out_of_its_word(self):
        # Thirteen numbers of five bits are one bit too many.
        one, other = [0, *range(20, 32)], [16, *range(20, 32)]

        found = as_table(*merged_once(*flat([one, other])))

        assert [row[1] for row in found] == [tuple(one), tuple(other)]

    def test_weights_are_added(self):
        starts, choices = flat([[1], [0], [1]])

        found = merge(starts, choices, None, np.array([5, 7, 2]))

        assert found[3].tolist() == [7, 7]

    def test_ballots_longer_than_sixteen_bits_can_say(self):
        long = list(range(1 << 16))

        assert [len(row) for row in rows(*merged_once(*flat([long, [3], long]))[:2])] == [
            1,
            1 << 16,
        ]


class TestTidying:
    def test_ballots_in_order_are_not_copied(self):
        starts, choices = flat([[1, 4], [0, 2], [], [3], [1]])

        assert tidied(starts, choices) == (starts, choices, None)

    def test_the_first_of_two_entries_for_one_project_counts(self):
        starts, choices, points = tidied(*arrays([[(4, 3), (1, 2), (4, 9)], [(1, 0)]]))

        assert (starts.tolist(), choices.tolist()) == ([0, 2, 2], [1, 4])
        assert points.tolist() == [2, 3]

    def test_many_ballots_on_many_projects(self):
        # Ballots times projects is more than half a word can count, also where they are parted.
        ballots, last = 70_000, (1 << 32) - 2
        choices = np.tile(np.array([last, 0], np.uint32), ballots)

        starts, places, _ = tidied(np.arange(ballots + 1) * 2, choices)

        assert starts[-1] == 2 * ballots
        assert (places.reshape(-1, 2) == [0, last]).all()


class TestPortions:
    @settings(max_examples=60)
    @given(SCORED, st.integers(1, 7), st.integers(0, 8))
    def test_portions_of_any_size_give_what_one_merge_gives(self, ballots, size, waiting):
        merger = Merger()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(merging, "WAITING", waiting)
            for at in range(0, len(ballots), size):
                merger.add(*arrays(ballots[at : at + size]))

        assert as_table(*merger.finish()) == merged_slowly(ballots)
        assert merger.voters == len(ballots)

    def test_approvals_with_weights(self):
        merger = Merger()
        for portion in ([[2, 1], []], [[1, 2], [3]]):
            merger.add(*flat(portion), weights=np.array([10, 1]))

        assert as_table(*merger.finish()) == [(1, (3,), (1,), 1), (2, (1, 2), (1, 1), 20)]
        assert merger.voters == 22

    def test_what_waits_too_long_is_merged(self, monkeypatch):
        monkeypatch.setattr(merging, "WAITING", 1)
        merger = Merger()
        for _ in range(4):
            merger.add(*flat([[2], [0, 1], [3]]))

        assert as_table(*merger.finish()) == [
            (1, (2,), (1,), 4),
            (1, (3,), (1,), 4),
            (2, (0, 1), (1, 1), 4),
        ]

    def test_all_that_waits_is_in_the_result_however_often_it_is_asked_for(self):
        merger = Merger()
        merger.add(*flat([[2], [0, 1]]))
        first = as_table(*merger.finish())
        again = as_table(*merger.finish())
        merger.add(*flat([[2]]))

        assert first == again == [(1, (2,), (1,), 1), (2, (0, 1), (1, 1), 1)]
        assert as_table(*merger.finish()) == [(1, (2,), (1,), 2), (2, (0, 1), (1, 1), 1)]

    def test_points_of_any_size_wait_side_by_side(self):
        merger = Merger()
        given_points = [-1, 200, -70_000, 1 << 40, -(1 << 62), 1 << 62, 300]
        for each in given_points:
            merger.add(*arrays([[(0, each)]]))

        assert merger.finish()[2].tolist() == sorted(given_points)

    def test_nobody_voted(self):
        assert [part.tolist() for part in Merger().finish() if part is not None] == [[0], [], []]
