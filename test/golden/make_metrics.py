#!/usr/bin/env python3
"""Makes metrics.json: small seeded cases and their scores, computed from FORMATS.md's definitions with NumPy alone.

Run:  python3 test/golden/make_metrics.py     (the goldens in the repository were made with NumPy 1.24.2, Python 3.11)
Written apart from src/pipeline/evaluate: it shares no code and no intermediate values with it.
"""
import json
import os
import numpy as np

DELTAS = [1, 2, 4, 8, 16]


def queries_of(occluded, evaluated, mode):
    """[(track, frame)] of the queries."""
    n, t = occluded.shape
    seen = ~occluded & evaluated
    if mode == 'first':
        return [(i, int(np.flatnonzero(seen[i])[0])) for i in range(n) if seen[i].any()]
    return [(i, f) for f in range(0, t, 5) for i in range(n) if seen[i, f]]


def scores(truth, truth_occ, pred, pred_occ, frames_of_query, evaluated, mode):
    """All arguments are per query: truth, pred [Q,T,2] in 256 px; occlusions and evaluated [Q,T]; frames_of_query [Q]."""
    q, t = truth_occ.shape
    index = np.arange(t)[None, :]
    asked = np.asarray(frames_of_query).reshape(q, 1)
    e = (index > asked) if mode == 'first' else (index != asked)
    e = e & evaluated
    v, vh = ~truth_occ, ~pred_occ
    with np.errstate(all='ignore'):
        oa = np.sum((v == vh) & e) / np.sum(e)
        distance = np.linalg.norm(pred - truth, axis=-1)
        delta, jaccard = [], []
        for d in DELTAS:
            w = distance < d
            delta.append(np.sum(w & v & e) / np.sum(v & e))
            tp = np.sum(w & v & vh & e)
            fp = np.sum(((~v & vh) | (~w & vh)) & e)
            jaccard.append(tp / (np.sum(v & e) + fp))
        a = truth[:, 2:] - 2 * truth[:, 1:-1] + truth[:, :-2]
        ah = pred[:, 2:] - 2 * pred[:, 1:-1] + pred[:, :-2]
        labelled = v & evaluated
        triple = labelled[:, 2:] & labelled[:, 1:-1] & labelled[:, :-2]
        error = np.linalg.norm(ah - a, axis=-1)[triple]
        tc = float(error.mean()) if error.size else 0.0
    return {
        'averageJaccard': np.mean(jaccard),
        'deltaAvg': np.mean(delta),
        'occlusionAccuracy': oa,
        'temporalCoherence': tc,
        'jaccard': jaccard,
        'delta': delta,
    }


