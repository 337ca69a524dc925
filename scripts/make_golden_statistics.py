#!/usr/bin/env python3
"""Writes tests/golden/statistics.json: what NumPy, SciPy, scikit-learn and statsmodels compute.

    python3 -m pip install numpy scipy scikit-learn statsmodels
    python3 scripts/make_golden_statistics.py
"""

import json
import pathlib
import warnings

import golden_paired
import numpy
import scipy
import sklearn
import statsmodels
import statsmodels.api
from scipy import stats
from sklearn.metrics import average_precision_score, roc_auc_score
from statsmodels.stats.multitest import multipletests

OUTPUT = pathlib.Path(__file__).parent.parent / "tests" / "golden" / "statistics.json"


def both_classes(rng, n, positives):
    classes = numpy.zeros(n, dtype=bool)
    classes[rng.choice(n, positives, replace=False)] = True
    return classes


def ranking_cases(rng):
    cases = []
    for n, positives, kind in [
        (5, 1, "plain"), (5, 4, "plain"), (6, 3, "ties"), (12, 2, "ties"), (30, 11, "plain"), (40, 39, "ties"),
        (60, 6, "related"), (100, 50, "ties"), (150, 3, "related"), (300, 120, "related"), (300, 1, "ties"),
        (20, 10, "constant"),
    ]:
        classes = both_classes(rng, n, positives)
        scores = rng.normal(size=n)
        if kind == "related":
            scores += classes
        if kind == "ties":
            scores = numpy.round(scores + classes)
        if kind == "constant":
            scores = numpy.full(n, 0.25)
        weights = rng.multinomial(n, numpy.full(n, 1 / n))
        # A resample of both classes.
        weights[numpy.flatnonzero(classes)[0]] += 1
        weights[numpy.flatnonzero(~classes)[0]] += 1
        quantiles = [0.0, 0.025, 1 / 3, 0.5, 0.9, 0.975, 1.0]
        u = stats.mannwhitneyu(scores[classes], scores[~classes]).statistic
        auroc = roc_auc_score(classes, scores)
        assert abs(u / (positives * (n - positives)) - auroc) < 1e-12
        cases.append({
            "kind": kind,
            "scores": scores.tolist(),
            "positive": classes.tolist(),
            "weights": weights.tolist(),
            "auroc": auroc,
            "average_precision": average_precision_score(classes, scores),
            "weighted_auroc": roc_auc_score(classes, scores, sample_weight=weights),
            "weighted_average_precision": average_precision_score(classes, scores, sample_weight=weights),
            "mann_whitney_u": float(u),
            "q": quantiles,
            "quantiles": numpy.quantile(scores, quantiles).tolist(),
            "weighted_quantiles": numpy.quantile(numpy.repeat(scores, weights), quantiles).tolist(),
        })
    return cases


def bootstrap_cases(rng):
    """Percentile intervals by scipy.stats.bootstrap, with the resamples it drew."""
    cases = []
    for n, positives, resamples in [(12, 5, 120), (40, 15, 150), (25, 12, 200)]:
        classes = both_classes(rng, n, positives)
        scores = numpy.round(rng.normal(size=n) + classes, 1)
        seed = int(rng.integers(1 << 30))
        # The draw of scipy.stats.bootstrap; that it is the same is asserted below.
        indices = numpy.random.default_rng(seed).integers(0, n, (resamples, n))
        case = {
            "scores": scores.tolist(),
            "positive": classes.tolist(),
            "resamples": indices.tolist(),
            "level": 0.95,
        }
        for name, statistic in [("auroc", roc_auc_score), ("average_precision", average_precision_score)]:
            values = numpy.array([statistic(classes[drawn], scores[drawn]) for drawn in indices])
            assert not numpy.isnan(values).any()
            result = stats.bootstrap(
                (classes, scores), statistic, paired=True, vectorized=False, n_resamples=resamples,
                method="percentile", rng=numpy.random.default_rng(seed),
            )
            assert numpy.allclose(result.bootstrap_distribution, values, rtol=0, atol=1e-12)
            interval = result.confidence_interval
            assert numpy.allclose([interval.low, interval.high], numpy.quantile(values, [0.025, 0.975]))
            case[name] = [float(interval.low), float(interval.high)]
        cases.append(case)
    return cases


