"""What `./test --full` adds: sanitizer builds in folders of their own, and fuzzing for a bounded time a target."""
import os
import pathlib
import re
import shutil

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Programs in which several threads touch the same things.
THREADED = ['platform_observe_test', 'platform_store_test', 'platform_events_test', 'platform_work_test', 'platform_http_test', 'platform_api_test',
            'platform_blobs_test', 'app_test', 'engines_road_import_test']
# Of programs that are mostly one thread's long sums, the tests that several threads run.
OF_THREADS = {'engines_road_import_test': 'RouterPool.*'}
SANITIZER_ENV = {
    # Leaks count; what OpenSSL keeps for the process's life is still reachable and so is none.
    'ASAN_OPTIONS': 'detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1',
    'UBSAN_OPTIONS': 'print_stacktrace=1',
    'TSAN_OPTIONS': f'halt_on_error=1:second_deadlock_stack=1:suppressions={ROOT / "tools/tsan.suppressions"}',
}


def built(tests, preset, targets):
    """Configures and builds; a failure is counted by name. The build folder, or None."""
    folder = ROOT / f'build-{preset}'
    for what, command in (('cmake', ['cmake', '--preset', preset]), ('build', ['ninja', '-k', '0', '-C', str(folder), *targets])):
        code, output, seconds = tests.run(command, limit=7200)
        if code:
            tests.count(f'{preset}: {what}', 0, 1, 0, seconds, '\n'.join(line for line in output.splitlines() if re.search(r'FAILED|error', line))[:6000] or output)
            return None
    return folder


def sanitized(tests, preset, programs):
    """The unit programs under a sanitizer; `programs` none: all that the normal build has."""
    names = programs or sorted(path.name for path in (tests.BUILD / 'tests').glob('*_test'))
    folder = built(tests, preset, names)
    if folder:
        for name in names:
            only = {'GTEST_FILTER': OF_THREADS[name]} if preset == 'tsan' and name in OF_THREADS else {}
            tests.unit(folder / 'tests' / name, label=f'{preset}: {name}', env=SANITIZER_ENV | only)


def fuzzed(tests):
    """Each target with its seeds and what earlier runs found."""
    if not shutil.which('clang++-16'):
        return tests.count('fuzz: clang 16 is not installed', 0, 0, 1, 0)
    folder = built(tests, 'fuzz', ['fuzzers'])
    if not folder:
        return
    limit = int(os.environ.get('LASTMILE_FUZZ_SECONDS', '60'))
    for target in sorted((folder / 'fuzz').glob('fuzz_*')):
        kind = target.name.removeprefix('fuzz_')
        found, seeds = folder / 'found' / kind, ROOT / 'fuzz/corpus' / kind
        found.mkdir(parents=True, exist_ok=True)
        code, output, seconds = tests.run([str(target), f'-max_total_time={limit}', '-rss_limit_mb=2048', '-timeout=10', '-print_final_stats=1', f'-artifact_prefix={found}-',
                                           str(found), *([str(seeds)] if seeds.is_dir() else [])], env=SANITIZER_ENV, limit=limit + 300)
        done = re.search(r'number_of_executed_units: (\d+)', output)
        tests.count(f'fuzz: {kind}, {int(done[1]) if done else 0:,} inputs', int(code == 0), int(code != 0), 0, seconds, output)


def run(tests):
    sanitized(tests, 'asan', None)
    sanitized(tests, 'tsan', THREADED)
    fuzzed(tests)
