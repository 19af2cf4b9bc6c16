#!/usr/bin/env python3
"""Figures of the road engine: import (seconds, peak memory) by the command, the rest by build/bench/road_benchmark, as a Markdown table.

usage: bench/road/run.py [--build build] [--side 1000] [MAP.osm.pbf …]
Without maps: the demo city and those of $LASTMILE_DATA/maps (default ../shared/data/maps). --side N adds a made city of N × N crossings (city.py).
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', default=ROOT / 'build', type=pathlib.Path)
    parser.add_argument('--side', type=int, default=0)
    parser.add_argument('maps', nargs='*', type=pathlib.Path)
    options = parser.parse_args()
    data = pathlib.Path(os.environ.get('LASTMILE_DATA', ROOT / '../shared/data')) / 'maps'
    maps = options.maps or [ROOT / 'examples/maps/neubrandenburg.osm.pbf', *sorted(p for p in data.glob('*.osm.pbf') if 'neubrandenburg' not in p.name)]
    with tempfile.TemporaryDirectory() as folder:
        if options.side:
            made = pathlib.Path(folder) / f'grid{options.side}.osm.opl'
            subprocess.run([sys.executable, ROOT / 'bench/road/city.py', '--side', str(options.side), made], check=True)
            maps.append(made)
        rows = {}
        for osm in maps:
            row = rows.setdefault(osm.name.split('.')[0], {})
            whole = subprocess.run([options.build / 'lastmile', 'map', 'import', osm, '-o', pathlib.Path(folder) / 'all.map'], capture_output=True, text=True)
            if whole.returncode:
                sys.exit(whole.stderr)
            row['import, all profiles, addresses'] = '{} s, {} MB'.format(*re.search(r'in ([\d.]+) s and (\d+) MB', whole.stdout).groups())
            car = subprocess.run([options.build / 'lastmile', 'map', 'import', osm, '-o', pathlib.Path(folder) / 'car.map', '--profiles', 'car', '--no-addresses'],
                                 capture_output=True, text=True, check=True)
            row['import, car alone'] = '{} s, {} MB'.format(*re.search(r'in ([\d.]+) s and (\d+) MB', car.stdout).groups())
            timed = subprocess.run([options.build / 'bench/road_benchmark', '--benchmark_format=json'], capture_output=True, text=True, check=True,
                                   env={**os.environ, 'LASTMILE_BENCH_MAP': str(osm)})
            for b in json.loads(timed.stdout)['benchmarks']:
                name = b['name'].split('/', 1)[1].removesuffix('/iterations:1')
                row[name] = f'{b["real_time"]:.3g} {b["time_unit"]}'
                if name == 'customise/car':
                    row['arcs / turns / hierarchy arcs'] = f'{b["arcs"]:.0f} / {b["turns"]:.0f} / {b["hierarchy"]:.0f}'
        names = [name for name in dict.fromkeys(name for row in rows.values() for name in row)]
        print('| | ' + ' | '.join(rows) + ' |\n| --- |' + ' --- |' * len(rows))
        for name in names:
            print(f'| {name} | ' + ' | '.join(row.get(name, '') for row in rows.values()) + ' |')


if __name__ == '__main__':
    main()
