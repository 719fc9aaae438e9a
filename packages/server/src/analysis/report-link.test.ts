import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createReportLinks } from './report-link.ts';

const links = createReportLinks(Buffer.alloc(32, 1), 'https://cc.example.org');
const now = new Date('2026-01-31T12:34:56Z');
const query = (url: string) => {
  const { searchParams } = new URL(url);
  return { expires: Number(searchParams.get('expires')), signature: searchParams.get('signature') ?? '' };
};
const later = (days: number): Date => new Date(now.getTime() + days * 86_400_000);

it('a link opens the report of its job for 30 days, and is the same all day', () => {
  const url = links.link(7, now);
  assert.ok(url.startsWith('https://cc.example.org/api/v1/jobs/7/report.html?expires='), url);
  assert.equal(links.link(7, new Date('2026-01-31T00:00:00Z')), url);
  assert.equal(links.check(7, query(url), now), 'valid');
  assert.equal(links.check(7, query(url), later(30)), 'valid');
  assert.equal(links.check(7, query(url), later(31)), 'expired');
});

it('a link opens nothing else, and cannot be made longer, by another key or by hand', () => {
  const { expires, signature } = query(links.link(7, now));
  assert.equal(links.check(8, { expires, signature }, now), 'invalid');
  assert.equal(links.check(7, { expires: expires + 1, signature }, now), 'invalid');
  assert.equal(links.check(7, { expires: Number.NaN, signature }, now), 'invalid');
  for (const wrong of ['', 'x', signature.slice(1), `${signature}AAAA`, 'é'.repeat(43)]) {
    assert.equal(links.check(7, { expires, signature: wrong }, now), 'invalid', wrong);
  }
  const other = createReportLinks(Buffer.alloc(32, 2), 'https://cc.example.org');
  assert.equal(other.check(7, { expires, signature }, now), 'invalid');
});
