import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pino } from 'pino';
import { requireSshKey, warnOfSharedKey } from './ssh-key.ts';

describe('the ssh key of a project', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commandcenter-ssh-key-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));
  const logged = (): string[] => {
    const lines: string[] = [];
    warnOfSharedKey(folder, pino({}, { write: (line: string) => void lines.push(line) }));
    return lines;
  };

  it('is needed for ssh addresses alone, and is in the folder of the project', async () => {
    const address = 'git@github.com:acme/web.git';
    const refusal = {
      code: 'source.auth',
      hint: /DATA_DIR\/ssh\/7\/id \(mode 0600\).* DATA_DIR\/ssh\/7\/known_hosts\.$/,
    };
    assert.throws(() => requireSshKey(folder, 7, address), refusal);
    assert.throws(() => requireSshKey(folder, 7, 'ssh://git@github.com/acme/web.git'), refusal);
    requireSshKey(folder, 7, 'https://github.com/acme/web.git');
    await mkdir(join(folder, '7'));
    await writeFile(join(folder, '7/id'), 'a key');
    requireSshKey(folder, 7, address);
    assert.throws(() => requireSshKey(folder, 8, address), /Project 8 has no ssh key/);
    assert.deepEqual(logged(), []);
  });

  it('is not the one that earlier versions used for all projects: the start and the refusal say so', async () => {
    await writeFile(join(folder, 'id'), 'a key');
    assert.throws(() => requireSshKey(folder, 8, 'git@github.com:acme/web.git'), {
      hint: /DATA_DIR\/ssh\/id belongs to no project and is not used/,
    });
    assert.match(
      logged().join(),
      /"level":40.*DATA_DIR\/ssh\/id is not used: move it to DATA_DIR\/ssh\/<project id>\/id/,
    );
  });
});
