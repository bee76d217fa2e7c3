#!/usr/bin/env python3
"""Makes track files with NumPy and pickle themselves, for our readers to read; some of them with bad intent.

Run with NumPy 1 and with NumPy 2, whose pickles name different modules:
    python3 test/golden/make_track_files.py
Files go to test/golden/numpy<major>/; those in the repository were made with NumPy 1.24.2 (Python 3.11) and NumPy 2.4.6.
The evil pickles are made only by one of them, and would print or make a file if they were ever run.
"""
import functools
import json
import os
import pickle
import subprocess
import sys
import numpy as np

N, T, H, W = 3, 4, 6, 8
MAJOR = np.__version__.split('.')[0]
HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, 'numpy' + MAJOR)


def jpeg(width, height):
    """Just the header of a JPEG file: what a reader of frame sizes looks at. Ends, as JPEG files do, with a byte that is not zero."""
    app0 = b'\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00'
    sof0 = b'\xff\xc0\x00\x0b\x08' + height.to_bytes(2, 'big') + width.to_bytes(2, 'big') + b'\x01\x01\x11\x00'
    return b'\xff\xd8' + app0 + sof0 + b'\xff\xd9'


def save(name, value):
    data = pickle.dumps(value[0], protocol=value[1])
    with open(os.path.join(OUT, name), 'wb') as f:
        f.write(data)


def reduced(function, *arguments):
    class Evil:
        def __reduce__(self):
            return function, arguments
    return Evil()


def main():
    os.makedirs(OUT, exist_ok=True)
    rng = np.random.default_rng(7)
    points = rng.uniform(-0.1, 1.1, (N, T, 2)).astype(np.float32)
    occluded = rng.random((N, T)) < 0.4
    evaluated = rng.random((N, T)) < 0.7
    video = rng.integers(0, 256, (T, H, W, 3)).astype(np.uint8)
    one = {'video': video, 'points': points, 'occluded': occluded}

    for protocol in [2, 3, 4, 5]:
        save('davis_p%d.pkl' % protocol, ({'swan': one, 'two words': {**one, 'points': points + 1}}, protocol))
    save('list.pkl', ([one, one], 4))
    save('novideo.pkl', ({'swan': {'points': points, 'occluded': occluded, 'evaluated': evaluated}}, 4))
    for protocol in [2, 4, 5]:
        turned = {'video': np.asfortranarray(video), 'points': np.asfortranarray(points), 'occluded': np.asfortranarray(occluded)}
        save('fortran_p%d.pkl' % protocol, ({'swan': turned}, protocol))
    big = {'video': video, 'points': points.astype('>f4'), 'occluded': occluded}
    save('bigendian.pkl', ({'swan': big}, 4))
    save('float64.pkl', ({'swan': {**one, 'points': points.astype(np.float64)}}, 4))
    # Views: not contiguous, shared base, and an array that occurs twice (memo).
    save('views.pkl', ({'swan': {'video': video[:], 'points': np.repeat(points, 2, axis=0)[::2], 'occluded': occluded}, 'again': one, 'same': one}, 4))
    save('scalars.pkl', ({'swan': {**one, 'fps': np.float64(25), 'n': np.int64(3), 'name': 'x', 'note': None, 'on': np.bool_(True), 'set': {1, 2}}}, 4))

    # Kinetics: JPEG strings, points float64 and half a pixel off. np.array of bytes gives type S; some shards hold objects.
    images = tuple(jpeg(W, H) for _ in range(T))
    shifted = (points.astype(np.float64) * [W, H] - 0.5) / [W, H]
    objects = np.empty(T, dtype=object)
    objects[:] = images
    for name, frames in [('bytes', np.array(images)), ('objects', objects)]:
        for protocol in [2, 4, 5]:
            shard = [{'video': frames, 'points': shifted, 'occluded': occluded}] * 2
            save('kinetics_%s_p%d.pkl' % (name, protocol), (shard, protocol))

    np.savez(os.path.join(OUT, 'plain.npz'), points=points, occluded=occluded)
    query = np.stack([np.array([0, 2, 3]), points[:, 0, 1] * 256, points[:, 0, 0] * 256], axis=-1).astype(np.float32)
    np.savez_compressed(
        os.path.join(OUT, 'rich.npz'),
        points=np.asfortranarray(points.astype('>f8')),
        occluded=occluded,
        evaluated=evaluated,
        query_points=query,
        ids=np.array(['nose', 'left ear', 'übung 点']),
        width=np.int32(W),
        height=np.int64(H),
        ignored=np.array([{'an': 'object'}], dtype=object),
    )

    if MAJOR == '1':
        marker = os.path.join('/tmp', 'tapline-evil-pickle-ran')
        save('evil_system.pkl', ({'swan': reduced(os.system, 'touch ' + marker)}, 4))
        save('evil_eval_p2.pkl', (reduced(eval, "open('%s', 'w')" % marker), 2))
        save('evil_popen.pkl', ({'swan': {**one, 'points': reduced(subprocess.Popen, ['touch', marker])}}, 5))
        save('evil_partial.pkl', ({'swan': one, 'x': functools.partial(os.system, 'touch ' + marker)}, 4))
        nested = pickle.dumps(reduced(os.system, 'touch ' + marker))
        save('evil_nested.pkl', ({'swan': {**one, 'points': reduced(pickle.loads, nested)}}, 4))
        save('evil_numpy_load.pkl', ({'swan': reduced(np.load, marker)}, 4))
        save('evil_object.pkl', ({'swan': reduced(json.JSONDecoder)}, 4))
        save('evil_getattr.pkl', ({'swan': reduced(getattr, '', 'join')}, 4))

    with open(os.path.join(OUT, 'expected.json'), 'w') as f:
        json.dump(
            {
                'numpy': np.__version__,
                'python': sys.version.split()[0],
                'shape': [N, T, H, W],
                'points': points.astype(float).ravel().tolist(),
                'occluded': occluded.astype(int).ravel().tolist(),
                'evaluated': evaluated.astype(int).ravel().tolist(),
                'video': video.ravel().tolist(),
                'queryPoints': query.astype(float).ravel().tolist(),
            },
            f,
        )


if __name__ == '__main__':
    main()
