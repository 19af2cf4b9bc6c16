"""Two servers under the same load generator, alternating; requests a second and processor time per request, as ratios of pairs."""
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
TICKS = os.sysconf('SC_CLK_TCK')


def processor_seconds(pids):
    total = 0
    for pid in pids:
        fields = pathlib.Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


class Lastmile:
    """The real binary on a free port, its access log in a file."""
    name = 'lastmile'

    def __init__(self, binary, *flags, folder=None):
        self.binary, self.flags = str(binary), flags
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix='lastmile-bench-'))
        begun = time.monotonic()
        self.log = open(self.folder / 'access.log', 'ab')
        self.process = subprocess.Popen([self.binary, 'serve', '--listen', '127.0.0.1:0', '--data', str(self.folder / 'data'), '--log-format', 'json', *flags],
                                        stdout=subprocess.PIPE, stderr=self.log)
        self.process.stdout.readline()
        self.url = (self.folder / 'data/listen').read_text().strip()
        urllib.request.urlopen(self.url + '/livez').read()
        self.seconds_to_answer = time.monotonic() - begun

    def key(self):
        database = [flag for at, flag in enumerate(self.flags) if flag == '--db' or (at and self.flags[at - 1] == '--db')]
        return subprocess.run([self.binary, 'keys', 'create', '--data', str(self.folder / 'data'), '--tenant', 'bench', '--role', 'admin', '--unlimited', *database],
                              check=True, capture_output=True, text=True).stdout.strip()

    def pids(self):
        return [self.process.pid]

    def resident_mb(self):
        return int(re.search(r'VmRSS:\s+(\d+)', pathlib.Path(f'/proc/{self.process.pid}/status').read_text())[1]) / 1024

    def metric(self, series):
        text = urllib.request.urlopen(self.url + '/metrics').read().decode()
        found = re.search(rf'^{re.escape(series)} (\S+)$', text, re.M)
        return float(found[1]) if found else 0.0

    def stop(self, keep=False):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)


class Nginx:
    """`return 200` of given bytes with given headers, JSON access log."""
    name = 'nginx'

    def __init__(self, body, headers, workers=2):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='lastmile-bench-nginx-'))
        quoted = body.replace('\\', '\\\\').replace("'", "\\'").replace('$', '${dollar}')
        lines = '\n'.join(f"add_header '{name}' '{value}' always;" for name, value in headers.items())
        (self.folder / 'nginx.conf').write_text(f'''
daemon off; worker_processes {workers}; pid {self.folder}/pid; error_log {self.folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
  geo $dollar {{ default "$"; }}
  log_format line escape=json '{{"time":"$time_iso8601","request":"$request_id","method":"$request_method","path":"$uri","status":$status,"ms":$request_time,'
                              '"in":$request_length,"out":$bytes_sent,"peer":"$remote_addr","agent":"$http_user_agent"}}';
  access_log {self.folder}/access.log line; keepalive_requests 100000000; default_type application/json;
  client_body_temp_path {self.folder}/body; proxy_temp_path {self.folder}/proxy; fastcgi_temp_path {self.folder}/f; uwsgi_temp_path {self.folder}/u; scgi_temp_path {self.folder}/s;
  server {{ listen 127.0.0.1:0; location / {{ {lines} return 200 '{quoted}'; }} }}
}}'''.replace('127.0.0.1:0', f'127.0.0.1:{free_port()}'))
        self.url = 'http://' + re.search(r'listen (\S+);', (self.folder / 'nginx.conf').read_text())[1]
        self.process = subprocess.Popen(['nginx', '-p', str(self.folder), '-c', str(self.folder / 'nginx.conf')], stderr=subprocess.DEVNULL)
        for _ in range(200):
            try:
                urllib.request.urlopen(self.url).read()
                break
            except OSError:
                time.sleep(0.02)

    def pids(self):
        children = pathlib.Path(f'/proc/{self.process.pid}/task/{self.process.pid}/children').read_text().split()
        return [int(pid) for pid in children]

    def stop(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def free_port():
    import socket
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def load(server, path, seconds, connections=64, headers=(), script=None):
    """wrk; (requests a second, processor microseconds a request, failed)."""
    before = processor_seconds(server.pids())
    words = ['wrk', '-t1', f'-c{connections}', f'-d{seconds}s', *[word for header in headers for word in ('-H', header)], *(['-s', str(script)] if script else []), server.url + path]
    out = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    spent = processor_seconds(server.pids()) - before
    count = int(re.search(r'(\d+) requests in', out)[1])
    bad = re.search(r'Non-2xx or 3xx responses: (\d+)', out)
    return float(re.search(r'Requests/sec:\s+([\d.]+)', out)[1]), 1e6 * spent / max(count, 1), int(bad[1]) if bad else 0


def pairs(ours, theirs, run, count=5):
    """Alternating; prints each pair and the medians. Answers the median ratios (requests a second, processor time saved)."""
    rates, costs, rows = [], [], []
    for pair in range(count):
        order = (ours, theirs) if pair % 2 == 0 else (theirs, ours)
        told = {server.name: run(server) for server in order}
        a, b = told[ours.name], told[theirs.name]
        if a[2] or b[2]:
            raise SystemExit(f'{a[2]} and {b[2]} requests were refused')
        rows.append((a, b))
        rates.append(a[0] / b[0])
        costs.append(b[1] / a[1])
        print(f'  {ours.name} {a[0]:8.0f}/s {a[1]:6.1f} µs   {theirs.name} {b[0]:8.0f}/s {b[1]:6.1f} µs   ratio {rates[-1]:.2f} by rate, {costs[-1]:.2f} by processor time', flush=True)
    print(f'  median {statistics.median(rates):.2f} by rate, {statistics.median(costs):.2f} by processor time')
    return statistics.median(rates), statistics.median(costs), rows
