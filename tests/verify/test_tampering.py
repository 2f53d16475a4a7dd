"""Who changes the book, how it is noticed, and what nobody can notice from the book alone."""

import random
import shutil

import pytest

from tests.verify.city import Signer, canonical, commitment, honest

TIMES = range(25)
REWRITTEN = "the book is not an extension of the signed head of"
OPENED = [2, "7-1", "کوی ۳"]


def settled(seed):
    """An honest city and chance of its own."""
    return honest(seed % 5), random.Random(seed)


def pick(city, rng):
    """The line of an opened envelope."""
    return rng.choice([n for n in city.standing() if city.envelopes[n]["d"] != 9])


def recommit(city, n):
    """Make the line of an envelope fit what is in it now."""
    one = city.envelopes[n]
    one["c"] = commitment(one["d"], one["p"], bytes.fromhex(one["x"]))
    city.lines[n]["c"] = one["c"]


def other_choice(city, n):
    one = city.envelopes[n]
    one["p"] = next(p for p in iter(lambda: city.choices(one["d"]), None) if p != one["p"])


def renumber(city):
    for n, line in enumerate(city.lines):
        line["n"] = n


# ── who cannot sign ───────────────────────────────────────────────────────────────────────────


def change_a_choice(city, rng):
    other_choice(city, pick(city, rng))


def change_ballot_and_commitment(city, rng):
    n = pick(city, rng)
    other_choice(city, n)
    recommit(city, n)


def delete_a_line(city, rng):
    del city.lines[rng.randrange(1, len(city.lines))]


def delete_a_line_and_renumber(city, rng):
    delete_a_line(city, rng)
    renumber(city)


def swap_two_lines(city, rng):
    one, two = rng.sample(range(len(city.lines)), 2)
    city.lines[one], city.lines[two] = city.lines[two], city.lines[one]


def swap_two_lines_and_renumber(city, rng):
    swap_two_lines(city, rng)
    renumber(city)


def append_a_line(city, rng):
    city.put(rng.choice(["cast", "paper"]), rng.choice(OPENED))


def give_one_receipt_to_two(city, rng):
    one, two = rng.sample(city.standing(rng.choice(OPENED)), 2)
    city.lines[two]["c"] = city.lines[one]["c"]


TABLE = {
    change_a_choice: ["is not what was recorded in line"],
    change_ballot_and_commitment: [REWRITTEN],
    delete_a_line: ["is numbered or spelled in another way", REWRITTEN],
    delete_a_line_and_renumber: [REWRITTEN],
    swap_two_lines: [REWRITTEN],
    swap_two_lines_and_renumber: [REWRITTEN],
    append_a_line: ["do not cover"],
    give_one_receipt_to_two: ["are one receipt for two votes", REWRITTEN],
}


@pytest.mark.parametrize("attack", TABLE, ids=lambda attack: attack.__name__)
def test_a_book_that_was_changed_is_named(check, attack):
    for seed in TIMES:
        city, rng = settled(seed)
        attack(city, rng)
        code, said = check(city.files())
        assert code == 1, (seed, said)
        for sentence in TABLE[attack]:
            assert sentence in said, (seed, said)


def test_a_ballot_that_was_left_out_is_missed(check):
    for seed in TIMES:
        city, rng = settled(seed)
        files = city.files()
        opened = city.openings()
        area = opened.pop(rng.randrange(len(opened)))["d"]
        files["openings.ndjson"] = "".join(canonical(one) + "\n" for one in opened)
        code, said = check(files)
        stand = len(city.standing(area))
        assert code == 1
        assert f"area {area}: of {stand} envelopes {stand - 1} were opened" in said


def test_a_replaced_ballot_that_was_counted_is_named(check):
    for seed in TIMES:
        city, rng = settled(seed)
        files = city.files()
        one = city.envelopes[rng.choice(sorted(city.ended() - set(city.standing(9))))]
        if one["d"] == 9:
            continue
        opened = sorted([*city.openings(), one], key=lambda one: one["c"])
        files["openings.ndjson"] = "".join(canonical(one) + "\n" for one in opened)
        code, said = check(files)
        assert code == 1
        assert f"the opened envelope {one['c'][:12]} is none that stands" in said


def test_an_envelope_of_a_small_area_that_was_opened_is_named(check):
    city = honest()
    secret = city.envelopes[city.standing(9)[0]]
    opened = sorted([*city.openings(), secret], key=lambda one: one["c"])
    text = "".join(canonical(one) + "\n" for one in opened)
    code, said = check(city.files() | {"openings.ndjson": text})
    assert (code, "of area 9, which has few and is sealed" in said) == (1, True)


