"""Near-duplicate articles: one press release printed by several outlets with another lead.

MinHash (Broder 1997) estimates the Jaccard similarity of two sets of word shingles from 64 numbers each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from zlib import crc32

import numpy as np
from datasketch import MinHash

#: Numbers in a signature; the estimate's standard error is at most 1 / (2 * sqrt(64)) = 0.0625.
PERMUTATIONS = 64
#: Words in a shingle: clones with edited leads keep most shingles, articles on the same subject share almost none.
SHINGLE_WORDS = 4
#: Two articles at or above this similarity are taken for copies of one text.
COPY_THRESHOLD = 0.5
_SEED = 1707
_WORD = re.compile(r"\w+")


def signature(text: str) -> list[int]:
    """The MinHash signature of a text: ``PERMUTATIONS`` integers below 2**32.

    The same words in the same order give the same signature on every machine; case, punctuation and spacing do not
    matter. A text without words has an empty signature, which is similar to nothing.
    """
    words = _WORD.findall(text.casefold())
    if not words:
        return []
    width = min(SHINGLE_WORDS, len(words))
    shingles = {" ".join(words[start : start + width]).encode() for start in range(len(words) - width + 1)}
    sketch = MinHash(num_perm=PERMUTATIONS, seed=_SEED, hashfunc=crc32, scheme="affine32")
    sketch.update_batch(sorted(shingles))
    return [int(value) for value in sketch.hashvalues]


def similarity(first: Sequence[int], second: Sequence[int]) -> float:
    """Estimated Jaccard similarity of two signatures, from 0 (nothing shared) to 1 (the same shingles).

    Raises:
        ValueError: the signatures have different lengths and so come from different versions.
    """
    if not first or not second:
        return 0.0
    if len(first) != len(second):
        raise ValueError(
            f"Signatures of {len(first)} and {len(second)} numbers cannot be compared; extract the articles again."
        )
    return float(np.mean(np.asarray(first, dtype=np.uint64) == np.asarray(second, dtype=np.uint64)))
