import Type from 'typebox';
import { Id, Line, Strict, Timestamp, timestamp } from '../../http/fields.ts';
import type { ProjectRow } from './project-queries.ts';

export const Project = Strict(
  {
    id: Id('Id of the object.'),
    name: Line(200, 'For people.'),
    slug: Type.String({
      description: 'Created from the first name. It is unique and never changes.',
      examples: ['research'],
    }),
    created_at: Timestamp('Time of creation.'),
  },
  {
    title: 'Project',
    description: 'A container of tasks, repositories and integrations.',
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
