import Type from 'typebox';
import { Id, Line, Strict, Timestamp, timestamp } from '../../http/fields.ts';
import type { ProjectRow } from './project-queries.ts';

export const Project = Strict(
  {
    id: Id('Its id.'),
    name: Line(200, 'For people.'),
    slug: Type.String({ description: 'Made from the first name, unique here, never changed.', examples: ['research'] }),
    created_at: Timestamp('When it was made.'),
  },
  {
    title: 'Project',
    description: 'What tasks, repositories and integrations belong to.',
    examples: [{ id: 1, name: 'Research', slug: 'research', created_at: '2026-01-31T12:00:00.000Z' }],
  },
);

export const ProjectInput = Strict(
  { name: Line(200, 'For people.') },
  { title: 'ProjectInput', examples: [{ name: 'Research' }] },
);

export const projectView = (row: ProjectRow): Type.Static<typeof Project> => ({
  id: row.id,
  name: row.name,
  slug: row.slug,
  created_at: timestamp(row.created_at),
});
