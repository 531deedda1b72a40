"""The document's own words: what a letter says once, it says again.

Second pass of decoding: a cache model (Kuhn & De Mori, 1990) of the words and pairs that the
first pass was sure of is mixed with the language model.
"""

from __future__ import annotations

import numpy as np

from pipeline.restore.decode import Extra, Posteriors
from pipeline.restore.lattice import Floats, Ids, Lattice
from pipeline.restore.tokens import SPECIALS

SHARE = 0.12
"""Weight of the cache beside the language model."""


def plain_costs(slot: Ids, v: Ids, w: Ids, cost: Floats) -> Floats:
    """First pass: nothing is known of the document."""
    del slot, v, w
    return cost


def own_words(lattice: Lattice, posteriors: Posteriors) -> Extra:
    """The cache of a decoded lattice; a slot's own pair never speaks for itself."""
    best = np.array(
        [
            a + int(np.argmax(posteriors[a:b]))
            for a, b in zip(lattice.starts[:-1], lattice.starts[1:], strict=True)
        ]
    )
    sure = posteriors[best]
    w, v = lattice.first[best[1:]], lattice.last[best[:-1]]
    weight = np.minimum(sure[1:], sure[:-1])
    own_key = np.concatenate([[-1], (v << 14) | w])
    own_weight = np.concatenate([[0.0], weight])
    keys, places = np.unique(own_key, return_inverse=True)
    sums = np.bincount(places, weights=own_weight)
    contexts = np.bincount(lattice.last[best], weights=sure, minlength=1 << 14)

    def extra(slot: Ids, left: Ids, right: Ids, cost: Floats) -> Floats:
        key = (left << 14) | right
        place = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
        count = np.where(keys[place] == key, sums[place], 0.0)
        count -= np.where(own_key[slot] == key, own_weight[slot], 0.0)
        words = (left >= len(SPECIALS)) & (right >= len(SPECIALS))
        mixed = np.where(words, cost - np.log(1 - SHARE), cost)
        said = np.nonzero(words & (count > 0))[0]
        share = count[said] / (contexts[left[said]] + 1)
        mixed[said] = -np.log((1 - SHARE) * np.exp(-cost[said]) + SHARE * share)
        return mixed.astype(np.float32)

    return extra
