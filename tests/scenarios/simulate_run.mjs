// `lastmile simulate` as a child: its exit code, summary and story.
import { execFile } from 'node:child_process';
import { binary } from '../harness/server.mjs';

export const simulate = (url, key, ...more) =>
  new Promise((done) => {
    execFile(binary, ['simulate', '--url', url, '--key', key, '--json', ...more], { maxBuffer: 1 << 26 }, (fault, out, story) =>
      done({ code: fault ? fault.code : 0, summary: out.trim() ? JSON.parse(out) : null, story }));
  });
