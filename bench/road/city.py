#!/usr/bin/env python3
"""Writes a city that no map holds, as OPL: a dense grid of streets with one-ways, lights and forbidden turns, arterials, and a ring of highways
with ramps. The hard case for orders (dense grids have no small cuts), of any size, always the same for one seed.

usage: bench/road/city.py [--side 1000] [--seed 1] OUT.osm.opl     (side 1000: 1,000,000 crossings and 2 million roads)
"""
import argparse
import random


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--side', type=int, default=1000, help='crossings along one side of the grid')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('out')
    options = parser.parse_args()
    side, pick = options.side, random.Random(options.seed)
    node = lambda x, y: 1 + y * side + x
    step = 0.0009  # 100 m to the north, some 80 m to the east
    tail = ' v1 dV c0 t2026-01-01T00:00:00Z i0 u'
    with open(options.out, 'w') as out:
        for y in range(side):
            for x in range(side):
                light = ' Thighway=traffic_signals' if x % 8 == 0 and y % 8 == 0 else ' T'
                lat, lon = 40 + y * step + pick.uniform(-1, 1) * 1e-4, 3 + x * step + pick.uniform(-1, 1) * 1e-4
                out.write(f'n{node(x, y)}{tail}{light} x{lon:.7f} y{lat:.7f}\n')
        # Highways run beside the grid's lines, every 100 of them, and meet it at ramps every 20.
        way, extra, ramps = 1, side * side + 1, []
        lines = []
        for line in range(50, side, 100):
            for across in (False, True):
                chain = []
                for k in range(0, side, 5):
                    x, y = (line + 0.5, k + 0.3) if across else (k + 0.3, line + 0.5)
                    lines.append(f'n{extra}{tail} T x{3 + x * step:.7f} y{40 + y * step:.7f}\n')
                    chain.append(extra)
                    if k % 20 == 0:
                        ramps.append((extra, node(line, k) if across else node(k, line)))
                    extra += 1
                ramps.append(('chain', chain))
        out.writelines(lines)

        def street(nodes, tags):
            nonlocal way
            out.write(f'w{way}{tail} T{tags} N' + ','.join(f'n{n}' for n in nodes) + '\n')
            way += 1
            return way - 1

        restrictions = []
        for direction in (0, 1):
            for line in range(side):
                ids = [node(k, line) if direction == 0 else node(line, k) for k in range(side)]
                kind, speed = ('primary', 60) if line % 24 == 0 else ('tertiary', 50) if line % 8 == 0 else ('residential', 30)
                oneway = ',oneway=yes' if line % 8 in (3, 4) else ''
                if line % 8 == 4:
                    ids.reverse()
                pieces = [ids[k:k + 9] for k in range(0, side - 1, 8)]
                for piece in pieces:
                    if len(piece) < 2 or pick.random() < 0.03:  # a block without this street
                        continue
                    made = street(piece, f'highway={kind},maxspeed={speed},name={"Row" if direction == 0 else "Column"}{line}{oneway}')
                    restrictions.append((made, piece[-1], direction))
        for a, b in [r for r in ramps if r[0] != 'chain']:
            street([a, b], 'highway=motorway_link')
        for mark, chain in [r for r in ramps if r[0] == 'chain']:
            street(chain, 'highway=trunk,maxspeed=100')
        # At one crossing in ten, who comes out of a piece of street may not turn into one that crosses.
        ends = {}
        for made, last, direction in restrictions:
            ends.setdefault(last, {}).setdefault(direction, made)
        number = 1
        for last, both in ends.items():
            if len(both) == 2 and pick.random() < 0.1:
                out.write(f'r{number}{tail} Ttype=restriction,restriction=no_left_turn Mw{both[0]}@from,n{last}@via,w{both[1]}@to\n')
                number += 1


if __name__ == '__main__':
    main()
