import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createReportLinks } from '../../jobs/report-link.ts';
import { requireReportLink } from './report-access.ts';

it('an expired link says when it expired and where a new one is', () => {
  const links = createReportLinks(Buffer.alloc(32, 1), 'https://cc.example.org');
  const job = { id: 7, report_link_nonce: 'nonce' };
  const { searchParams } = new URL(links.urlOf(job, new Date('2026-01-31T12:00:00Z')));
  const query = Object.fromEntries(searchParams);
  requireReportLink(links, job, query, new Date('2026-03-02T00:00:00Z'));
  assert.throws(() => requireReportLink(links, job, query, new Date('2026-03-04T00:00:00Z')), {
    status: 403,
    code: 'report_link.expired',
    message: /expired at 2026-03-03T00:00:00\.000Z\. GET \/api\/v1\/jobs\/7 has a new one as result\.report_url/,
  });
});
