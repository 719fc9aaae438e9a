import type { AnalysisPresentation, PublishedAnalysis } from '@commandcenter/integration-kit';
import { GitHubValidationError } from '../github-error.ts';
import { type Annotations, shortTitle, toAnnotations } from './annotations.ts';
import type { CheckRun, CheckRuns } from './check-run.ts';
import { CUT_NOTE, cutText } from './cut-text.ts';

/**
 * GitHub accepts at most 50 annotations per request, and each request adds to the existing ones:
 * https://docs.github.com/rest/checks/runs#update-a-check-run
 */
const BATCH = 50;
const MAX_TEXT_BYTES = 65_535;

type Log = { warn(data: object, message: string): void };

/**
 * Creates or updates our check run on the commit. Its `external_id` is the marker of the analysis, followed by a digest of the
 * annotations once some of them were sent. By the digest, a retry with the same annotations continues, while a new result gets a new
 * check run, because GitHub never removes annotations.
 */
export async function publishCheck(
  checkRuns: CheckRuns,
  presentation: AnalysisPresentation,
  log: Log,
): Promise<PublishedAnalysis> {
  const run = await findRun(checkRuns, presentation);
  const published =
    presentation.status === 'completed'
      ? await complete(checkRuns, run, presentation, log)
      : await begin(checkRuns, run, presentation);
  return { kind: 'check', url: published.html_url ?? null, externalId: String(published.id) };
}

async function findRun(checkRuns: CheckRuns, presentation: AnalysisPresentation): Promise<CheckRun | null> {
  const { headSha, marker, name, externalId } = presentation;
  const isMarked = ({ external_id }: CheckRun): boolean =>
    external_id === marker || external_id?.startsWith(`${marker}#`) === true;
  const previous = externalId !== null && /^\d{1,16}$/.test(externalId) ? await checkRuns.get(externalId) : null;
  if (previous !== null && previous.head_sha === headSha && isMarked(previous)) return previous;
  return (await checkRuns.list(headSha, name)).find(isMarked) ?? null;
}

/** Marks the check run as in progress. A completed check run stays as it is until there is a new result. */
async function begin(
  checkRuns: CheckRuns,
  run: CheckRun | null,
  presentation: AnalysisPresentation,
): Promise<CheckRun> {
  if (run?.status === 'completed') return run;
  const fields = { ...describe(presentation, 0), status: 'in_progress' };
  if (run === null) {
    return checkRuns.create({ ...fields, head_sha: presentation.headSha, external_id: presentation.marker });
  }
  return isShown(run, fields) ? run : checkRuns.update(run.id, fields, true);
}

/** Sends the annotations first and the conclusion with the last of them, so that a check run is never completed without its annotations. */
async function complete(
  checkRuns: CheckRuns,
  found: CheckRun | null,
  presentation: AnalysisPresentation,
  log: Log,
): Promise<CheckRun> {
  const { headSha, marker, annotations: allAnnotations } = presentation;
  const { list, digest, leftOut } = toAnnotations(allAnnotations);
  const external_id = `${marker}#${digest}`;
  const conclusion = presentation.conclusion ?? 'neutral';

  const finish = async (run: CheckRun | null, batch: Annotations['list'], missing: number): Promise<CheckRun> => {
    const fields = withAnnotations(
      { ...describe(presentation, missing), external_id, status: 'completed', conclusion },
      batch,
    );
    if (run === null) return checkRuns.create({ ...fields, head_sha: headSha });
    if (batch.length === 0 && isShown(run, fields)) return run;
    return checkRuns.update(run.id, fields, batch.length === 0);
  };
  const add = async (run: CheckRun | null, batch: Annotations['list']): Promise<CheckRun> => {
    const fields = withAnnotations({ ...describe(presentation, leftOut), external_id }, batch);
    return run === null
      ? checkRuns.create({ ...fields, head_sha: headSha, status: 'in_progress' })
      : checkRuns.update(run.id, fields, false);
  };
  const send = async (run: CheckRun | null, sent: number): Promise<CheckRun> => {
    const batch = list.slice(sent, sent + BATCH);
    const last = sent + BATCH >= list.length;
    let written: CheckRun;
    try {
      written = await (last ? finish(run, batch, leftOut) : add(run, batch));
    } catch (error) {
      if (!(error instanceof GitHubValidationError) || batch.length === 0) throw error;
      // Complete the check run without the refused annotations, because its conclusion matters more.
      log.warn({ error: error.message, sent }, 'GitHub refused annotations, so the check is completed without them');
      return finish(run, [], allAnnotations.length - sent);
    }
    return last ? written : send(written, sent + BATCH);
  };

  if (found?.external_id === external_id) return send(found, found.output.annotations_count);
  if (found === null || found.external_id === marker) return send(found, 0);
  const published = await send(null, 0);
  if (found.status !== 'completed') await checkRuns.update(found.id, replaced, true);
  return published;
}

/** Fields that complete an interrupted check run after another analysis of the commit had a different result. */
const replaced = {
  status: 'completed',
  conclusion: 'cancelled',
  output: {
    title: 'Replaced by a newer analysis',
    summary: 'This analysis was interrupted before it was published completely.',
  },
};

interface Described {
  name: string;
  details_url?: string;
  output: { title: string; summary: string; text?: string };
}

function describe({ name, detailsUrl, title, summary, text }: AnalysisPresentation, leftOut: number): Described {
  const more = leftOut === 0 ? '' : `\n\nFindings that are not shown as annotations: ${leftOut}.`;
  return {
    name,
    ...(detailsUrl === null ? {} : { details_url: detailsUrl }),
    output: {
      title: shortTitle(title) || name,
      summary: `${cutText(summary, MAX_TEXT_BYTES - Buffer.byteLength(more), CUT_NOTE)}${more}`,
      ...(text === '' ? {} : { text: cutText(text, MAX_TEXT_BYTES, CUT_NOTE) }),
    },
  };
}

const withAnnotations = <Fields extends Described>(fields: Fields, annotations: Annotations['list']): Fields =>
  annotations.length === 0 ? fields : { ...fields, output: { ...fields.output, annotations } };

/** Returns true if the check run already shows these fields, so that an update would change nothing. */
function isShown(
  run: CheckRun,
  fields: Described & { status: string; external_id?: string; conclusion?: string },
): boolean {
  const { output } = fields;
  return (
    run.name === fields.name &&
    run.status === fields.status &&
    (run.conclusion ?? undefined) === fields.conclusion &&
    (fields.external_id === undefined || run.external_id === fields.external_id) &&
    (fields.details_url === undefined || run.details_url === fields.details_url) &&
    run.output.title === output.title &&
    run.output.summary === output.summary &&
    (run.output.text ?? '') === (output.text ?? '')
  );
}
