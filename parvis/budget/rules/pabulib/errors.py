"""How a file that is not in the format is refused: the line, and what is wrong there."""

from __future__ import annotations


class MalformedError(ValueError):
    """The file breaks the format; `line` counts from 1, `reason` is a sentence."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason
