import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { it } from 'node:test';
import { finding, report } from '../../../test/analysis/report-fixture.ts';
import { createRenderReport } from './render-report.ts';
import { encodeReport } from './report-encoding.ts';

const render = createRenderReport();
const small = report([finding({ title: '<style>body{display:none}</style>' })]);
const large = report(Array.from({ length: 2000 }, (_, index) => finding({ id: index + 1 })));

it('a report of any size becomes each format; several at once too', async () => {
  for (const source of [small, large]) {
    const encoded = await encodeReport(source);
    const [html, sarif, sbom, again] = await Promise.all(
      (['html', 'sarif', 'sbom', 'html'] as const).map(async (format) => {
        const { body, policy } = await render(encoded, format);
        assert.equal(policy !== null, format === 'html');
        return Buffer.from(body).toString();
      }),
    );
    assert.match(html ?? '', /^<!doctype html>/);
    assert.equal(again, html);
    assert.equal(JSON.parse(sarif ?? '').version, '2.1.0');
    assert.equal(JSON.parse(sbom ?? '').bomFormat, 'CycloneDX');
  }
});

it('the policy of a page names its own style, and none that a finding brings', async () => {
  const { body, policy } = await render(await encodeReport(small), 'html');
  const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(Buffer.from(body).toString()) ?? [];
  const hash = createHash('sha256').update(style).digest('base64');
  assert.match(policy ?? '', new RegExp(`style-src 'sha256-${RegExp.escape(hash)}';`));
});

it('a stored report that is damaged fails, and the next one does not', async () => {
  const damaged = { bytes: Buffer.from('damaged'), size: 10_000_000 };
  await assert.rejects(render(damaged, 'html'));
  await assert.rejects(render({ ...damaged, size: 10 }, 'html'));
  assert.ok((await render(await encodeReport(large), 'sbom')).body.length > 0);
});
