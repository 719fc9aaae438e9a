import type { AnalysisPresentation, PublishedAnalysis } from '@commandcenter/integration-kit';
import type { Comments } from './comments.ts';
import { CUT_NOTE, cutText } from './cut-text.ts';

/** GitHub counts characters; counted in bytes it is never more. */
const MOST_BODY_BYTES = 65_536;

/** One comment on the pull request: changed in place, left alone when it says the same already, made anew when it was deleted. */
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

/** The marker is last: nothing of what is quoted from a repository can stand behind it and pass for another one. */
function toBody({ name, title, summary, text, detailsUrl }: AnalysisPresentation, ending: string): string {
  const tail = [...(detailsUrl === null ? [] : [`[Details](<${detailsUrl}>)`]), ending].join('\n\n');
  const heading = `### ${name}: ${title.replaceAll(/\s+/g, ' ').trim()}`;
  const top = [heading, summary.trim(), text.trim()].filter((part) => part !== '').join('\n\n');
  return `${unix(cutText(top, MOST_BODY_BYTES - Buffer.byteLength(tail) - 2, CUT_NOTE))}\n\n${tail}`;
}

const unix = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd();
