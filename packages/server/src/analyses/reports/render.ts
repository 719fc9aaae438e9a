import { toHtml, toSarif, toSbom } from '@commandcenter/analyzer/report';
import { pagePolicy } from '../publication/page-policy.ts';
import { decodeReport } from './report-encoding.ts';

export type ReportFormat = 'html' | 'sarif' | 'sbom';

export type PageTrend = NonNullable<NonNullable<Parameters<typeof toHtml>[1]>['trend']>;

/** Input of `render`. */
export interface RenderTask {
  bytes: Uint8Array;
  format: ReportFormat;
  trend: PageTrend;
}

/** A report in another form: UTF-8, and for a page the policy it is to be shown under. */
export interface RenderedReport {
  body: Uint8Array;
  policy: string | null;
}

/** Does a task where it is called: in a worker, or right here for a small report. */
export async function render({ bytes, format, trend }: RenderTask): Promise<RenderedReport> {
  const report = await decodeReport({ bytes: Buffer.from(bytes) });
  const text =
    format === 'html'
      ? toHtml(report, { trend })
      : JSON.stringify(format === 'sarif' ? toSarif(report) : toSbom(report));
  return { body: new TextEncoder().encode(text), policy: format === 'html' ? pagePolicy(text) : null };
}
