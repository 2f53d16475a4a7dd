"""One spelling for what is hashed."""

from civic.kernel.canonical import canonical


def test_canonical_json_has_one_spelling():
    assert canonical({"ب": 1, "a": [1, 2]}) == '{"a":[1,2],"ب":1}'
