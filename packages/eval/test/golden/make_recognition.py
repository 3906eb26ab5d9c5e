"""Writes recognition.json: ROC measures by scikit-learn and SciPy, bootstrap intervals by SciPy or by copying what is drawn.

    python -m venv v && v/bin/pip install scikit-learn==1.8.0 scipy==1.17.1 numpy==2.4.6 statsmodels==0.14.6
    v/bin/python make_recognition.py > recognition.json

Pairs and values are not stored: both sides make them from the same linear congruential generator. The resamples are those of
the package, too: its random stream is written here once more, so that intervals can be compared to the last digits.
"""
import json
import numpy as np, scipy, sklearn, statsmodels
from scipy import stats
from scipy.interpolate import interp1d
from scipy.optimize import brentq
from sklearn.metrics import roc_auc_score, roc_curve
from statsmodels.stats.multitest import multipletests

FOLDS, PAIRS, RESAMPLES, SINGLE = 10, 600, 200, 300
FARS = [0.1, 0.01, 0.001]
U32 = 0xFFFFFFFF


class Lcg:
    def __init__(self, seed):
        self.state = seed

    def byte(self):
        self.state = (self.state * 1664525 + 1013904223) % 2**32
        return self.state >> 24


def uniforms(*words):
    """The package's stream: cyrb128 of the words, then sfc32."""
    h = [1779033703, 3144134277, 1013904242, 2773480762]
    m = [597399067, 2869860233, 951274213, 2716044179]
    for char in "\0".join(str(w) for w in words):
        k = ord(char)
        h[0] = h[1] ^ ((h[0] ^ k) * m[0] & U32)
        h[1] = h[2] ^ ((h[1] ^ k) * m[1] & U32)
        h[2] = h[3] ^ ((h[2] ^ k) * m[2] & U32)
        h[3] = h[0] ^ ((h[3] ^ k) * m[3] & U32)
    h[0] = (h[2] ^ h[0] >> 18) * m[0] & U32
    h[1] = (h[3] ^ h[1] >> 22) * m[1] & U32
    h[2] = (h[0] ^ h[2] >> 17) * m[2] & U32
    h[3] = (h[1] ^ h[3] >> 19) * m[3] & U32
    a, b, c, d = h[0] ^ h[1] ^ h[2] ^ h[3], h[1] ^ h[0], h[2] ^ h[0], h[3] ^ h[0]
    for i in range(10**9):
        t = (a + b + d) & U32
        d = (d + 1) & U32
        a = b ^ b >> 9
        b = (c + (c << 3)) & U32
        c = (((c << 21) | (c >> 11)) + t) & U32
        if i >= 12:
            yield t / 2**32


def pairs(seed):
    """Folds of six people; scores are whole numbers, so that many are equal."""
    r = Lcg(seed)
    rows = []
    for k in range(PAIRS):
        fold, same = k % FOLDS, k // FOLDS % 2 == 0
        first = r.byte() % 6
        second = first if same else (first + 1 + r.byte() % 5) % 6
        score = sum(r.byte() for _ in range(3)) // 12 + (14 if same else 0) + first
        rows.append((fold + FOLDS * first, fold + FOLDS * second, same, fold, score))
    return [np.array(column) for column in zip(*rows)]


def roc_measures(same, scores, weights=None):
    far, tar, thresholds = roc_curve(same, scores, sample_weight=weights, drop_intermediate=False)
    at = [np.flatnonzero(far <= target)[-1] for target in FARS]
    return dict(
        auc=roc_auc_score(same, scores, sample_weight=weights),
        eer=brentq(lambda x: 1 - x - interp1d(far, tar)(x), 0, 1, xtol=1e-14),
        tar=[tar[k] for k in at], far=[far[k] for k in at], threshold=[float(min(thresholds[k], 1e9)) for k in at],
    )


def fold_accuracies(same, folds, scores, weights):
    """Every threshold between two scores of the other folds is tried, and none and all; of the best, the highest."""
    found = []
    for fold in range(FOLDS):
        learn, test = (folds != fold) & (weights > 0), (folds == fold) & (weights > 0)
        if not test.any():
            continue
        known = np.unique(scores[learn])
        tried = np.concatenate([[np.inf], (known[:0:-1] + known[-2::-1]) / 2, [-np.inf]])
        right = np.array([weights[learn] @ ((scores[learn] >= t) == same[learn]) for t in tried])
        threshold = tried[np.flatnonzero(right > right.max() - 1e-9)[0]]
        found.append((weights[test] @ ((scores[test] >= threshold) == same[test])) / weights[test].sum())
    return found


def balanced(same, folds, weights):
    """Each kind of each fold brought to the number of its pairs; a fold without one of them is left out."""
    out = weights.astype(float)
    for fold in range(FOLDS):
        kinds = [(folds == fold) & (same == kind) for kind in (True, False)]
        lost = any(weights[kind].sum() == 0 for kind in kinds)
        for kind in kinds:
            out[kind] *= 0 if lost else kind.sum() / weights[kind].sum()
    return out


