"""Rules as data with sources, and the one gate through which every outgoing word passes."""

from flows.policy.model import Policy
from flows.policy.profile import (
    PROFILE_BY_PLACE,
    STRICT_DEFAULT,
    PolicyError,
    load_policy,
    profiles_for,
)

__all__ = [
    "PROFILE_BY_PLACE",
    "STRICT_DEFAULT",
    "Policy",
    "PolicyError",
    "load_policy",
    "profiles_for",
]
