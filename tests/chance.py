"""Chance in tests: a run judges a change, not its luck.

Whoever wants to look further lets Hypothesis draw anew: `pytest --hypothesis-profile anew`.
"""

from hypothesis import HealthCheck, settings

# The same examples every time, however slow the machine; and no test changes what its fixtures
# made before it was given one.
STEADY = settings(
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("steady", STEADY)
settings.register_profile("anew", STEADY, derandomize=False)
settings.load_profile("steady")
