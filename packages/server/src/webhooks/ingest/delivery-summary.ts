/** Searchable properties of a delivery. A property is null if the payload does not contain it. */
export interface DeliverySummary {
  action: string | null;
  /** Name of the repository as `owner/name`. */
  repository: string | null;
  itemNumber: number | null;
  title: string | null;
  sender: string | null;
}

const LONGEST_TEXT = 300;

export const emptySummary: DeliverySummary = {
  action: null,
  repository: null,
  itemNumber: null,
  title: null,
  sender: null,
};

/** Fields of a payload that may contain the item of the event, the most specific one first. */
const ITEM_FIELDS = [
  'issue',
  'pull_request',
  'discussion',
  'milestone',
  'release',
  'check_run',
  'projects_v2_item',
] as const;

/**
 * Reads the fields that the payloads of most trackers have. Accepts any JSON value: a field that is absent or has another type becomes
 * null.
 */
export function summarize(payload: unknown): DeliverySummary {
  const root = record(payload);
  if (root === null) return emptySummary;
  const item = ITEM_FIELDS.map((field) => record(root[field])).find((value) => value !== null) ?? null;
  return {
    action: text(root.action),
    repository: text(record(root.repository)?.full_name),
    itemNumber: integer(item?.number),
    title: text(item?.title ?? item?.name),
    sender: text(record(root.sender)?.login),
  };
}

function record(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

/**
 * Returns the text, shortened and without NULs and half surrogate pairs, which PostgreSQL's text cannot hold; null if the value is not a
 * text.
 */
function text(value: unknown): string | null {
  return typeof value === 'string' ? value.slice(0, LONGEST_TEXT).replaceAll('\0', '\uFFFD').toWellFormed() : null;
}

function integer(value: unknown): number | null {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0x7fffffff
    ? (value as number)
    : null;
}
