import type { AnalysisPresentation, PublishedAnalysis } from '@commandcenter/integration-kit';
import type { Comments } from './comments.ts';
import { CUT_NOTE, cutText } from './cut-text.ts';

/** Largest comment in bytes of UTF-8. GitHub limits the number of characters instead, which is never larger. */
const MAX_BODY_BYTES = 65_536;

/**
 * Creates the comment of an analysis on the pull request, or updates the existing one if its text differs. A deleted comment is created
 * again.
 */
export async function publishComment(
  comments: Comments,
  presentation: AnalysisPresentation,
): Promise<PublishedAnalysis> {
  const ending = `<!-- commandcenter-analysis:${presentation.marker} -->`;
  const body = toBody(presentation, ending);
  const found = await comments.find(ending, presentation.externalId);
  const isShown = found !== null && unix(found.body ?? '') === body;
  const comment = isShown
    ? found
    : ((found && (await comments.update(found.id, body))) ?? (await comments.create(body)));
  return { kind: 'comment', url: comment.html_url, externalId: String(comment.id) };
}

/**
 * Returns the text of the comment with the marker last, so that text quoted from a repository cannot follow it and pass for another
 * marker.
 */
function toBody({ name, title, summary, text, detailsUrl }: AnalysisPresentation, ending: string): string {
  const tail = [...(detailsUrl === null ? [] : [`[Details](<${detailsUrl}>)`]), ending].join('\n\n');
  const heading = `### ${name}: ${title.replaceAll(/\s+/g, ' ').trim()}`;
  const top = [heading, summary.trim(), text.trim()].filter((part) => part !== '').join('\n\n');
  return `${unix(cutText(top, MAX_BODY_BYTES - Buffer.byteLength(tail) - 2, CUT_NOTE))}\n\n${tail}`;
}

const unix = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd();
