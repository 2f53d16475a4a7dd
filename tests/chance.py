"""Chance in tests: a run judges a change, not its luck.

Whoever wants to look further lets Hypothesis draw anew: `pytest --hypothesis-profile default`.
"""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "steady",
    # The same examples every time, however slow the machine; what a test prepares is not
    # changed by what it is given.
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("steady")
