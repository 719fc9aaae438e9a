import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { it } from 'node:test';
import { createReportLinks, type LinkedJob, newReportLinkNonce, wantsReportLink } from './report-link.ts';

const links = createReportLinks(Buffer.alloc(32, 1), 'https://cc.example.org');
const job: LinkedJob = { id: 7, report_link_nonce: 'first' };
const now = new Date('2026-01-31T12:34:56Z');
const query = (url: string) => {
  const { searchParams } = new URL(url);
  return { expires: Number(searchParams.get('expires')), signature: searchParams.get('signature') ?? '' };
};
const later = (days: number): Date => new Date(now.getTime() + days * 86_400_000);

it('a link opens the report of its job for 30 days, and is the same all day', () => {
  const url = links.urlOf(job, now);
  assert.ok(url.startsWith('https://cc.example.org/api/v1/jobs/7/report.html?expires='), url);
  assert.equal(links.urlOf(job, new Date('2026-01-31T00:00:00Z')), url);
  assert.equal(links.endOf(now).toISOString(), '2026-03-03T00:00:00.000Z');
  assert.equal(links.check(job, query(url), now), 'valid');
  assert.equal(links.check(job, query(url), later(30)), 'valid');
  assert.equal(links.check(job, query(url), later(31)), 'expired');
});

it('a link opens nothing else, and cannot be made longer, by another key or by hand', () => {
  const { expires, signature } = query(links.urlOf(job, now));
  assert.equal(links.check({ ...job, id: 8 }, { expires, signature }, now), 'invalid');
  assert.equal(links.check(job, { expires: expires + 1, signature }, now), 'invalid');
  assert.equal(links.check(job, { expires: Number.NaN, signature }, now), 'invalid');
  for (const wrong of ['', 'x', signature.slice(1), `${signature}AAAA`, 'é'.repeat(43)]) {
    assert.equal(links.check(job, { expires, signature: wrong }, now), 'invalid', wrong);
  }
  const other = createReportLinks(Buffer.alloc(32, 2), 'https://cc.example.org');
  assert.equal(other.check(job, { expires, signature }, now), 'invalid');
});

it('a link ends with the nonce that it was made with, and a job without one has the address that needs a token', () => {
  const link = query(links.urlOf(job, now));
  const withoutLink = { ...job, report_link_nonce: null };
  assert.equal(links.urlOf(withoutLink, now), 'https://cc.example.org/api/v1/jobs/7/report.html');
  for (const report_link_nonce of [null, '', newReportLinkNonce()]) {
    assert.equal(links.check({ ...job, report_link_nonce }, link, now), 'invalid', String(report_link_nonce));
  }
});

it('a link that was made before links could be revoked holds until it is', () => {
  const before = { ...job, report_link_nonce: '' };
  // Expected signature: HMAC-SHA256 of "report.html 7 1772496000", which is how links were signed before they could be revoked.
  const signature = createHmac('sha256', Buffer.alloc(32, 1)).update('report.html\n7\n1772496000').digest('base64url');
  assert.equal(links.check(before, { expires: 1_772_496_000, signature }, now), 'valid');
  assert.equal(links.check(job, { expires: 1_772_496_000, signature }, now), 'invalid');
});

it('an analysis gets a link unless its repository is known to be public, or as the request says', () => {
  assert.deepEqual(
    [true, false, undefined].map((isPublic) => wantsReportLink(undefined, isPublic)),
    [false, true, true],
  );
  for (const isPublic of [true, false, undefined]) {
    assert.equal(wantsReportLink('auto', isPublic), wantsReportLink(undefined, isPublic));
    assert.equal(wantsReportLink('always', isPublic), true);
    assert.equal(wantsReportLink('never', isPublic), false);
  }
});