@pytest.mark.parametrize("choices", [[1, 2, 3, 4, 5], [99], [2, 1], [3, 3]])
def test_what_no_paper_allows_is_named(check, choices):
    city = honest()
    n = pick(city, random.Random(0))
    while city.envelopes[n]["d"] == 2:
        n = pick(city, random.Random(n))
    city.envelopes[n]["p"] = choices
    recommit(city, n)
    city.sign_again()
    code, said = check(city.files())
    assert (code, "is not what its paper allows" in said) == (1, True)


def test_a_ballot_that_costs_more_than_the_pot_is_named(check):
    city = honest()
    n = city.standing(2)[0]
    city.envelopes[n]["p"] = [project["number"] for project in city.pots[2]["projects"]]
    recommit(city, n)
    city.sign_again()
    code, said = check(city.files())
    assert (code, "is not what its paper allows" in said) == (1, True)


def replace_a_paper(city, rng):
    """A vote from the web takes the place of a sheet: neither numbers nor marks give it away."""
    area = rng.choice(OPENED)
    sheet = rng.choice([n for n in city.standing(area) if city.lines[n]["t"] == "paper"])
    closing = len(city.lines) - 5
    tail, moved = city.lines[closing:], city.envelopes.pop(len(city.lines) - 1)
    city.lines = city.lines[:closing]
    city.put("cast", area, replaces=sheet)
    city.close()
    city.envelopes[len(city.lines)] = moved
    city.lines.append(tail[-1] | {"n": len(city.lines)})
    city.sign_again()
    return sheet


def test_a_vote_that_takes_the_place_of_a_paper_is_named_whoever_signs(check):
    for seed in TIMES:
        city, rng = settled(seed)
        sheet = replace_a_paper(city, rng)
        code, said = check(city.files())
        assert code == 1
        assert f"ends line {sheet}, where no such envelope stands" in said


# ── who holds the key ─────────────────────────────────────────────────────────────────────────


def rewrite_by_the_key_holder(city, at):
    """Another choice in line `at`, and every head signed again, as if it had always been so."""
    other_choice(city, at)
    recommit(city, at)
    city.sign_again()


def size_of(head):
    return int(head.split("\n")[1])


def test_a_key_holder_who_rewrites_under_a_witnessed_head_is_caught(check, tmp_path):
    for seed in TIMES:
        city, rng = settled(seed)
        at = pick(city, rng)
        kept = [head for head in city.heads if size_of(head) > at]
        (tmp_path / "kept.txt").write_text(rng.choice(kept))
        rewrite_by_the_key_holder(city, at)
        assert check(city.files())[0] == 0  # the book itself looks as good as any
        code, said = check(city.files(), "log", "--head", tmp_path / "kept.txt")
        assert code == 1
        assert REWRITTEN in said
        assert "that a witness holds" in said


def test_a_key_holder_who_rewrites_after_the_last_witnessed_head_cannot_be_noticed(check, tmp_path):
    for seed in TIMES:
        city, rng = settled(seed)
        at = rng.choice([n for n in city.standing("7-1") if n > size_of(city.heads[0])])
        kept = [head for head in city.heads if size_of(head) <= at]
        (tmp_path / "kept.txt").write_text("\n".join(kept))
        rewrite_by_the_key_holder(city, at)
        files = city.files(counted=True)
        assert check(files, "recount", "--head", tmp_path / "kept.txt")[0] == 0


def test_a_key_holder_who_rewrites_what_nobody_kept_cannot_be_noticed(check):
    for seed in TIMES:
        city, rng = settled(seed)
        rewrite_by_the_key_holder(city, pick(city, rng))
        assert check(city.files(counted=True), "recount")[0] == 0


def stuffed(seed):
    """Some invented votes before the close, put there by the holder of the key."""
    city, rng = settled(seed)
    marked, closing = dict(city.marked), len(city.lines) - 5
    paper, moved = city.lines[-1], city.envelopes.pop(len(city.lines) - 1)
    city.lines = city.lines[:closing]
    for _ in range(rng.randint(1, 10)):
        city.put("cast", rng.choice(OPENED))
    city.close()
    city.envelopes[len(city.lines)] = moved
    city.lines.append(paper | {"n": len(city.lines)})
    city.sign_again()
    return city, marked


def test_stuffing_without_marking_people_is_caught(check):
    for seed in TIMES:
        city, city.marked = stuffed(seed)
        code, said = check(city.files())
        assert code == 1
        assert "people marked" in said


