"""The shell: everything that touches the world (web, channels, worker, command line)."""

VERSION = "0.1.0"
