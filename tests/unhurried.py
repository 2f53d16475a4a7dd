"""Property tests judge what holds, not how fast the machine is that asks."""

from hypothesis import HealthCheck, settings

# Whether the examples are drawn anew stays as Hypothesis decides: alike wherever CI is set.
settings.register_profile(
    "unhurried",
    deadline=None,
    # What a fixture made is the same for every example of the test that asks for it.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("unhurried")