def multiplicities(stream, draws, members):
    return np.bincount([int(next(stream) * members) for _ in range(draws)], minlength=members)


def pair_weights(a, b, same, drawn):
    return np.where(same, drawn[a], drawn[a] * drawn[b])


def verification():
    a, b, same, folds, scores = pairs(11)
    other = pairs(12)[4]
    index = {}  # people are numbered as they come
    for x, y in zip(a, b):
        for name in (x, y):
            index.setdefault(name, len(index))
    a, b = (np.array([index[x] for x in side]) for side in (a, b))
    r = Lcg(5)
    drawn = np.array([r.byte() % 4 for _ in range(len(index))])
    weights = pair_weights(a, b, same, drawn)
    accuracies = fold_accuracies(same, folds, scores, np.ones(PAIRS))

    def measure(w):
        copies = np.repeat(np.arange(PAIRS), w)  # the resample itself: every pair as often as it counts
        found, against = (roc_measures(same[copies], s[copies]) for s in (scores, other))
        accuracy = np.mean(fold_accuracies(same, folds, scores, balanced(same, folds, w)))
        return [accuracy, found["tar"][1], found["eer"], found["auc"], found["auc"] - against["auc"]]

    people, impostor = len(index), np.flatnonzero(~same)
    by_people, by_pair = uniforms(1, "bootstrap", people), uniforms(1, "bootstrap of pairs", len(impostor))
    one = np.ones(PAIRS, int)
    value = np.array(measure(one))
    drawn = np.array([measure(pair_weights(a, b, same, multiplicities(by_people, people, people))) for _ in range(RESAMPLES)])
    single = []
    for _ in range(SINGLE):
        w = one.copy()
        w[impostor] = multiplicities(by_pair, len(impostor), len(impostor))
        single.append(measure(w))
    share = np.maximum(1 / 3, 1 - 2 * np.var(single, axis=0) / np.var(drawn, axis=0))
    ends = np.percentile(value + np.sqrt(share) * (drawn - value), [2.5, 97.5], axis=0).T
    return dict(
        people=people, resamples=RESAMPLES, fars=FARS,
        plain=roc_measures(same, scores), weighted=roc_measures(same, scores, weights),
        folds=accuracies, accuracy=np.mean(accuracies), standardError=stats.sem(accuracies),
        shares=list(share), intervals=dict(zip(["accuracy", "tar", "eer", "auc", "difference"], ends.tolist())),
    )


def sample(seed, n):
    r = Lcg(seed)
    return np.array([-np.log((r.byte() + 0.5) / 256) for _ in range(n)])


def bca():
    """SciPy's intervals with the resamples they come from: of one mean and of the difference of two."""
    one, two = sample(7, 25), sample(8, 12)
    rng = np.random.default_rng(3)
    found = [
        stats.bootstrap((one,), np.mean, n_resamples=199, method="BCa", rng=rng),
        stats.bootstrap((one, two), lambda x, y, axis: x.mean(axis) - y.mean(axis), n_resamples=199, method="BCa", rng=rng),
    ]
    return [dict(distribution=list(f.bootstrap_distribution), low=f.confidence_interval.low, high=f.confidence_interval.high) for f in found]


def crossed():
    """BCa for seeds by people: all values copied as often as both are drawn, the formula written out (Efron, 1987)."""
    r = Lcg(9)
    rows = []  # seed, person, value
    for seed in range(4):
        for person in range(15):
            rows += [(seed, person, r.byte() / 256 + seed / 8 + person / 20) for _ in range(1 + r.byte() % 3)]
    seeds, people, values = (np.array(column) for column in zip(*rows))
    draw_people, draw_seeds = uniforms(2, "bootstrap", 15), uniforms(2, "bootstrap of seeds", "\0".join("0123"))
    means = []
    for _ in range(500):
        p, s = multiplicities(draw_people, 15, 15), multiplicities(draw_seeds, 3, 4)
        means.append(np.repeat(values, p[people] * s[seeds]).mean())
    means, value = np.array(means), values.mean()
    left = [np.array([values[who != k].mean() for k in range(who.max() + 1)]) for who in (people, seeds)]
    pull = np.concatenate([(len(l) - 1) / len(l) * (l.mean() - l) for l in left])
    a = (pull**3).sum() / (6 * (pull**2).sum() ** 1.5)
    z0 = stats.norm.ppf(((means < value).mean() + (means <= value).mean()) / 2)
    z = z0 + stats.norm.ppf([0.025, 0.975])
    low, high = np.percentile(means, 100 * stats.norm.cdf(z0 + z / (1 - a * z)))
    return dict(value=value, low=low, high=high)


p = [0.01, 0.04, 0.03, 0.005, 0.5, 0.04]
print(json.dumps(dict(
    origin=f"scikit-learn {sklearn.__version__}, SciPy {scipy.__version__}, NumPy {np.__version__}, statsmodels {statsmodels.__version__}; make_recognition.py",
    verification=verification(), bca=bca(), crossed=crossed(),
    holm=dict(p=p, adjusted=list(multipletests(p, method="holm")[1])),
), indent=1))
