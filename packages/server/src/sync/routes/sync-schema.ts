import Type from 'typebox';
import { Id, Strict } from '../../http/fields.ts';
import { RepositoryRef } from '../../integrations/repositories/repository-schema.ts';

const Action = Type.Enum(['created', 'updated', 'unchanged']);

export const IssueToTaskInput = Strict(
  {
    issue_number: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
    repository: RepositoryRef,
  },
  { title: 'IssueToTaskInput', examples: [{ issue_number: 123, repository: { owner: 'my-org', name: 'my-repo' } }] },
);

export const IssueToTaskResult = Strict(
  { task_id: Id('The task.'), action: Action },
  { title: 'IssueToTaskResult', examples: [{ task_id: 456, action: 'created' }] },
);

export const TaskToIssueInput = Strict(
  { task_id: Id('The task.'), repository: RepositoryRef },
  { title: 'TaskToIssueInput', examples: [{ task_id: 456, repository: { owner: 'my-org', name: 'my-repo' } }] },
);

export const TaskToIssueResult = Strict(
  { issue_number: Type.Integer(), url: Type.String(), action: Action },
  {
    title: 'TaskToIssueResult',
    examples: [{ issue_number: 124, url: 'https://github.com/my-org/my-repo/issues/124', action: 'created' }],
  },
);

export const StartedJob = Strict(
  { job_id: Id('Follow it at `/api/v1/jobs/{id}`.') },
  { title: 'StartedJob', examples: [{ job_id: 7 }] },
);

export const ImportInput = Strict(
  {
    repository: RepositoryRef,
    dry_run: Type.Boolean({
      default: false,
      description: 'List what the import would create, update and check, and change nothing.',
    }),
  },
  { title: 'ImportInput', examples: [{ repository: { owner: 'my-org', name: 'my-repo' }, dry_run: true }] },
);

export const HookInput = Strict(
  { repository: RepositoryRef },
  { title: 'HookInput', examples: [{ repository: { owner: 'my-org', name: 'my-repo' } }] },
);

export const InstalledHook = Strict(
  {
    external_id: Type.String({ description: 'The id of the webhook at the provider.' }),
    url: Type.String({ description: 'The URL that the webhook delivers to.' }),
    created: Type.Boolean({ description: 'False if the webhook existed and was updated.' }),
    notice: Type.Optional(Type.String({ description: 'The reason why no webhook will arrive, and how to fix it.' })),
  },
  {
    title: 'InstalledHook',
    examples: [
      {
        external_id: '12345678',
        url: 'https://commandcenter.example.org/api/v1/integrations/1/webhook',
        created: true,
      },
    ],
  },
);
