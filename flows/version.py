"""The version of the program, kept with everything it decides."""

VERSION = "0.1.0"
