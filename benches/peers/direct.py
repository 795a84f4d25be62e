"""Gillespie's direct method with a dependency graph, as one writes it by hand with numba."""

import numba
import numpy as np


@numba.njit(cache=True)
def simulate(state, t_end, seed, k, first, second, changes_at, changed, by, depends_at, depends):
    """Goes from time 0 to `t_end`; changes `state`, gives the number of events."""
    np.random.seed(seed)
    reactions = len(k)
    a = np.empty(reactions)
    for j in range(reactions):
        a[j] = propensity(j, state, k, first, second)
    total = a.sum()
    t = 0.0
    events = 0
    while total > 0.0:
        t -= np.log(1.0 - np.random.random()) / total
        if t > t_end:
            break
        left = np.random.random() * total
        j = 0
        while j < reactions - 1 and left >= a[j]:
            left -= a[j]
            j += 1
        for i in range(changes_at[j], changes_at[j + 1]):
            state[changed[i]] += by[i]
        for i in range(depends_at[j], depends_at[j + 1]):
            d = depends[i]
            new = propensity(d, state, k, first, second)
            total += new - a[d]
            a[d] = new
        events += 1
        if events % 4096 == 0:
            total = a.sum()  # before rounding errors add up
    return events


@numba.njit(inline="always")
def propensity(j, state, k, first, second):
    a = k[j]
    if first[j] >= 0:
        a *= state[first[j]]
    if second[j] >= 0:
        a *= state[second[j]]
    return a


def tables(network):
    """The arrays after `seed` of `simulate`. Two different reactants at most."""
    index = {s: i for i, s in enumerate(network.species)}
    k = np.array([r[0] for r in network.reactions])
    first, second, net = [], [], []
    readers = [[] for _ in network.species]
    for j, (_, reactants, products) in enumerate(network.reactions):
        used = [index[s] for s in reactants]
        if len(used) > 2 or len(set(used)) < len(used):
            raise ValueError("two different reactants at most")
        first.append(used[0] if used else -1)
        second.append(used[1] if len(used) > 1 else -1)
        for s in used:
            readers[s].append(j)
        change = {}
        for s in reactants:
            change[index[s]] = change.get(index[s], 0) - 1
        for s in products:
            change[index[s]] = change.get(index[s], 0) + 1
        net.append({s: c for s, c in change.items() if c})
    depends = [sorted({j for s in change for j in readers[s]}) for change in net]
    changed = [list(change) for change in net]
    by = [list(change.values()) for change in net]
    flat = lambda lists: np.array([x for one in lists for x in one], dtype=np.int64)
    starts = lambda lists: np.cumsum([0] + [len(one) for one in lists]).astype(np.int64)
    array = lambda values: np.array(values, dtype=np.int64)
    return (k, array(first), array(second), starts(changed), flat(changed), flat(by),
            starts(depends), flat(depends))
