"""How often Python looks for garbage: objects that nobody has but each other."""

import gc

# Nearly all that a pass makes stays until its end, and has to be looked through each time. By default that is after
# every 700 new objects, which costs a fifth of a large pass; so many more take a few megabytes.
NEW_OBJECTS = 20_000


def collect_seldom() -> None:
    """Let this process look for garbage seldom. To be called once, when it starts."""
    gc.set_threshold(NEW_OBJECTS)
