#!/usr/bin/env python3
"""Runs every kind of test, adds up what they count, prints the failures and one closing line."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import full_tests

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / os.environ.get('LASTMILE_BUILD', 'build')
total = {'passed': 0, 'failed': 0, 'skipped': 0}


def count(name, passed, failed, skipped, seconds, output=''):
    total['passed'] += passed
    total['failed'] += failed
    total['skipped'] += skipped
    print(f'{"ok  " if not failed else "FAIL"} {name:42} {passed:5} passed {failed:3} failed {skipped:3} skipped {seconds:6.1f} s', flush=True)
    if failed:
        print(output[-6000:], flush=True)


def run(command, cwd=ROOT, env=None, limit=1800):
    begun = time.monotonic()
    try:
        done = subprocess.run(command, cwd=cwd, env={**os.environ, **(env or {})}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=limit)
        return done.returncode, done.stdout.decode(errors='replace'), time.monotonic() - begun
    except subprocess.TimeoutExpired as late:
        return 124, (late.stdout or b'').decode(errors='replace') + f'\nstopped after {limit} s', time.monotonic() - begun


def script(name, command):
    code, output, seconds = run(command)
    count(name, int(code == 0), int(code != 0), 0, seconds, output)


def unit(program, again=True, label=None, env=None):
    """One GoogleTest program: its own JSON report counts; a crash counts as one failure more. A failing one is shown and run once more,
    so that an unsteady test is seen by name instead of hiding the rest; failing twice is a failure."""
    label = label or program.name
    with tempfile.NamedTemporaryFile(suffix='.json') as report:
        code, output, seconds = run([str(program), f'--gtest_output=json:{report.name}', '--gtest_brief=1'], env=env)
        try:
            cases = [case for suite in json.load(open(report.name))['testsuites'] for case in suite['testsuite']]
        except ValueError:
            return count(label, 0, 1, 0, seconds, output)
    failed = sum(1 for case in cases if case.get('failures'))
    skipped = sum(1 for case in cases if case.get('result') == 'SKIPPED' or case.get('status') == 'NOTRUN')
    if code != 0 and not failed:
        failed = 1
    if failed and again:
        print(f'UNSTEADY? {program.name}, run again:', *[line for line in output.splitlines() if not line.startswith('{')][-40:], sep='\n', flush=True)
        return unit(program, again=False, label=label, env=env)
    count(label, len(cases) - failed - skipped, failed, skipped, seconds, output)


def outdated(folder):
    """The lock file asks for other packages than the last `npm ci` brought."""
    installed = folder / 'node_modules/.package-lock.json'
    return not installed.exists() or installed.stat().st_mtime < (folder / 'package-lock.json').stat().st_mtime


def node(folder, name):
    """A folder of node:test files; its TAP summary counts. Files with a failure are shown and run once more, as programs are."""
    folder = ROOT / folder
    if not (folder / 'package.json').exists():
        return
    if outdated(folder):
        code, output, seconds = run([str(ROOT / 'tools/npm_packages')], cwd=folder)
        if code:
            return count(f'{name} (npm packages)', 0, 1, 0, seconds, output)
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob('*.test.mjs') if 'node_modules' not in path.parts)
    if not files:
        return
    passed, failed, skipped, seconds, broken = node_files(folder, files, ['--test-concurrency=2'] if node_major() >= 20 else [])
    again = sorted({file for file in files if re.search(rf"location: '.*/{re.escape(file)}:", broken)})
    if failed and again:
        print(f'UNSTEADY? {" ".join(again)}, run again one after the other:', broken[-6000:], sep='\n', flush=True)
        of_second = [node_files(folder, [file], []) for file in again]
        still, seconds, broken = sum(one[1] for one in of_second), seconds + sum(one[3] for one in of_second), '\n'.join(one[4] for one in of_second if one[1])
        passed, failed = passed + max(0, failed - still), still
    count(name, passed, failed, skipped, seconds, broken)


def node_files(folder, files, flags):
    """Passed, failed, skipped, seconds, and what failed (else everything that was said)."""
    code, output, seconds = run(['node', '--test', '--test-reporter=tap', *flags, *files], cwd=folder, env={'LASTMILE_BINARY': str(BUILD / 'lastmile')}, limit=2400)
    figures = {key: int(value) for key, value in re.findall(r'^# (pass|fail|cancelled|skipped) (\d+)', output, re.M)}
    failed = figures.get('fail', 0) + figures.get('cancelled', 0)
    if code and not failed:
        failed = 1
    broken = '\n'.join(block for block in re.split(r'(?=^ *(?:not )?ok )', output, flags=re.M) if re.match(r' *not ok', block))
    return figures.get('pass', 0), failed, figures.get('skipped', 0), seconds, broken or output


def web():
    """Types and unit tests of the pages."""
    folder = ROOT / 'web'
    if not (folder / 'node_modules').exists():
        return
    code, output, seconds = run(['npm', 'run', '--silent', 'check'], cwd=folder)
    count('web: types', int(code == 0), int(code != 0), 0, seconds, output)
    code, output, seconds = run(['npx', 'vitest', 'run', '--reporter=json'], cwd=folder)
    try:
        report = json.loads(output[output.index('{'):output.rindex('}') + 1])
    except ValueError:
        return count('web: unit', 0, 1, 0, seconds, output)
    count('web: unit', report['numPassedTests'], report['numFailedTests'], report['numPendingTests'], seconds, output)


def node_major():
    return int(subprocess.run(['node', '--version'], capture_output=True, text=True).stdout.strip().lstrip('v').split('.')[0])


def main():
    if '--full' in sys.argv:
        os.environ['LASTMILE_FULL'] = '1'  # the long scenarios read it
    begun = time.monotonic()
    script('house: MODULES', [str(ROOT / 'tools/check_modules')])
    script('house: style', [str(ROOT / 'tools/check_style')])
    for program in sorted((BUILD / 'tests').glob('*_test')):
        unit(program)
    web()
    if '--unit' not in sys.argv:
        node('tests/api', 'api, black box')
        node('tests/scenarios', 'scenarios')
        node('tests/e2e', 'browser')
    if '--full' in sys.argv:
        full_tests.run(sys.modules[__name__])
    print(f'in {time.monotonic() - begun:.0f} s')
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    return 1 if total['failed'] or not total['passed'] else 0


sys.exit(main())