def plain(value):
    """NaN is null in JSON."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    value = float(value)
    return None if np.isnan(value) else value


def case(name, rng, n, t, size, predicted_size=None, spread=4.0, evaluated=None, edit=None):
    """A clip: tracks that wander, predictions off by about `spread` px of 256, all on a 1/64 px grid (exact in float32)."""
    width, height = size
    pw, ph = predicted_size or size
    grid = lambda a: (np.round(a * 64) / 64).astype(np.float32)
    start = rng.uniform(0.1, 0.9, (n, 1, 2)) * [width, height]
    truth = grid(start + np.cumsum(rng.normal(0, 2, (n, t, 2)), axis=1))
    occluded = rng.random((n, t)) < 0.3
    if edit:
        edit(truth, occluded)
    out = {'name': name, 'frames': t, 'size': [width, height], 'predictedSize': [pw, ph], 'modes': {}}
    out['ids'] = ['t%d' % i for i in range(n)]
    out['positions'] = truth.ravel().astype(float).tolist()
    out['occluded'] = occluded.ravel().astype(int).tolist()
    mask = np.ones((n, t), bool) if evaluated is None else evaluated
    if evaluated is not None:
        out['evaluated'] = mask.ravel().astype(int).tolist()
    scale = np.array([256 / width, 256 / height])
    predicted_scale = np.array([256 / pw, 256 / ph])
    for mode in ['first', 'strided']:
        asked = queries_of(occluded, mask, mode)
        rows = [i for i, _ in asked]
        frames = [f for _, f in asked]
        noise = rng.normal(0, 1, (len(asked), t, 2)) * rng.choice([0.2, 1, 4], (len(asked), t, 1)) * spread / 4
        predicted = grid((truth[rows].astype(float) * scale + noise) / predicted_scale)
        if name == 'exact thresholds':
            # Off by exactly 1, 2, 4, 8, 16, 5 (3-4-5) and 0 px: strictly less, so the first five are outside their own threshold.
            offsets = np.array([[1, 0], [0, 2], [-4, 0], [0, -8], [16, 0], [3, 4], [0, 0]], np.float32)
            predicted = truth[rows] + offsets[np.arange(t) % 7][None]
        predicted_occluded = occluded[rows] ^ (rng.random((len(asked), t)) < 0.2)
        if name == 'predicted all hidden':
            predicted_occluded[:] = True
        distance = np.linalg.norm(predicted.astype(float) * predicted_scale - truth[rows].astype(float) * scale, axis=-1)
        near = np.abs(distance[..., None] - DELTAS)
        assert name == 'exact thresholds' or near.size == 0 or near.min() > 1e-9, 'a distance is too near a threshold to be decided'
        arguments = lambda k: (
            truth[rows][k].astype(float) * scale,
            occluded[rows][k],
            predicted[k].astype(float) * predicted_scale,
            predicted_occluded[k],
            np.array(frames, int)[k],
            mask[rows][k],
            mode,
        )
        out['modes'][mode] = {
            'queries': [['t%d' % i if mode == 'first' else 't%d@%d' % (i, f), i, f] for i, f in asked],
            'positions': predicted.ravel().astype(float).tolist(),
            'occluded': predicted_occluded.ravel().astype(int).tolist(),
            'scores': plain(scores(*arguments(slice(None)))),
            'perTrack': [plain(scores(*arguments(slice(k, k + 1)))) for k in range(len(asked))],
        }
    return out


def main():
    rng = np.random.default_rng(20240917)

    def never_visible(truth, occluded):
        occluded[1] = True
        occluded[3] = True

    def all_occluded(truth, occluded):
        occluded[:] = True

    def no_triples(truth, occluded):
        occluded[:] = (np.arange(occluded.shape[1]) % 3 == 2)[None]

    def last_frame(truth, occluded):
        # Each track is first seen in the last frame: in first mode nothing is left to score.
        occluded[:, :-1] = True
        occluded[:, -1] = False

    mask = rng.random((5, 13)) < 0.6
    cases = [
        case('plain 256', rng, 4, 12, (256, 256)),
        case('wide clip', rng, 5, 17, (854, 480)),
        case('predicted at another size', rng, 3, 11, (1920, 1080), (512, 288)),
        case('coarse predictions', rng, 4, 10, (320, 240), spread=40),
        case('exact thresholds', rng, 3, 15, (256, 256)),
        case('never visible tracks', rng, 4, 9, (320, 240), edit=never_visible),
        case('all occluded', rng, 2, 8, (320, 240), edit=all_occluded),
        case('predicted all hidden', rng, 3, 8, (320, 240)),
        case('no visible triples', rng, 3, 10, (320, 240), edit=no_triples),
        case('queries at the last frame', rng, 3, 6, (320, 240), edit=last_frame),
        case('two frames', rng, 3, 2, (320, 240)),
        case('one frame', rng, 2, 1, (320, 240)),
        case('evaluated mask', rng, 5, 13, (640, 360), evaluated=mask),
        case('nothing evaluated', rng, 2, 7, (640, 360), evaluated=np.zeros((2, 7), bool)),
    ]
    means = {}
    for mode in ['first', 'strided']:
        # The plain mean over videos, of those that have that score.
        rows = [c['modes'][mode]['scores'] for c in cases]
        means[mode] = {key: plain(np.mean([r[key] for r in rows if r[key] is not None])) for key in ['averageJaccard', 'deltaAvg']}
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'metrics.json')
    with open(path, 'w') as f:
        f.write('{"numpy": %s,\n"means": %s,\n"cases": [\n' % (json.dumps(np.__version__), json.dumps(means)))
        f.write(',\n'.join(json.dumps(c, separators=(',', ':')) for c in cases))
        f.write('\n]}\n')


if __name__ == '__main__':
    main()
