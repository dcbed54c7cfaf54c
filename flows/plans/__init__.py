"""The plan engine: pure integer arithmetic over minor units and local dates."""
