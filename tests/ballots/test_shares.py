"""Three shares of a key: any two give it back, one says nothing, a slip of the pen is noticed."""

from itertools import combinations, permutations

import pytest

from civic.ballots.shares import NoShare, Share, inverse, joined, split, times

SECRET = bytes(range(32))


class TestTheField:
    @pytest.mark.parametrize(
        ("a", "b", "product"),
        [
            # FIPS 197, sections 4.2 and 4.2.1.
            (0x57, 0x83, 0xC1), (0x57, 0x13, 0xFE), (0x57, 0x02, 0xAE), (0x57, 0x04, 0x47),
            (0x57, 0x08, 0x8E), (0x57, 0x10, 0x07), (0x57, 1, 0x57), (0x57, 0, 0),
            # Its S-box rests on this pair.
            (0x53, 0xCA, 0x01),
        ],
    )  # fmt: skip
    def test_products_of_the_standard(self, a, b, product):
        assert times(a, b) == times(b, a) == product

    def test_every_element_but_zero_has_one_inverse(self):
        inverses = [inverse(a) for a in range(1, 256)]
        assert all(times(a, inverses[a - 1]) == 1 for a in range(1, 256))
        assert sorted(inverses) == list(range(1, 256))

    def test_it_is_distributive(self):
        elements = range(0, 256, 7)
        assert all(
            times(a, b ^ c) == times(a, b) ^ times(a, c)
            for a in elements for b in elements for c in elements
        )  # fmt: skip


class TestShares:
    def test_by_hand(self):
        # Secret 0x42, slope 0x57: 42 + 57·1, 42 + 57·2 (= ae), 42 + 57·3 (= 57 + ae = f9).
        shares = split(b"\x42", chance=lambda n: b"\x57" * n)
        assert [(s.number, s.data.hex()) for s in shares] == [(1, "15"), (2, "ec"), (3, "bb")]

    @pytest.mark.parametrize("pair", list(permutations(range(3), 2)))
    def test_any_two_give_the_key_back(self, pair):
        shares = split(SECRET)
        assert joined(*(shares[n] for n in pair)) == SECRET

    def test_one_alone_fits_every_secret(self):
        # For each byte that a share may show there is exactly one slope for every secret.
        for number in (1, 2, 3):
            fits = {times(slope, number) ^ 0x99 for slope in range(256)}
            assert fits == set(range(256))

    def test_they_differ_each_time(self):
        assert split(SECRET) != split(SECRET)

    def test_what_is_printed_is_read(self):
        for share in split(SECRET):
            assert Share.read(str(share)) == share
            assert Share.read(f"  {str(share).upper().replace(' ', '-')}\n") == share
            assert SECRET.hex() not in str(share).replace(" ", "")

    def test_every_wrong_digit_is_noticed(self):
        paper = str(split(SECRET)[0])
        for place, digit in enumerate(paper):
            if digit != " ":
                slip = paper[:place] + ("1" if digit != "1" else "2") + paper[place + 1 :]
                with pytest.raises(NoShare):
                    Share.read(slip)

    @pytest.mark.parametrize("typed", ["", "12", "nonsense", "00" * 41, "۱۲۳۴"])
    def test_what_is_no_share(self, typed):
        with pytest.raises(NoShare):
            Share.read(typed)


class TestWhatDoesNotGoTogether:
    def test_the_same_twice(self):
        with pytest.raises(NoShare, match="twice"):
            joined(split(SECRET)[0], split(SECRET)[0])

    def test_of_two_keys(self):
        for one, other in combinations(range(3), 2):
            with pytest.raises(NoShare, match="same key"):
                joined(split(SECRET)[one], split(SECRET[::-1])[other])

    def test_of_two_printings(self):
        with pytest.raises(NoShare, match="no key"):
            joined(split(SECRET)[0], split(SECRET)[1])
