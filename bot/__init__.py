"""The shell: everything that touches the world (web, channels, worker, command line)."""

from flows.version import VERSION as VERSION
