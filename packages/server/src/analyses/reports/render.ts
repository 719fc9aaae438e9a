import { toHtml, toSarif, toSbom } from '@commandcenter/analyzer/report';
import { pagePolicy } from '../publication/page-policy.ts';
import { decodeReport } from './report-encoding.ts';

export type ReportFormat = 'html' | 'sarif' | 'sbom';

export type PageTrend = NonNullable<NonNullable<Parameters<typeof toHtml>[1]>['trend']>;

/** Parameters of one call of `render`, which can be sent to a worker thread. */
export interface RenderTask {
  bytes: Uint8Array;
  format: ReportFormat;
  trend: PageTrend;
}

/** A report in another format: the text in UTF-8 and, for an HTML page, the Content-Security-Policy to serve it with. */
export interface RenderedReport {
  body: Uint8Array;
  policy: string | null;
}

/** Renders a report in the calling thread, which is a worker thread or, for a small report, the main one. */
export async function render({ bytes, format, trend }: RenderTask): Promise<RenderedReport> {
  const report = await decodeReport({ bytes: Buffer.from(bytes) });
  const text =
    format === 'html'
      ? toHtml(report, { trend })
      : JSON.stringify(format === 'sarif' ? toSarif(report) : toSbom(report));
  return { body: new TextEncoder().encode(text), policy: format === 'html' ? pagePolicy(text) : null };
}
