import type { Action, IssueEdit } from './actions.ts';
import { decide, undo } from './decisions.ts';
import type { How } from './github-side.ts';
import { editRepository, fullName } from './repositories.ts';
import type { ParkedRequest } from './scheduler.ts';
import type { WorkKind } from './system-interface.ts';
import type { World } from './world.ts';

/** Milliseconds that pass with every action, so that no two edits have the same time. */
const TICK_MS = 7;
const MOST_TURNS_OF_A_RUN = 200;
/** Number of workers of one kind that may run at a time. */
const MOST_AT_ONCE = 2;
/** Kinds of work that `run` starts. Polls and tests of integrations have actions of their own. */
const usualWork: readonly WorkKind[] = ['deliveries', 'outbox', 'refetch', 'import', 'check', 'probe'];

/**
 * Performs one action. An action that refers to something that does not exist (any more) is skipped, so that any part of a schedule can
 * be run by itself.
 */
export async function perform(world: World, action: Action): Promise<void> {
  const { scheduler, system, github } = world;
  await scheduler.advanceTo(scheduler.clock.now() + TICK_MS);
  switch (action.do) {
    case 'create task': {
      const { projectId } = world.integration(action.project ?? 0);
      world.taskIds.push(await system.createTask(projectId, { title: action.title }));
      break;
    }
    case 'request issue':
      await requestIssue(world, action);
      break;
    case 'edit task': {
      const id = world.taskIds[action.task];
      if (id === undefined) return;
      world.causes += 1;
      await world.editedHere(id, () => system.editTask(id, action.fields));
      world.lastEdit = { taskId: id, fields: action.fields };
      break;
    }
    case 'delete task': {
      const id = world.taskIds[action.task];
      if (id === undefined || !(await system.readTasks()).some((task) => task.id === id)) return;
      await system.deleteTask(id);
      world.deletedTasks.add(id);
      break;
    }
    case 'decide':
    case 'undo': {
      const conflict = world.conflict(action.conflict);
      if (conflict === undefined) return;
      await (action.do === 'undo' ? undo(world, conflict) : decide(world, conflict, action));
      break;
    }
    case 'create issue':
      createIssue(world, action);
      break;
    case 'edit issue':
      world.causes += 1;
      await editIssue(world, action);
      break;
    case 'edit repository': {
      const slot = world.repositories[action.repository];
      if (slot === undefined) return;
      if (action.edit === 'recreate')
        for (const thread of world.issues) if (thread.current?.repository === slot.current) thread.current = null;
      editRepository(github.fake, slot, action);
      world.causes += 1;
      break;
    }
    case 'deliver':
      await deliver(world, action.webhooks);
      break;
    case 'lose':
      github.pending.splice(action.webhook, 1);
      break;
    case 'start':
      await startWork(world, action.work);
      break;
    case 'request import': {
      const slot = world.repositories[action.repository];
      if (slot === undefined) return;
      const [owner = '', name = ''] = fullName(slot.current).split('/');
      await system.requestImport(world.integration(0).id, { owner, name });
      break;
    }
    case 'answer': {
      const request = scheduler.requests[action.request];
      if (request !== undefined) await answer(world, request, action.how);
      break;
    }
    case 'run':
      await run(world, action.until === undefined ? undefined : new RegExp(action.until));
      break;
    case 'crash': {
      const request = scheduler.requests[action.request];
      if (request === undefined) return;
      world.causes += 1;
      scheduler.crash(request.operation);
      if (action.carriedOut) await github.settle(request, { kind: 'reset_after' });
      break;
    }
    case 'wait':
      await scheduler.advanceTo(scheduler.clock.now() + action.ms);
      break;
    case 'outage':
      world.causes += 1;
      github.outage = action.how;
      break;
    case 'limit':
      if (action.kind === 'primary') github.fake.exhaustRateLimit({ resetInSeconds: action.seconds });
      else github.fake.limitSecondary({ seconds: action.seconds });
      break;
    case 'token':
      world.setTokenRevoked(action.revoked);
  }
  await world.lookAround();
}

