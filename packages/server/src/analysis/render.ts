import { toHtml, toSarif, toSbom } from '@commandcenter/analyzer/report';
import { decodeReport } from '../store/report-encoding.ts';
import { pagePolicy } from './page-policy.ts';
import type { RenderedReport, RenderTask } from './render-report.ts';

/** Does a task where it is called: in a worker, or right here for a small report. */
export async function render({ bytes, format, trend }: RenderTask): Promise<RenderedReport> {
  const report = await decodeReport({ bytes: Buffer.from(bytes) });
  const text =
    format === 'html'
      ? toHtml(report, { trend })
      : JSON.stringify(format === 'sarif' ? toSarif(report) : toSbom(report));
  return { body: new TextEncoder().encode(text), policy: format === 'html' ? pagePolicy(text) : null };
}
