"""How sure a rate can be, from the number of recipients behind it.

Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927. Unlike the plain
normal interval it stays inside 0 to 1 and means something for small counts.
"""

from math import sqrt

Z = 1.959964  # 95 %


def interval(count: int, total: int) -> tuple[float, float]:
    """Between which fractions the true rate lies, with 95 % confidence; (0, 1) when there is nothing to go by."""
    if total <= 0:
        return 0.0, 1.0
    share = min(count / total, 1.0)
    centre = share + Z * Z / (2 * total)
    spread = Z * sqrt(share * (1 - share) / total + Z * Z / (4 * total * total))
    scale = 1 + Z * Z / total
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)
