#!/usr/bin/env python3
"""Gaps of `lastmile solve` to best-known values, per class. Only values of the same convention are compared.

usage: bench/vrp/gaps.py [--binary build/lastmile] [--budget 5s] [--threads 1] [--seed 1] [--set solomon|homberger|lilim|cvrp] [--match REGEX]
The instances are looked for in $LASTMILE_DATA/vrp (default ../shared/data/vrp); what isn't there is named and skipped.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import time

SETS = {  # folder, rounding, objective flag, names of the objective in best-known.tsv (lower case) in order of preference
    'solomon': ('solomon', 'dimacs', 'distance', ['dist-only(dimacs)']),
    'homberger': ('homberger', 'dimacs', 'distance', ['dist-only(dimacs)', 'hgs-10s(dimacs)', 'hgs-60s(dimacs)']),
    'lilim': ('lilim', 'none', 'distance', ['dist-only(exact)']),
    'cvrp': ('rich/CVRP', 'nearest', 'distance', ['cvrp-dist(round)']),
}


def best_known(path):
    table = collections.defaultdict(dict)
    for line in path.read_text().splitlines()[1:]:
        cells = line.split('\t')
        if len(cells) >= 3:
            table[cells[0].lower()].setdefault(cells[1].lower(), []).append(float(cells[2]))
    return table


def class_of(name):
    found = re.match(r'[a-z]+(?:\d_\d+|\d)?', name)
    return found.group(0) if found else name


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--binary', default='build/lastmile')
    parser.add_argument('--budget', default='5s')
    parser.add_argument('--threads', default='1')
    parser.add_argument('--seed', default='1')
    parser.add_argument('--set', default='solomon', choices=SETS)
    parser.add_argument('--match', default='')
    options = parser.parse_args()
    root = pathlib.Path(os.environ.get('LASTMILE_DATA', pathlib.Path(__file__).resolve().parents[2] / '../shared/data')) / 'vrp'
    folder, rounding, objective, columns = SETS[options.set]
    if not (root / folder).is_dir():
        raise SystemExit(f'skipped: {root / folder} is not there (set LASTMILE_DATA)')
    known = best_known(root / 'best-known.tsv')
    gaps = collections.defaultdict(list)
    print(f'{options.set}: rounding {rounding}, {objective}; budget {options.budget}, {options.threads} thread(s), seed {options.seed}')
    for path in sorted((root / folder).iterdir()):
        name = path.stem.lower()
        if path.suffix not in ('.txt', '.vrp') or not re.search(options.match, name):
            continue
        values = next((known[name][c] for c in columns if c in known[name]), None)
        start = time.monotonic()
        run = subprocess.run([options.binary, 'solve', path, '--budget', options.budget, '--threads', options.threads, '--seed', options.seed, '--rounding',
                              rounding, '--objective', objective, '--format', 'json', '--check'], capture_output=True, text=True)
        if run.returncode:
            raise SystemExit(f'{name}: exit code {run.returncode}\n{run.stderr}')
        answer = json.loads(run.stdout)
        cost, vehicles = answer['cost']['total'], sum(len(r['steps']) > 2 for r in answer['routes'])
        gap = f'{100 * (cost / min(values) - 1):+.2f} %' if values else 'no value of this convention'
        if values:
            gaps[class_of(name)].append(100 * (cost / min(values) - 1))
        print(f'{name:16} {cost:12.2f} {vehicles:4} vehicles  left out {len(answer["left_out"])}  {time.monotonic() - start:6.1f} s  {gap}', flush=True)
    for kind, list_of in sorted(gaps.items()):
        print(f'{kind:16} mean {sum(list_of) / len(list_of):+.2f} % over {len(list_of)}')
    every = [gap for list_of in gaps.values() for gap in list_of]
    if every:
        print(f'all              mean {sum(every) / len(every):+.2f} % over {len(every)}')


if __name__ == '__main__':
    main()
