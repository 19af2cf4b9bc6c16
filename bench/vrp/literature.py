"""Instances of the literature, read and judged from their definitions. Shares no code with the optimizer: it is what its costs are measured by."""
import math
import re

SCALE = {'none': 1, 'dimacs': 10, 'nearest': 1}


def read(text):
    """{points, demand, window, service, pair, prize, back, release, depots, vehicles, matrix}: lists by node, counted from 0."""
    words = text.split()
    if 'CUSTOMER' in words:
        return _solomon(text)
    if 'DIMENSION' in text:
        return _vrplib(text)
    return _lilim(text)


def _blank(points):
    n = len(points)
    return {'points': points, 'demand': [0] * n, 'window': [None] * n, 'service': [0] * n, 'pair': {}, 'prize': None, 'back': [0] * n, 'release': [0] * n,
            'depots': [0], 'vehicles': [], 'matrix': None, 'aligned': False, 'linehauls_first': False}


def _fleet(instance, count, capacity):
    instance['vehicles'] = [{'depot': 0, 'capacity': capacity, 'fixed': 0, 'unit': 1, 'duration': None, 'reloads': []} for _ in range(count)]


def _solomon(text):
    lines = [line.split() for line in text.splitlines() if line.split()]
    head = next(i for i, line in enumerate(lines) if line[0] == 'NUMBER') + 1
    rows = [[float(x) for x in line] for line in lines[head + 1:] if re.match(r'-?[\d.]', line[0])]
    made = _blank([(r[1], r[2]) for r in rows])
    made['demand'], made['window'], made['service'] = [r[3] for r in rows], [(r[4], r[5]) for r in rows], [r[6] for r in rows]
    _fleet(made, int(lines[head][0]), float(lines[head][1]))
    return made


def _lilim(text):
    lines = [[float(x) for x in line.split()] for line in text.splitlines() if line.split()]
    rows = lines[1:]
    made = _blank([(r[1], r[2]) for r in rows])
    made['demand'], made['window'], made['service'] = [r[3] for r in rows], [(r[4], r[5]) for r in rows], [r[6] for r in rows]
    made['pair'] = {i: int(r[8]) for i, r in enumerate(rows) if r[8]}
    _fleet(made, int(lines[0][0]), lines[0][1])
    return made


def _vrplib(text):
    keys, sections, section = {}, {}, None
    for line in text.splitlines():
        words = line.split()
        if not words or words[0] == 'EOF':
            continue
        if re.match(r'[A-Z_]+_SECTION', words[0]):
            section = sections.setdefault(words[0].rstrip(':'), [])
        elif re.match(r'[A-Za-z]', words[0]):
            key, _, value = line.partition(':')
            keys[key.strip()] = value.strip()
        else:
            section.append([float(x) for x in words])
    n = int(keys['DIMENSION'])
    made = _blank([(r[1], r[2]) for r in sections.get('NODE_COORD_SECTION', [[0, 0, 0]] * n)])

    def column(name, otherwise):
        return [r[1] for r in sections[name]] if name in sections else [otherwise] * n
    made['demand'] = column('DEMAND_SECTION', 0)
    made['service'] = column('SERVICE_TIME_SECTION', float(keys.get('SERVICE_TIME', 0)))
    made['back'], made['release'] = column('BACKHAUL_SECTION', 0), column('RELEASE_TIME_SECTION', 0)
    made['prize'] = column('PRIZE_SECTION', 0) if 'PRIZE_SECTION' in sections else None
    if 'TIME_WINDOW_SECTION' in sections:
        made['window'] = [(r[1], r[2]) for r in sections['TIME_WINDOW_SECTION']]
    made['depots'] = [int(r[0]) - 1 for r in sections['DEPOT_SECTION'] if r[0] > 0]
    for depot in made['depots']:
        made['service'][depot] = 0
    made['linehauls_first'] = keys.get('TYPE') == 'VRPB'
    _fleet(made, int(keys.get('VEHICLES', n - 1)), float(keys.get('CAPACITY', 'inf')))
    for name, member in (('CAPACITY_SECTION', 'capacity'), ('VEHICLES_FIXED_COST_SECTION', 'fixed'), ('VEHICLES_UNIT_DISTANCE_COST_SECTION', 'unit'),
                         ('VEHICLES_MAX_DURATION_SECTION', 'duration'), ('VEHICLES_DEPOT_SECTION', 'depot'), ('VEHICLES_RELOAD_DEPOT_SECTION', 'reloads')):
        for vehicle, row in zip(made['vehicles'], sections.get(name, [])):
            vehicle[member] = int(row[1]) - 1 if member == 'depot' else [int(x) - 1 for x in row[1:]] if member == 'reloads' else row[1]
    for vehicle in made['vehicles']:
        vehicle['duration'] = vehicle['duration'] or (float(keys['VEHICLES_MAX_DURATION']) if 'VEHICLES_MAX_DURATION' in keys else None)
    made['aligned'] = any(v != made['vehicles'][0] for v in made['vehicles'])
    return made


def distance(instance, a, b, convention):
    """In integers of the convention; exact for none."""
    (ax, ay), (bx, by) = instance['points'][a], instance['points'][b]
    length = math.hypot(ax - bx, ay - by)
    return math.floor(10 * length + 1e-9) if convention == 'dimacs' else math.floor(length + 0.5) if convention == 'nearest' else length


def routes_of(text):
    return [[int(x) for x in line.split(':')[1].split()] for line in text.splitlines() if line.startswith('Route')]