def stratified_cases(rng):
    """Pairs counted one by one, and each stratum by roc_auc_score weighted by its pairs."""
    cases = []
    for n, count in [(20, 3), (60, 5), (200, 20)]:
        strata = rng.integers(0, count, n)
        classes = rng.random(n) < 0.2 + 0.6 * strata / count
        scores = numpy.round(rng.normal(size=n) + 2 * strata / count + classes, 1)
        total, pairs = 0.0, 0
        for stratum in range(count):
            inside = strata == stratum
            here = int(classes[inside].sum()) * int((~classes[inside]).sum())
            if here:
                total += here * roc_auc_score(classes[inside], scores[inside])
                pairs += here
        cases.append({
            "scores": scores.tolist(),
            "strata": strata.tolist(),
            "positive": classes.tolist(),
            "pairs": pairs,
            "auroc": total / pairs,
        })
    return cases


def permutation_cases(rng):
    """All arrangements, by scipy.stats.permutation_test."""
    cases = []
    for n, positives, ties in [(5, 2, False), (7, 3, False), (8, 4, True), (10, 3, True), (12, 5, False)]:
        classes = both_classes(rng, n, positives)
        scores = rng.normal(size=n) + 1.2 * classes
        if ties:
            scores = numpy.round(scores)

        def auroc(a, b):
            return stats.mannwhitneyu(a, b).statistic / (len(a) * len(b))

        result = stats.permutation_test(
            (scores[classes], scores[~classes]), auroc, permutation_type="independent", n_resamples=numpy.inf,
            vectorized=False,
        )
        distance = numpy.abs(result.null_distribution - 0.5)
        p = float(numpy.mean(distance >= abs(result.statistic - 0.5) - 1e-12))
        # The null distribution of an AUROC is symmetric without ties: SciPy's two-sided p is the same.
        assert ties or abs(p - result.pvalue) < 1e-12
        cases.append({
            "scores": scores.tolist(),
            "positive": classes.tolist(),
            "arrangements": len(result.null_distribution),
            "auroc": float(result.statistic),
            "p": p,
        })
    return cases


def holm_cases(rng):
    lists = [[0.04], [0.01, 0.04, 0.03, 0.005], [0.2, 0.2, 0.2], [1.0, 0.5, 0.9], rng.random(9).tolist(),
             (rng.random(30) ** 4).tolist()]
    return [{"p": p, "adjusted": multipletests(p, method="holm")[1].tolist()} for p in lists]


def logistic_cases(rng):
    cases = []
    for n, effects in [(50, [0.8]), (120, [0.5, -1.0]), (300, [0.0, 0.3]), (300, [1.5, -0.7, 0.2])]:
        predictors = rng.normal(size=(len(effects), n))
        log_odds = -0.4 + numpy.dot(effects, predictors)
        classes = rng.random(n) < 1 / (1 + numpy.exp(-log_odds))
        design = statsmodels.api.add_constant(predictors.T)
        fit = statsmodels.api.Logit(classes.astype(float), design).fit(method="newton", tol=1e-14, maxiter=100, disp=0)
        assert fit.mle_retvals["converged"]
        cases.append({
            "predictors": predictors.tolist(),
            "positive": classes.tolist(),
            "coefficients": fit.params.tolist(),
            "standard_errors": fit.bse.tolist(),
        })
    return cases


def main():
    warnings.simplefilter("error")
    rng = numpy.random.default_rng(20250815)
    golden = {
        "made_by": "scripts/make_golden_statistics.py",
        "versions": {
            "numpy": numpy.__version__,
            "scipy": scipy.__version__,
            "scikit-learn": sklearn.__version__,
            "statsmodels": statsmodels.__version__,
        },
        "ranking": ranking_cases(rng),
        "bootstrap": bootstrap_cases(rng),
        "stratified": stratified_cases(rng),
        "permutation": permutation_cases(rng),
        "holm": holm_cases(rng),
        "logistic": logistic_cases(rng),
        **golden_paired.cases(),
    }
    # A case a line: small, and a difference says which one.
    lines = []
    for name, value in golden.items():
        if isinstance(value, list):
            cases = ",\n".join(json.dumps(case, separators=(",", ":")) for case in value)
            lines.append(f'"{name}": [\n{cases}\n]')
        else:
            lines.append(f'"{name}": {json.dumps(value)}')
    OUTPUT.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
