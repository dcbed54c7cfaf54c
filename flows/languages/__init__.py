"""The languages Duetalk reads and writes; each has its own folder with data and readers."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """A language and script we write in. Cantonese is answered in written Chinese, traditional."""

    ZH_HANS = "zh-Hans"
    ZH_HANT = "zh-Hant"
    EN = "en"


class Style(StrEnum):
    """How we speak: formal by default, casual only where the customer or segment allows it.

    Brief is nobody's wish: it stands for either where a message would take too many SMS parts.
    """

    FORMAL = "formal"
    CASUAL = "casual"
    BRIEF = "brief"
