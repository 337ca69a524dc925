"""Golden vectors for pairs, calibration and several tests; make_golden_statistics.py writes them."""

import itertools
import struct

import numpy
from scipy import optimize, stats
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, roc_auc_score
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint, proportion_effectsize

MASK = (1 << 64) - 1


def chacha8(seed, stream, count):
    """`count` numbers of 64 bits of rand_chacha's ChaCha8Rng, seeded as rand_core 0.9 seeds from a u64."""
    state, key = seed, []
    for _ in range(8):
        state = (state * 6364136223846793005 + 11634580027462260723) & MASK
        mixed = (((state >> 18) ^ state) >> 27) & 0xFFFFFFFF
        turn = state >> 59
        key.append(((mixed >> turn) | (mixed << (-turn & 31))) & 0xFFFFFFFF)
    constants = struct.unpack("<4I", b"expand 32-byte k")
    words = []
    for block in range(-(-count // 8)):
        start = [*constants, *key, block & 0xFFFFFFFF, block >> 32, stream & 0xFFFFFFFF, stream >> 32]
        x = list(start)

        def quarter(a, b, c, d):
            for first, second, third, bits in [(a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)]:
                x[first] = (x[first] + x[second]) & 0xFFFFFFFF
                x[third] ^= x[first]
                x[third] = ((x[third] << bits) | (x[third] >> (32 - bits))) & 0xFFFFFFFF

        for _ in range(4):
            for column in range(4):
                quarter(column, 4 + column, 8 + column, 12 + column)
            for column in range(4):
                quarter(column, 4 + (column + 1) % 4, 8 + (column + 2) % 4, 12 + (column + 3) % 4)
        words += [(one + other) & 0xFFFFFFFF for one, other in zip(x, start)]
    return [words[2 * i] | words[2 * i + 1] << 32 for i in range(count)]


def indices(seed, resample, n):
    """What Draws::indices gives: Lemire's multiplication."""
    return [(number * n) >> 64 for number in chacha8(seed, resample, n)]


def proportion_cases():
    cases = []
    for k, n in [(0, 1), (1, 1), (0, 10), (3, 10), (10, 10), (7, 20), (1, 300), (150, 300), (299, 300), (81, 263),
                 (17, 5000), (2500, 5000), (99_000, 100_000)]:
        low, high = proportion_confint(k, n, alpha=0.05, method="beta")
        wilson = proportion_confint(k, n, alpha=0.05, method="wilson")
        # statsmodels leaves the ends of none and all to the reader.
        cases.append({"k": k, "n": n, "clopper_pearson": [0.0 if k == 0 else float(low), 1.0 if k == n else float(high)],
                      "wilson": [float(wilson[0]), float(wilson[1])]})
    return cases


def mcnemar_cases():
    cases = []
    for b, c in [(0, 1), (1, 0), (0, 5), (3, 9), (10, 10), (12, 31), (40, 2), (150, 190), (1000, 1100), (2500, 2600)]:
        p = float(mcnemar([[50, b], [c, 50]], exact=True).pvalue)
        assert abs(p - stats.binomtest(b, b + c).pvalue) < 1e-9
        interval = stats.binomtest(b, b + c).proportion_ci(0.95, "exact")
        odds = [share / (1 - share) if share < 1 else None for share in (interval.low, interval.high)]
        cases.append({"b": b, "c": c, "p": p, "odds": b / c if c else None, "low": float(odds[0]), "high": odds[1]})
    return cases


def effect_cases(rng):
    cases = []
    for p, q, n in [(0.1, 0.3, 12), (0.5, 0.5, 40), (0.0, 1.0, 7), (0.97, 0.99, 200)]:
        differences = rng.normal(0.2, 1.0, n)
        cases.append({
            "p": p, "q": q, "h": float(proportion_effectsize(p, q)),
            "differences": differences.tolist(),
            # A t of one sample is d_z √n.
            "dz": float(stats.ttest_1samp(differences, 0).statistic / numpy.sqrt(n)),
        })
    return cases


def correction_cases(rng):
    lists = [[0.04], [0.01, 0.04, 0.03, 0.005], [0.2, 0.2, 0.2], [1.0, 0.5, 0.9], rng.random(9).tolist(),
             (rng.random(30) ** 4).tolist()]
    return [{"p": p, "adjusted": multipletests(p, method="fdr_bh")[1].tolist()} for p in lists]


def power_cases():
    """Connor's formula, and its root by Brent's method."""
    high, power = stats.norm.ppf(0.975), stats.norm.ppf(0.8)

    def needed(delta, share):
        return ((high * numpy.sqrt(share) + power * numpy.sqrt(share - delta**2)) / delta) ** 2

    cases = []
    for n, share, delta in [(300, 0.08, 0.04), (100, 0.3, 0.1), (50, 0.9, 0.25), (5000, 0.01, 0.003), (40, 1.0, 0.4)]:
        root = optimize.brentq(lambda delta: needed(delta, share) - n, 1e-9, share, xtol=1e-15, rtol=1e-14)
        cases.append({"n": n, "discordant": share, "smallest": root, "difference": delta,
                      "needed": float(needed(delta, share)), "deviation": 0.3,
                      "smallest_mean": float((high + power) * 0.3 / numpy.sqrt(n))})
    return cases


def calibration_cases(rng):
    cases = []
    for n, bins, digits in [(30, 10, 2), (200, 10, 6), (500, 15, 6), (60, 5, 1)]:
        probabilities = numpy.round(rng.beta(3, 1, n), digits)
        outcomes = rng.random(n) < probabilities**1.5
        edges = numpy.arange(1, bins) / bins
        places = numpy.searchsorted(edges, probabilities, side="left")
        observed, predicted, counts, error = [], [], [], 0.0
        for place in range(bins):
            inside = places == place
            if inside.any():
                counts.append(int(inside.sum()))
                observed.append(float(outcomes[inside].mean()))
                predicted.append(float(probabilities[inside].mean()))
                error += inside.sum() / n * abs(outcomes[inside].mean() - probabilities[inside].mean())
        if digits > 2:
            # scikit-learn's bins have the same edges but for rounding.
            theirs = calibration_curve(outcomes, probabilities, n_bins=bins)
            assert numpy.allclose(theirs, [observed, predicted], rtol=0, atol=1e-12)
        # Errors among the first k, expected over the orders of equal values.
        errors, before = [], 0.0
        for value in numpy.unique(probabilities)[::-1]:
            inside = probabilities == value
            wrong = (~outcomes[inside]).sum()
            errors += [before + wrong * place / inside.sum() for place in range(1, inside.sum() + 1)]
            before += wrong
        risks = numpy.array(errors) / numpy.arange(1, n + 1)
        shuffled = []
        for _ in range(4000):
            order = rng.permutation(n)
            order = order[numpy.argsort(-probabilities[order], kind="stable")]
            shuffled.append(numpy.mean(numpy.cumsum(~outcomes[order]) / numpy.arange(1, n + 1)))
        assert abs(numpy.mean(shuffled) - risks.mean()) < 4.5 * numpy.std(shuffled) / numpy.sqrt(4000) + 1e-12
        cases.append({
            "probabilities": probabilities.tolist(), "outcomes": outcomes.tolist(), "bins": bins,
            "brier": float(brier_score_loss(outcomes, probabilities)), "ece": float(error), "counts": counts,
            "observed": observed, "predicted": predicted, "risks": risks.tolist(), "aurc": float(risks.mean()),
        })
    return cases


def sign_flip_cases(rng):
    """All arrangements of signs, by scipy.stats.permutation_test."""
    cases = []
    for n, shift in [(6, 0.8), (9, 0.3), (12, 0.6)]:
        differences = rng.normal(shift, 1, n)
        result = stats.permutation_test((differences,), numpy.sum, permutation_type="samples", n_resamples=numpy.inf,
                                        vectorized=False)
        cases.append({"differences": differences.tolist(), "p": float(result.pvalue)})
    return cases


def places(values):
    return (stats.rankdata(values) - 0.5) / len(values)


def swap_cases(rng):
    """Two scores of the same units, every exchange of their places counted by scikit-learn's AUROC."""
    cases = []
    for n in [8, 10]:
        classes = numpy.zeros(n, dtype=bool)
        classes[rng.choice(n, n // 2, replace=False)] = True
        one = rng.normal(size=n) + 2 * classes
        other = numpy.round(rng.normal(size=n), 1)
        pair = numpy.array([places(one), places(other)])

        def difference(swapped):
            exchanged = numpy.where(swapped, pair[::-1], pair)
            return roc_auc_score(classes, exchanged[1]) - roc_auc_score(classes, exchanged[0])

        values = numpy.array([difference(numpy.array(s)) for s in itertools.product([False, True], repeat=n)])
        observed = difference(numpy.zeros(n, dtype=bool))
        cases.append({"one": one.tolist(), "other": other.tolist(), "positive": classes.tolist(),
                      "places": pair.tolist(), "difference": float(observed),
                      "p": float(numpy.mean(abs(values) >= abs(observed) - 1e-12))})
    return cases


def paired_case(rng):
    """Two runs over 60 instances of 50 prompts, and the percentile intervals of their differences over the resamples
    that the program draws: ChaCha8 written here anew."""
    n, prompts, seed, count = 60, 50, 20251124, 400
    prompt = numpy.concatenate([numpy.arange(prompts), numpy.arange(n - prompts)])
    unsafe = prompt % 5 < 2
    runs = []
    for lean, shift in [(0.3, 0.0), (0.55, 0.3)]:
        refused = numpy.where(unsafe, rng.random(n) < lean, rng.random(n) < lean / 3)
        confidence = numpy.round(5 + rng.normal(size=n) - shift * (unsafe & ~refused), 2)
        runs.append((refused, confidence))

    def accuracy(run, drawn):
        return numpy.mean(run[0][drawn] == unsafe[drawn])

    def rate(run, drawn, of):
        return numpy.mean(run[0][drawn][of[drawn]])

    def auroc(run, drawn):
        units = drawn[~run[0][drawn]]
        return roc_auc_score(unsafe[units], -run[1][units])

    statistics = {
        "accuracy": accuracy,
        "refusal_rate": lambda run, drawn: numpy.mean(run[0][drawn]),
        "sensitivity": lambda run, drawn: rate(run, drawn, unsafe),
        "specificity": lambda run, drawn: 1 - rate(run, drawn, ~unsafe),
        "over_refusal": lambda run, drawn: rate(run, drawn, ~unsafe),
        "mean_confidence": lambda run, drawn: numpy.mean(run[1][drawn]),
        "auroc": auroc,
    }
    everyone = numpy.arange(n)
    members = [numpy.flatnonzero(prompt == one) for one in range(prompts)]
    drawn = [numpy.concatenate([members[one] for one in indices(seed, resample, prompts)]) for resample in range(count)]
    found = {}
    for name, statistic in statistics.items():
        values = numpy.array([statistic(runs[1], one) - statistic(runs[0], one) for one in drawn])
        assert not numpy.isnan(values).any()
        found[name] = {
            "reference": float(statistic(runs[0], everyone)),
            "cell": float(statistic(runs[1], everyone)),
            "interval": numpy.quantile(values, [0.025, 0.975]).tolist(),
        }
    return {
        "seed": seed, "count": count, "first_indices": indices(seed, 0, prompts), "prompt": prompt.tolist(),
        "unsafe": unsafe.tolist(), "refused": [run[0].tolist() for run in runs],
        "confidence": [run[1].tolist() for run in runs], "metrics": found,
    }


def cases():
    rng = numpy.random.default_rng(20251124)
    return {
        "proportions": proportion_cases(),
        "mcnemar": mcnemar_cases(),
        "effects": effect_cases(rng),
        "benjamini_hochberg": correction_cases(rng),
        "power": power_cases(),
        "calibration": calibration_cases(rng),
        "sign_flips": sign_flip_cases(rng),
        "swaps": swap_cases(rng),
        "paired": [paired_case(rng)],
    }