def test_stuffing_and_marking_invented_people_cannot_be_noticed(check):
    for seed in TIMES:
        city, _ = stuffed(seed)
        assert check(city.files(counted=True), "recount")[0] == 0


# ── what no book may hold, whoever signs it ───────────────────────────────────────────────────

LATE = "is a vote after the close of area 2"
FAULTS = {
    "a vote after the close": (dict(t="cast", d=2, c="0" * 64, r=None), LATE),
    "a second close": (dict(t="close", d=2, stand=90), "closes area 2 again"),
    "a void of nothing": (dict(t="void", d=2, r=0, why="merge"), "ends line 0, where no such"),
    "a paper that replaces": (dict(t="paper", d=2, c="0" * 64, r=1), "ends line 1, where no such"),
    "an unknown area": (dict(t="close", d=77, stand=0), "is not in the one form"),
    "a second config": (dict(t="config", e="1405"), "is not in the one form"),
    "an unknown kind": (dict(t="extend", d=2), "is not in the one form"),
    "a time": (dict(t="void", d=2, r=1, why="merge", at="12:00"), "is not in the one form"),
    "a short code": (dict(t="cast", d=2, c="00", r=None), "is not in the one form"),
    "true for a number": (dict(t="void", d=2, r=True, why="merge"), "is not in the one form"),
}


@pytest.mark.parametrize("line", FAULTS)
def test_what_no_book_may_hold_is_named(check, line):
    values, sentence = FAULTS[line]
    city = honest()
    city.add(**values)
    city.sign()
    code, said = check(city.files())
    assert (code, sentence in said) == (1, True), said


def test_a_line_is_ended_once_and_in_its_own_area_only(check):
    for area, again in ((2, 1), (2, 2), ("7-1", 1)):
        city = honest()
        n = city.standing(2)[0]
        for _ in range(again):
            city.add(t="void", d=area, r=n, why="merge")
        city.sign()
        said = check(city.files())[1]
        assert (f"ends line {n}, where no such" in said) == (area != 2 or again == 2)


def test_a_box_that_was_never_closed_is_named(check):
    city = honest()
    city.lines = [line for line in city.lines if line["t"] != "close"][:-1]
    city.envelopes.popitem()
    city.sign_again([len(city.lines)])
    code, said = check(city.files())
    assert (code, "was never closed" in said) == (1, True)


def test_other_rules_than_those_of_line_0_are_named(check):
    city = honest()
    city.rules["pots"][0]["amount"] += 1
    code, said = check(city.files())
    assert (code, "config.json does not hold the rules that line 0 names" in said) == (1, True)


def test_a_book_that_does_not_begin_with_its_config_is_named(check):
    city = honest()
    city.lines[0]["t"] = "close"
    code, said = check(city.files())
    assert (code, "line 0 of the log is not in the one form" in said) == (1, True)


def test_a_head_of_another_book_or_key_is_named(check):
    city = honest()
    leaves = city.leaves()
    for forged in (Signer(2).head(leaves), city.signer.head(leaves, book="acts"), "mixed"):
        heads = [*city.heads[:-1], forged] if forged != "mixed" else city.heads[::-1]
        said = check(city.files() | {"heads.txt": "\n".join(heads)})
        assert said[0] == 1
        wanted = "out of order" if forged == "mixed" else "is not signed for this book by its key"
        assert wanted in said[1]


def test_a_signature_of_a_witness_beside_that_of_the_city_does_no_harm(check):
    city = honest()
    city.heads[-1] += "— witness.example AAAAAAAA\n"
    assert check(city.files())[0] == 0


def test_a_folder_of_somebody_else_is_not_that_of_the_key_one_knows(run, export):
    city, folder = export
    assert run("log", folder, "--key", city.signer.verifier)[0] == 0
    code, said = run("log", folder, "--key", Signer(5).verifier)
    assert (code, "the one that was given differ" in said) == (1, True)


def test_the_export_may_be_a_zip_with_or_without_a_folder(run, export, tmp_path):
    folder = export[1]
    plain = shutil.make_archive(str(tmp_path / "plain"), "zip", folder)
    nested = shutil.make_archive(str(tmp_path / "nested"), "zip", folder.parent, folder.name)
    assert run("recount", plain)[0] == 0
    assert run("recount", nested)[0] == 0


def test_the_verdict_is_there_in_persian(run, export):
    assert run("log", export[1], "--fa") == (0, run("log", export[1])[1].replace(
        "All of this holds.", "همه این‌ها درست است."
    ))  # fmt: skip
