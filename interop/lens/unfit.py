"""What a codec raises for a text or a value outside its domain."""


class Unfit(ValueError):
    """Say that a text or a value is outside a codec's domain; shows neither.

    Attributes:
        parts: Where a list or a compound is at fault, the faulty parts: a suffix of the
            path and the text there. Empty if it is at fault as a whole.
    """

    def __init__(self, *parts: tuple[str, object]) -> None:
        super().__init__("outside the domain")
        self.parts = parts
