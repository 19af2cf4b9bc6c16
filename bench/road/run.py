#!/usr/bin/env python3
"""Figures of the road engine: import (seconds, peak memory) by the command, the rest by build/bench/road_benchmark, as a Markdown table.

usage: bench/road/run.py [--build build] [--side 1000] [--routingkit FOLDER] [--filter REGEX] [--profiles car] [MAP.osm.pbf …]
Without maps: the demo city and those of $LASTMILE_DATA/maps (default ../shared/data/maps). --side N adds a made city of N × N crossings (city.py).
--routingkit FOLDER, a built checkout of RoutingKit (include/, lib/), adds its figures on the same graph of the same run: its importer, its customizable
hierarchy, its contraction hierarchy. Without it nothing of it is needed. Times are of the processor, but for imports, which state both.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def figures_of(program, *arguments):
    run = subprocess.run([program, *arguments], capture_output=True, text=True, check=True)
    return {f'RoutingKit: {name}': value for name, value in (line.split('\t') for line in run.stdout.splitlines() if '\t' in line)}


def import_figures(build, *arguments):
    """Seconds on the clock and of the processor (all threads), and peak memory, the best of three runs; of one where it takes long."""
    best = None
    for _ in range(3):
        began = time.monotonic()
        run = subprocess.Popen([build / 'lastmile', 'map', 'import', *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        errors = run.stderr.read()
        _, status, use = os.wait4(run.pid, 0)
        if status:
            sys.exit(errors)
        taken = (use.ru_utime + use.ru_stime, time.monotonic() - began, use.ru_maxrss / 1024)
        best = min(best or taken, taken)
        if taken[0] > 10:
            break
    return '{1:.2f} s ({0:.2f} s of processor), {2:.0f} MB'.format(*best)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', default=ROOT / 'build', type=pathlib.Path)
    parser.add_argument('--side', type=int, default=0)
    parser.add_argument('--routingkit', type=pathlib.Path)
    parser.add_argument('--filter', default='.', help='which of our benchmarks, as --benchmark_filter has it')
    parser.add_argument('--profiles', help='only these in the benchmark, car among them; the import of all is left out then')
    parser.add_argument('--no-ch', action='store_true', help='without RoutingKit\'s plain contraction, which takes minutes on a large grid')
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
        other = pathlib.Path(folder) / 'routingkit'
        if options.routingkit:
            subprocess.run(['g++', '-O3', '-march=native', '-std=c++20', '-fopenmp', f'-I{options.routingkit}/include', ROOT / 'bench/road/routingkit.cpp',
                            options.routingkit / 'lib/libroutingkit.a', '-lz', '-o', other], check=True)
        for osm in maps:
            row = rows.setdefault(osm.name.split('.')[0], {})
            out = pathlib.Path(folder) / 'made.map'
            if not options.profiles:
                row['import, all profiles, addresses'] = import_figures(options.build, osm, '-o', out)
            row['import, car alone'] = import_figures(options.build, osm, '-o', out, '--profiles', 'car', '--no-addresses')
            graph = pathlib.Path(folder) / 'graph'
            graph.mkdir(exist_ok=True)
            timed = subprocess.run([options.build / 'bench/road_benchmark', '--benchmark_format=json', f'--benchmark_filter={options.filter}'], capture_output=True, text=True, check=True,
                                   env={**os.environ, 'LASTMILE_BENCH_MAP': str(osm), **({'LASTMILE_BENCH_PROFILES': options.profiles} if options.profiles else {}), **({'LASTMILE_BENCH_EXPORT': str(graph)} if options.routingkit else {})})
            for b in json.loads(timed.stdout)['benchmarks']:
                name = b['name'].split('/', 1)[1].removesuffix('/iterations:1')
                row[name] = f'{b["cpu_time"]:.3g} {b["time_unit"]}'
                if name == 'customise/car':
                    row['arcs / turns / hierarchy arcs'] = f'{b["arcs"]:.0f} / {b["turns"]:.0f} / {b["hierarchy"]:.0f}'
            if options.routingkit:
                if osm.name.endswith('.pbf'):
                    row.update(figures_of(other, '--import', osm))
                row.update(figures_of(other, graph, *(['--no-ch'] if options.no_ch else [])))
            print(osm.name, row, file=sys.stderr)
        names = [name for name in dict.fromkeys(name for row in rows.values() for name in row)]
        print('| | ' + ' | '.join(rows) + ' |\n| --- |' + ' --- |' * len(rows))
        for name in names:
            print(f'| {name} | ' + ' | '.join(row.get(name, '') for row in rows.values()) + ' |')


if __name__ == '__main__':
    main()
