"""The demo: fictional customers, two pretend phones, a clock moved by hand; nothing leaves."""
