/** Options of an OSV record that affects the versions of one package before `fixed`. */
export interface RecordOptions {
  id: string;
  ecosystem?: string;
  name?: string;
  fixed?: string;
  modified?: string;
  aliases?: string[];
  summary?: string;
  severity?: { type: string; score: string }[];
  withdrawn?: string;
}

export const osvRecord = (options: RecordOptions): { id: string } & Record<string, unknown> => {
  const { ecosystem = 'npm', name = 'demo', fixed, modified = '2026-01-01T00:00:00Z', ...rest } = options;
  const events = [{ introduced: '0' }, ...(fixed === undefined ? [] : [{ fixed }])];
  return {
    ...rest,
    schema_version: '1.7.3',
    modified,
    affected: [{ package: { ecosystem, name }, ranges: [{ type: 'ECOSYSTEM', events }] }],
  };
};
