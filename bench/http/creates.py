#!/usr/bin/env python3
"""Durable creates through HTTP against the stores driven directly with the same writes, one transaction a command.

usage: bench/http/creates.py [--binary build/lastmile] [--seconds 6] [--pairs 5] [sqlite|postgresql …]      needs wrk; pgbench for postgresql
- sqlite: 64 clients over HTTP (commands share commits) against one connection that writes the very rows of such creates, a transaction a create, synchronous=FULL.
- postgresql: 16 clients over HTTP with 16 connections against `pgbench -M prepared -c 16` with the statements that PostgreSQL logged for one create.
"""
import argparse
import json
import os
import pathlib
import pwd
import re
import shutil
import sqlite3
import statistics
import subprocess
import tempfile
import time

from answers import JOB
from contest import ROOT, Lastmile, load

BIN = pathlib.Path('/usr/lib/postgresql/15/bin')


def wrk_script(folder):
    path = folder / 'create.lua'
    path.write_text(f'''wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [==[{json.dumps(JOB, ensure_ascii=False)}]==]
local n = 0
local mark = tostring(os.time()) .. tostring(math.random(1e9))
request = function()
  n = n + 1
  wrk.headers["Idempotency-Key"] = mark .. n
  return wrk.format()
end
''')
    return path


def create_load(server, key, seconds, clients):
    return load(server, '/v1/lastmile/deliveries', seconds, clients, [f'Authorization: Bearer {key}'], wrk_script(server.folder))


def open_store(path):
    db = sqlite3.connect(path, isolation_level=None)
    db.create_collation('C', lambda a, b: (a.encode() > b.encode()) - (a.encode() < b.encode()))
    db.executescript('pragma journal_mode=wal; pragma synchronous=full; pragma foreign_keys=off;')
    return db