export async function answer(world: World, request: ParkedRequest, how: How): Promise<void> {
  if (how.kind !== 'ok') world.causes += 1;
  await world.github.settle(request, how);
  await world.scheduler.quiesce();
  world.collectDefects();
}

/** Starts one piece of work. Returns true if there was any or if it is still running. */
export async function startWork(world: World, work: WorkKind): Promise<boolean> {
  const { scheduler, system } = world;
  if (scheduler.operations.filter(({ name }) => name === work).length >= MOST_AT_ONCE) return false;
  const operation = await scheduler.start(work, () => system.work(work));
  world.watch(operation);
  world.collectDefects();
  return !operation.ended || operation.result === true;
}

async function run(world: World, until: RegExp | undefined): Promise<void> {
  const { scheduler } = world;
  for (let turn = 0; turn < MOST_TURNS_OF_A_RUN; turn += 1) {
    const [request] = scheduler.requests;
    if (until !== undefined && scheduler.requests.some(({ method, url }) => until.test(`${method} ${url.pathname}`)))
      return;
    if (request !== undefined) {
      await answer(world, request, { kind: 'ok' });
      continue;
    }
    let worked = false;
    for (const work of usualWork) {
      worked = await startWork(world, work);
      if (worked) break;
    }
    if (!worked) return;
  }
}

async function requestIssue(world: World, action: { task: number; repository: number }): Promise<void> {
  const id = world.taskIds[action.task];
  const slot = world.repositories[action.repository];
  const task = (await world.system.readTasks()).find((one) => one.id === id);
  if (task === undefined || slot === undefined) return;
  const integration = world.system.integrations.find(({ projectId }) => projectId === task.projectId);
  if (integration === undefined) return;
  world.causes += 1;
  const [owner = '', name = ''] = fullName(slot.current).split('/');
  await world.editedHere(task.id, () => world.system.requestIssue(task.id, integration.id, { owner, name }));
}

function createIssue(world: World, action: { repository: number; title: string }): void {
  const slot = world.repositories[action.repository];
  if (slot === undefined) return;
  const issue = world.github.fake.state.addIssue({ repository: fullName(slot.current), title: action.title });
  world.addThread(issue).people.noteCreated(issue, world.scheduler.githubTime());
}

async function editIssue(world: World, action: { issue: number } & IssueEdit): Promise<void> {
  const thread = world.issues[action.issue];
  if (thread === undefined) return;
  const { state } = world.github.fake;
  await world.editedThere(thread, (ref) => {
    if (action.edit === 'title') state.editIssue({ ...ref, title: action.text });
    else if (action.edit === 'body') state.editIssue({ ...ref, body: action.text });
    else if (action.edit === 'label') state.labelIssue({ ...ref, labels: [action.name] });
    else if (action.edit === 'unlabel') state.unlabelIssue({ ...ref, labels: [action.name] });
    else if (action.edit === 'assign') state.assignIssue({ ...ref, assignees: [action.login] });
    else if (action.edit === 'unassign') state.unassignIssue({ ...ref, assignees: [action.login] });
    else if (action.edit === 'close') state.closeIssue({ ...ref, reason: action.reason });
    else if (action.edit === 'reopen') state.reopenIssue(ref);
    else if (action.edit === 'delete') {
      thread.current = null;
      state.deleteIssue(ref);
    } else if (action.edit === 'transfer') {
      const slot = world.repositories[action.to];
      if (slot === undefined || fullName(slot.current) === ref.repository) return;
      const moved = state.transferIssue({ ...ref, to: fullName(slot.current) });
      thread.current = moved;
      thread.ids.add(String(moved.id));
    }
  });
}

async function deliver(world: World, places: readonly number[]): Promise<void> {
  const { github, system } = world;
  const arriving = places.flatMap((place) => github.pending[place] ?? []);
  github.pending = github.pending.filter((delivery) => !arriving.includes(delivery));
  for (const [copy, delivery] of arriving.entries()) {
    github.noteDelivered(delivery);
    await system.storeDelivery(Number(delivery.hook.url.split('/').at(-1)), delivery, copy);
  }
  if (arriving.length > 0) await startWork(world, 'deliveries');
}
