"""Letters that never were: a seeded generator of scanned Vietnamese official letters with truth.

A letter travels the other way round than in the product: content → layout → paper → scanner →
file. Same seed and same locked packages and fonts: the same bytes.
"""
