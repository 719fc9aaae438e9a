import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noPgBouncer, startPgBouncer } from '../../server/test/harness/pgbouncer.ts';
import { createTestDatabase } from '../../server/test/harness/test-database.ts';
import { runCommandcenter } from './harness/run-commandcenter.ts';

test('doctor reports a pooler that shares sessions, and how to configure it', { skip: noPgBouncer }, async () => {
  const database = await createTestDatabase();
  try {
    for (const [mode, expected] of [
      ['transaction', { state: 'fault', remedy: /pool_mode = session/ }],
      ['session', { state: 'ok', remedy: /^$/ }],
    ] as const) {
      await using pooler = await startPgBouncer(database.url, mode);
      const { stdout } = await runCommandcenter(['doctor', '--json'], { environment: { DATABASE_URL: pooler.url } });
      const { findings } = JSON.parse(stdout) as { findings: { check: string; state: string; remedy?: string }[] };
      const result = findings.find(({ check }) => check === 'database');
      assert.equal(result?.state, expected.state, stdout);
      assert.match(result?.remedy ?? '', expected.remedy);
    }
  } finally {
    await database.destroy();
  }
});