class Rows:
    """What creates write, by create: taken out of a store before and after some thousand of them."""

    def __init__(self, binary):
        server = Lastmile(binary)
        key = server.key()
        create_load(server, key, 1, 1)
        source = server.folder / 'data/lastmile.db'
        db = open_store(source)
        tables = [name for name, in db.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")]
        before = {table: db.execute(f'select count(*) from "{table}"').fetchone()[0] for table in tables}
        server.stop(keep=True)
        self.empty = server.folder / 'empty.db'
        db.execute(f"vacuum into '{self.empty}'")
        server = Lastmile(binary, folder=server.folder)
        create_load(server, key, 3, 64)
        server.stop(keep=True)
        self.folder = server.folder
        grown = {table: db.execute(f'select count(*) from "{table}"').fetchone()[0] - before[table] for table in tables}
        self.creates = grown['deliveries']
        old = open_store(self.empty)
        self.rows = {}
        for table in tables:
            if grown[table] < self.creates // 2:
                continue
            known = set(old.execute(f'select * from "{table}"').fetchall())
            self.rows[table] = [row for row in db.execute(f'select * from "{table}"') if row not in known]
        self.heads = [table for table in tables if table == 'log_heads']

    def replay(self, seconds):
        """Creates a second, a transaction each, in a fresh copy of the store."""
        target = self.folder / 'replay.db'
        for leftover in self.folder.glob('replay.db*'):
            leftover.unlink()
        shutil.copy(self.empty, target)
        db = open_store(target)
        statements = {table: f'insert into "{table}" values ({",".join("?" * len(rows[0]))})' for table, rows in self.rows.items()}
        parts = {table: len(rows) / self.creates for table, rows in self.rows.items()}
        begun, done = time.monotonic(), 0
        while done < self.creates and time.monotonic() - begun < seconds:
            db.execute('begin immediate')
            for table, sql in statements.items():
                db.executemany(sql, self.rows[table][round(done * parts[table]):round((done + 1) * parts[table])])
            for _ in self.heads:
                db.execute('update log_heads set sequence = sequence + 1')
            db.execute('commit')
            done += 1
        rate = done / (time.monotonic() - begun)
        db.close()
        return rate


def sqlite(arguments):
    rows = Rows(arguments.binary)
    print(f'sqlite: a create writes {sum(len(r) for r in rows.rows.values()) / rows.creates:.1f} rows into {len(rows.rows)} tables')
    ratios = []
    for pair in range(arguments.pairs):
        def ours():
            server = Lastmile(arguments.binary)
            key = server.key()
            before = server.metric('lastmile_store_transaction_seconds_count')
            rate, cost, failed = create_load(server, key, arguments.seconds, 64)
            commits = (server.metric('lastmile_store_transaction_seconds_count') - before) / arguments.seconds
            server.stop()
            return rate, cost, commits, failed
        told = {}
        for turn in (('ours', 'theirs') if pair % 2 == 0 else ('theirs', 'ours')):
            told[turn] = ours() if turn == 'ours' else rows.replay(arguments.seconds)
        rate, cost, commits, failed = told['ours']
        ratios.append(rate / told['theirs'])
        print(f'  HTTP, 64 clients {rate:6.0f}/s with {commits:5.0f} fsyncs/s, {cost:5.0f} µs, {failed} failed   one transaction each {told["theirs"]:6.0f}/s   ratio {ratios[-1]:.2f}', flush=True)
    print(f'  median {statistics.median(ratios):.2f}')
    shutil.rmtree(rows.folder, ignore_errors=True)


class Postgres:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='lastmile-bench-pg-'))
        self.as_user = ['runuser', '-u', 'postgres', '--'] if os.geteuid() == 0 else []
        if self.as_user:
            os.chown(self.folder, pwd.getpwnam('postgres').pw_uid, -1)
        self.folder.chmod(0o755)
        self.run('initdb', '-D', f'{self.folder}/data', '-U', 'lastmile', '-A', 'trust', '-E', 'UTF8', '--locale=C')
        self.run('pg_ctl', '-D', f'{self.folder}/data', '-w', '-l', f'{self.folder}/log', '-o',
                 f"-c listen_addresses='' -c unix_socket_directories='{self.folder}' -c max_connections=100 -c shared_buffers=256MB", 'start')

    def run(self, program, *words):
        subprocess.run([*self.as_user, str(BIN / program), *words], check=True, stdout=subprocess.DEVNULL)

    def sql(self, text, database='postgres'):
        return subprocess.run(['psql', '-h', self.folder, '-U', 'lastmile', '-d', database, '-qAtc', text], check=True, capture_output=True, text=True).stdout.strip()

    def url(self, database):
        return f'postgresql://lastmile@/{database}?host={self.folder}'

    def stop(self):
        self.run('pg_ctl', '-D', f'{self.folder}/data', '-m', 'immediate', 'stop')
        shutil.rmtree(self.folder, ignore_errors=True)