def routes_of_vroom(answer):
    return [[step['location_index'] for step in route['steps'] if step['type'] in ('job', 'pickup', 'delivery')] for route in answer['routes']]


def judge(instance, routes, convention):
    """(cost in the text's unit, vehicles, faults). Where vehicles differ the k-th route is the k-th vehicle's."""
    scale, faults, cost, used, seen = SCALE[convention], [], 0, 0, set()
    slack = 0.05 if convention == 'none' else 0  # thousandths rounded at each stop
    for number, route in enumerate(routes):
        if not route:
            continue
        used += 1
        if number >= len(instance['vehicles']):
            faults.append('more routes than vehicles')
            break
        vehicle = instance['vehicles'][number if instance['aligned'] else 0]
        cost += vehicle['fixed'] + vehicle['unit'] * _walk(instance, vehicle, route, convention, scale, slack, faults, f'route {number + 1}') / scale
        for node in route:
            if node in instance['depots']:
                continue
            if node in seen:
                faults.append(f'node {node} twice')
            seen.add(node)
    for node in range(len(instance['points'])):
        if node not in seen and node not in instance['depots']:
            if instance['prize'] is None:
                faults.append(f'node {node} is not served')
            else:
                cost += instance['prize'][node]
    return cost, used, faults


def _walk(instance, vehicle, route, convention, scale, slack, faults, name):
    stops = [vehicle['depot'], *route, vehicle['depot']]
    trips, trip = [], []
    for node in route:
        if node in instance['depots']:
            trips.append(trip)
            trip = []
        else:
            trip.append(node)
    trips.append(trip)
    for trip in trips:
        pairs, load = instance['pair'], 0 if instance['pair'] else sum(instance['demand'][n] for n in trip)
        if load > vehicle['capacity']:
            faults.append(f'{name}: load {load}')
        backhaul, done = False, set()
        for node in trip:
            delivered = instance['demand'][node] if instance['back'][node] == 0 or not instance['linehauls_first'] else 0
            load += instance['demand'][node] if pairs else instance['back'][node] - delivered
            if load > vehicle['capacity']:
                faults.append(f'{name}: load {load} at {node}')
            if instance['linehauls_first']:
                if backhaul and instance['back'][node] == 0:
                    faults.append(f'{name}: linehaul {node} behind a backhaul')
                backhaul |= instance['back'][node] > 0
            done.add(node)
            if any(drop == node and pick not in done for pick, drop in pairs.items()) or (node in pairs and pairs[node] not in trip):
                faults.append(f'{name}: pair of {node}')
    # time: [earliest, latest] moment of leaving, least duration
    length, duration, late, early = 0, 0, math.inf, -math.inf
    trip_number = 0
    for i, node in enumerate(stops):
        window = instance['window'][node]
        opens, closes = (window[0] * scale, window[1] * scale) if window else (-math.inf, math.inf)
        if node in instance['depots'] and i + 1 < len(stops) and trips[trip_number]:
            opens = max([opens] + [instance['release'][n] * scale for n in trips[trip_number]])
            trip_number += 1
        elif node in instance['depots'] and i + 1 < len(stops):
            trip_number += 1
        travel = distance(instance, stops[i - 1], node, convention) if i else 0
        length += travel
        if i == 0:
            early, late = opens, closes
        else:
            reach = duration + travel
            if early + reach > closes + slack * i:
                faults.append(f'{name}: {node} is late by {early + reach - closes}')
            wait = max(0, opens - reach - late)
            duration = reach + wait
            early, late = max(opens - reach, early) - wait, min(closes - reach, late)
        duration += instance['service'][node] * scale
    if vehicle['duration'] and duration > vehicle['duration'] * scale + slack * len(stops):
        faults.append(f'{name}: lasts {duration}')
    return length


def vroom_request(instance, convention):
    """The same instance as VROOM takes it; None where it cannot."""
    if instance['prize'] or instance['aligned'] or any(instance['back']) or any(instance['release']) or instance['vehicles'][0]['reloads']:
        return None
    scale = {'none': 1000, 'dimacs': 10, 'nearest': 1}[convention]
    n = len(instance['points'])
    table = [[round(distance(instance, a, b, convention) * (scale if convention == 'none' else 1)) for b in range(n)] for a in range(n)]

    def window(node):
        return [round(x * scale) for x in instance['window'][node]] if instance['window'][node] else None

    def stop(node):
        made = {'id': node, 'location_index': node, 'service': round(instance['service'][node] * scale)}
        if instance['window'][node]:
            made['time_windows'] = [window(node)]
        return made
    fleet = instance['vehicles']
    total = sum(d for d in instance['demand'] if d > 0)
    count = len(fleet) if instance['window'][0] else min(len(fleet), 2 * math.ceil(total / fleet[0]['capacity']) + 5)
    vehicle = {'start_index': 0, 'end_index': 0, 'capacity': [int(fleet[0]['capacity'])]}
    if window(0):
        vehicle['time_window'] = window(0)
    request = {'vehicles': [{'id': k + 1, **vehicle} for k in range(count)], 'matrices': {'car': {'durations': table}}}
    if instance['pair']:
        request['shipments'] = [{'amount': [int(instance['demand'][p])], 'pickup': stop(p), 'delivery': stop(d)} for p, d in instance['pair'].items()]
    else:
        request['jobs'] = [{**stop(i), 'delivery': [int(instance['demand'][i])]} for i in range(1, n)]
    return request
