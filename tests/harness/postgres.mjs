// A PostgreSQL of the test's own, from Debian's package, in a temporary folder, on a Unix socket.
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, access } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const bin = '/usr/lib/postgresql/15/bin';
// PostgreSQL refuses to run as root: then it runs as the package's own user.
const as = (words) => (process.getuid() === 0 ? ['runuser', ['-u', 'postgres', '--', ...words]] : [words[0], words.slice(1)]);

export class Postgres {
  static async start() {
    await access(`${bin}/initdb`);
    const postgres = new Postgres();
    postgres.folder = await mkdtemp(path.join(tmpdir(), 'lastmile-pg-'));
    if (process.getuid() === 0) await run('chown', ['postgres', postgres.folder]);
    await chmod(postgres.folder, 0o755);
    const data = path.join(postgres.folder, 'data');
    await run(...as([`${bin}/initdb`, '-D', data, '-U', 'lastmile', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']));
    await run(...as([`${bin}/pg_ctl`, '-D', data, '-w', '-l', path.join(postgres.folder, 'log'), '-o',
      `-c listen_addresses='' -c unix_socket_directories='${postgres.folder}' -c max_connections=200`, 'start']));
    return postgres;
  }

  /** A fresh database; its URL. */
  async database() {
    const name = `t${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
    await run('psql', ['-h', this.folder, '-U', 'lastmile', '-d', 'postgres', '-qc', `create database ${name}`]);
    return `postgresql://lastmile@/${name}?host=${encodeURIComponent(this.folder)}`;
  }

  async stop() {
    await run(...as([`${bin}/pg_ctl`, '-D', path.join(this.folder, 'data'), '-m', 'immediate', 'stop']));
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The stores that every API test runs on: [name, database URL or undefined for the embedded store]. */
export async function stores() {
  const postgres = await Postgres.start();
  return { postgres, list: async () => [['sqlite', undefined], ['postgresql', await postgres.database()]] };
}