def pgbench_script(postgres, database, server, key):
    """The statements of one create, as PostgreSQL logged them, with fresh ids for each transaction."""
    postgres.sql(f'alter database {database} set log_min_duration_statement = 0')
    own = Lastmile(server.binary, *server.flags, folder=pathlib.Path(tempfile.mkdtemp(prefix='lastmile-bench-')))
    at = (postgres.folder / 'log').stat().st_size
    subprocess.run(['curl', '-sf', '-H', f'Authorization: Bearer {key}', '-H', 'Content-Type: application/json', '-H', f'Idempotency-Key: log{time.time()}', '-d', json.dumps(JOB),
                    f'{own.url}/v1/lastmile/deliveries'], check=True, stdout=subprocess.DEVNULL)
    time.sleep(0.5)
    own.stop()
    postgres.sql(f'alter database {database} reset log_min_duration_statement')
    with open(postgres.folder / 'log', errors='replace') as log:
        log.seek(at)
        text = log.read()
    entries = re.split(r'^(?=\d{4}-\d\d-\d\d )', text, flags=re.M)
    by_process, order, executed = {}, [], set()
    for entry in entries:
        found = re.match(r'\S+ \S+ \S+ \[(\d+)\].*?(LOG|DETAIL):\s+(.*)', entry, re.S)
        if not found:
            continue
        process, kind, body = found.groups()
        if kind == 'LOG':
            statement = re.search(r'execute [^:]*: (.*)', body, re.S)
            (executed.add if statement else executed.discard)(process)  # parse and bind have details of their own
            if statement:
                by_process.setdefault(process, []).append([statement[1].strip(), ''])
        elif process in executed:
            by_process[process][-1][1] = body.strip()
    for statements in by_process.values():
        if any('insert into deliveries' in sql for sql, _ in statements):
            order = statements
    if not order:
        raise SystemExit('PostgreSQL logged no create')
    begin = max(i for i, (sql, _) in enumerate(order) if sql == 'begin' and any('insert into deliveries' in s for s, _ in order[i:]))
    end = next(i for i in range(begin, len(order)) if order[i][0] == 'commit')
    lines, fresh = [r'\set r random(1, 9223372036854775806)'], {}
    for sql, detail in order[begin:end + 1]:
        values = dict(re.findall(r"\$(\d+) = ('(?:[^']|'')*'|NULL)", detail))

        def value(match):
            literal = values[match[1]]
            bytea = re.fullmatch(r"'\\x([0-9a-f]+)'", literal)
            if bytea and len(bytea[1]) >= 32:
                number = fresh.setdefault(bytea[1], len(fresh))
                return f"decode(lpad(to_hex(cast(:r as bigint)), 16, '0') || '{bytea[1][16:-4]}{number:04x}', 'hex')"
            if bytea:
                return f"decode('{bytea[1]}', 'hex')"
            if re.fullmatch(r"'LM[0-9A-Z]{10,}'", literal):
                return "('LM' || to_hex(cast(:r as bigint)))"
            if re.fullmatch(r"'-?\d+'", literal):
                return literal[1:-1]
            return literal.replace(':', "' || chr(58) || '") if ':' in literal else literal
        lines.append(re.sub(r'\$(\d+)', value, sql).replace('\n', ' ').replace('::', '::') + ';')
    path = postgres.folder / 'create.sql'
    path.write_text('\n'.join(lines) + '\n')
    path.chmod(0o644)
    return path


def postgresql(arguments):
    postgres = Postgres()
    ratios = []
    try:
        postgres.sql('create database ours')
        server = Lastmile(arguments.binary, '--db', postgres.url('ours'), '--store-connections', '16')
        key = server.key()
        create_load(server, key, 1, 16)
        script = pgbench_script(postgres, 'ours', server, key)
        print(f'postgresql: {len(script.read_text().splitlines()) - 1} statements a create')
        for pair in range(arguments.pairs):
            told = {}
            for turn in (('ours', 'theirs') if pair % 2 == 0 else ('theirs', 'ours')):
                if turn == 'ours':
                    told[turn] = create_load(server, key, arguments.seconds, 16)
                else:
                    out = subprocess.run(['pgbench', '-h', postgres.folder, '-U', 'lastmile', '-n', '-M', 'prepared', '-c', '16', '-j', '2', '-T', str(arguments.seconds), '-f', script, 'ours'],
                                         capture_output=True, text=True)
                    found = re.search(r'tps = ([\d.]+)', out.stdout)
                    if not found or 'aborted' in out.stderr:
                        raise SystemExit(f'pgbench: {out.stderr[-1500:]}')
                    told[turn] = float(found[1])
            rate, cost, failed = told['ours']
            ratios.append(rate / told['theirs'])
            print(f'  HTTP, 16 clients {rate:6.0f}/s, {cost:5.0f} µs, {failed} failed   pgbench {told["theirs"]:6.0f}/s   ratio {ratios[-1]:.2f}', flush=True)
        print(f'  median {statistics.median(ratios):.2f}')
        server.stop()
    finally:
        postgres.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('stores', nargs='*', default=['sqlite', 'postgresql'])
    parser.add_argument('--binary', default=ROOT / 'build/lastmile')
    parser.add_argument('--seconds', type=int, default=6)
    parser.add_argument('--pairs', type=int, default=5)
    arguments = parser.parse_args()
    for store in arguments.stores:
        {'sqlite': sqlite, 'postgresql': postgresql}[store](arguments)


if __name__ == '__main__':
    main()
