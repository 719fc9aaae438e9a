import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { AnalysisReport } from '@commandcenter/analyzer';
import { decodeReport, encodeReport } from './report-encoding.ts';

it('a report comes out as it went in, however long its lists are, and says how long its text is', async () => {
  for (const dependencies of [0, 1, 1000, 1001, 2000, 2345]) {
    const report = {
      tool: { name: 'commandcenter', version: undefined },
      result: {},
      findings: [{ title: 'A "quoted" name, ünïcode' }],
      facts: { languages: [], dependencies: Array.from({ length: dependencies }, (_, id) => ({ name: `p${id}` })) },
    } as unknown as AnalysisReport;
    const encoded = await encodeReport(report);
    assert.deepEqual(await decodeReport(encoded), JSON.parse(JSON.stringify(report)));
    assert.equal(encoded.size, Buffer.byteLength(JSON.stringify(report)));
  }
});
