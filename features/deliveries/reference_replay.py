#!/usr/bin/env python3
"""Replays command sequences on the design's executable reference (lifecycle.py): reads commands on stdin, answers each with a status or `no`.
Usage: reference_replay.py <folder of lifecycle.py>. Legs are named by package and holder, since both sides number them on their own."""
import sys

sys.path.insert(0, sys.argv[1])
import lifecycle as ref  # noqa: E402


def leg(d, want):
    found = [l for l in d.legs if want(l)]
    assert found, 'no such leg'
    return found[0]


def run(d, vans, word, args):
    p = args[0] if args else None
    forward = lambda l: l.kind == 'forward' and l.live() and p in l.items
    if word == 'bind':
        d.bind(leg(d, lambda l: forward(l) and l.holder is None and l.items[p] == 'planned'), vans[args[1]])
    elif word == 'load':
        van = vans[args[1]]
        d.take(leg(d, lambda l: l.holder is van and l.items.get(p) == 'planned'), p, 'driver:' + van.driver)
    elif word == 'takeover':
        taken = leg(d, lambda l: forward(l) and l.items[p] == 'taken')
        d.forward([q for q, s in taken.items.items() if s == 'taken'], after=taken, holder=vans[args[1]])
    elif word in ('start', 'pause', 'abort'):
        vans[p].state = {'start': 'in_progress', 'pause': 'paused', 'abort': 'aborted'}[word]
    elif word == 'deliver':
        d.finish(leg(d, lambda l: forward(l) and l.holder is vans[args[1]] and l.items[p] == 'taken'), p)
    elif word == 'fail':
        d.fail(leg(d, lambda l: forward(l) and l.holder is vans[args[1]] and l.items[p] == 'taken'), [p])
    elif word == 'withhold':
        d.withhold(leg(d, lambda l: forward(l) and l.items[p] == 'planned'), p, args[1])
    elif word == 'unassign':
        d.free(leg(d, lambda l: forward(l) and isinstance(l.holder, ref.Assignment)))
    elif word == 'book':
        d.bind(leg(d, lambda l: forward(l) and l.holder is None), ref.Booking('booked'))
    elif word == 'says':
        d.booking(leg(d, lambda l: forward(l) and isinstance(l.holder, ref.Booking) and l.items[p] in ref.LIVE), args[1])
    elif word == 'comes_back':
        d.booking(leg(d, lambda l: l.kind == 'forward' and isinstance(l.holder, ref.Booking) and l.holder.state == 'failed_with_parcel' and p in l.items), 'returned')
    elif word == 'cancel':
        d.cancel()
    elif word == 'confirm':
        d.courier_acknowledged_cancel()
    elif word == 'retry':
        d.retry(on_board_of=vans[p] if p else None)
    elif word == 'back':
        d.back('hub', p)
    elif word == 'home':
        d.finish(leg(d, lambda l: l.kind == 'back' and l.items.get(p) == 'taken'), p)
    elif word == 'close':
        d.close(p)
    else:
        raise ValueError(word)


d, vans, stuck = None, {}, False
for line in sys.stdin:
    word, *args = line.split()
    if word == 'new':
        packages, origin, window = int(args[0]), args[1], args[2] == '1'
        d, stuck = ref.Delivery(['p', 'q', 'r'][:packages], origin, window, max_attempts=99), False
        vans = {name: ref.Assignment(name) for name in ('1', '2', '3')}
        print('new')
        continue
    if not stuck:
        try:
            run(d, vans, word, args)
            d.check()
        except AssertionError as e:
            stuck = str(e) or 'refused'
    print('no ' + str(stuck) if stuck else ' '.join(d.status()).strip())
