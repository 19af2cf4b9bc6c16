#!/usr/bin/env python3
"""lastmile against nginx: a constant answer and a delivery, each through the whole pipeline (key, scope, store, access log); start-up; memory.

usage: bench/http/answers.py [--binary build/lastmile] [--seconds 5] [--pairs 5] [--deliveries 100000]      needs wrk and nginx
nginx returns the same bytes with the same headers out of its configuration and writes an access log, too.
"""
import argparse
import json
import statistics
import time
import urllib.request

from contest import ROOT, Lastmile, Nginx, load, pairs

JOB = {'packages': [{'weight': 1200}], 'service_level': 'same_day',
       'pickup': {'address': {'line1': 'Turmstraße 5', 'city': 'Neubrandenburg', 'location': {'lat': 53.5572, 'lon': 13.2611}}},
       'dropoff': {'address': {'line1': 'Demminer Straße 10', 'city': 'Neubrandenburg', 'location': {'lat': 53.5691, 'lon': 13.2573}},
                   'recipient': {'name': 'Jane Doe', 'phone': '+49395123456', 'email': 'jane@example.org'}}}


def post(server, key, path, body):
    request = urllib.request.Request(server.url + path, json.dumps(body).encode(), {'Authorization': f'Bearer {key}', 'Content-Type': 'application/json'})
    return json.load(urllib.request.urlopen(request))


def against_nginx(server, key, path, arguments):
    request = urllib.request.Request(server.url + path, headers={'Authorization': f'Bearer {key}'})
    with urllib.request.urlopen(request) as answer:
        body = answer.read().decode()
        headers = {name: value for name, value in answer.getheaders() if name.lower() not in ('date', 'content-length', 'connection', 'content-type', 'server')}
    nginx = Nginx(body, headers)
    try:
        same = urllib.request.urlopen(nginx.url).read().decode()
        assert same == body, 'nginx answers other bytes'
        print(f'GET {path.split("/dlv_")[0]}: {len(body.encode())} bytes')
        return pairs(server, nginx, lambda s: load(s, path, arguments.seconds, headers=[f'Authorization: Bearer {key}']), arguments.pairs)
    finally:
        nginx.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--binary', default=ROOT / 'build/lastmile')
    parser.add_argument('--seconds', type=int, default=5)
    parser.add_argument('--pairs', type=int, default=5)
    parser.add_argument('--deliveries', type=int, default=100_000)
    arguments = parser.parse_args()

    server = Lastmile(arguments.binary)
    first = server.seconds_to_answer
    server.stop(keep=True)
    again = []
    for _ in range(5):
        server = Lastmile(arguments.binary, folder=server.folder)
        again.append(server.seconds_to_answer)
        server.stop(keep=True)
    server = Lastmile(arguments.binary, folder=server.folder)
    print(f'start-up to the first answer: {first * 1000:.0f} ms with an empty folder, {statistics.median(again) * 1000:.0f} ms with an existing store')
    print(f'memory idle: {server.resident_mb():.0f} MB')
    key = server.key()
    delivery = post(server, key, '/v1/lastmile/deliveries', JOB)
    against_nginx(server, key, '/v1/lastmile/health', arguments)
    against_nginx(server, key, f'/v1/lastmile/deliveries/{delivery["id"]}', arguments)

    begun = time.monotonic()
    for _ in range(arguments.deliveries // 500):
        post(server, key, '/v1/lastmile/deliveries', [JOB] * 500)
    spent = time.monotonic() - begun
    size = sum(path.stat().st_size for path in (server.folder / 'data').glob('lastmile.db*')) / 1e6
    print(f'{arguments.deliveries} deliveries in arrays of 500: {arguments.deliveries / spent:.0f}/s, {size:.0f} MB of store, memory {server.resident_mb():.0f} MB', flush=True)
    server.stop(keep=True)
    server = Lastmile(arguments.binary, folder=server.folder)
    print(f'started again with them: first answer after {server.seconds_to_answer * 1000:.0f} ms, memory {server.resident_mb():.0f} MB')
    server.stop()


if __name__ == '__main__':
    main()
