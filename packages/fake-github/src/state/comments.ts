import { validationFailed } from '../errors.ts';
import { commentView, issueView } from '../view/issue.ts';
import type { Account, Comment, Issue } from './model.ts';
import { organizationOf } from './repository-events.ts';
import type { World } from './world.ts';

const maximumBodyLength = 65_536;

function checkBody(body: string): void {
  if (body.trim() === '') throw validationFailed({ resource: 'IssueComment', code: 'missing_field', field: 'body' });
  if (body.length > maximumBodyLength) {
    const message = `body is too long (maximum is ${maximumBodyLength} characters)`;
    throw validationFailed({ resource: 'IssueComment', code: 'custom', field: 'body', message });
  }
}

function publish(
  world: World,
  sender: Account,
  issue: Issue,
  comment: Comment,
  action: 'created' | 'edited' | 'deleted',
  formerBody?: string,
): void {
  world.publish({
    event: 'issue_comment',
    action,
    sender,
    repository: issue.repository,
    organization: organizationOf(issue.repository),
    body: (urls) => ({
      issue: issueView(issue, urls),
      comment: commentView(comment, issue, urls),
      ...(formerBody === undefined ? {} : { changes: { body: { from: formerBody } } }),
    }),
  });
}

export function createComment(world: World, issue: Issue, author: Account, body: string): Comment {
  checkBody(body);
  const id = world.nextId();
  const now = world.timestamp();
  const comment: Comment = { id, nodeId: world.nodeId('IC', id), author, body, createdAt: now, updatedAt: now };
  issue.comments.push(comment);
  issue.updatedAt = now;
  issue.repository.revision += 1;
  publish(world, author, issue, comment, 'created');
  return comment;
}

export function editComment(world: World, issue: Issue, comment: Comment, sender: Account, body: string): void {
  checkBody(body);
  if (body === comment.body) return;
  const former = comment.body;
  comment.body = body;
  comment.updatedAt = world.timestamp();
  issue.updatedAt = comment.updatedAt;
  issue.repository.revision += 1;
  publish(world, sender, issue, comment, 'edited', former);
}

export function deleteComment(world: World, issue: Issue, comment: Comment, sender: Account): void {
  issue.comments = issue.comments.filter((other) => other !== comment);
  issue.updatedAt = world.timestamp();
  issue.repository.revision += 1;
  publish(world, sender, issue, comment, 'deleted');
}
