/**
 * `npm run demo`: the server beside an emulated GitHub, connected to a sample repository. Prints commands to try in both directions
 * and says line by line what happens. Nothing stays behind.
 */
import { randomBytes } from 'node:crypto';
import { createClient } from '@commandcenter/client';
import { type DemoServer, startDemoServer } from './demo-server.ts';
import { demoGitHubToken, demoRepository, startEmulatedGitHub } from './emulated-github.ts';
import { follow } from './follow.ts';
import { freePort } from './free-port.ts';

const say = (line: string): void => console.log(line);
const wantedPort = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);

async function main(): Promise<number> {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ending.abort());

  say('Starting an emulated GitHub and CommandCenter …');
  const github = await startEmulatedGitHub(await freePort(wantedPort('GITHUB_PORT', 4001)));
  let server: DemoServer | undefined;
  try {
    server = await startDemoServer(await freePort(wantedPort('PORT', 8000)), github.url);
    void server.ended.then(() => ending.abort());
    const demo = await connect(server, github.url);
    printCommands(server, github.url, demo.integrationId, demo.projectId);
    await follow({ githubUrl: github.url, listTasks: demo.listTasks, say: timed, signal: ending.signal });
    return 0;
  } catch (error) {
    if (ending.signal.aborted) return 0;
    throw error;
  } finally {
    say('\nStopping …');
    await server?.stop();
    await github.close();
  }
}

/** Creates the integration, imports what is there, and has GitHub's webhook point at the server. */
async function connect(server: DemoServer, githubUrl: string) {
  const client = createClient({ baseUrl: server.url, token: server.token });
  const projects = answered(await client.GET('/api/v1/projects', {}));
  const projectId = projects.items[0]?.id;
  if (projectId === undefined) throw new Error('The first start made no project.');
  const integration = answered(
    await client.POST('/api/v1/integrations', {
      body: {
        project_id: projectId,
        name: 'GitHub: demo',
        integration_type: 'github',
        auth_type: 'token',
        access_token: demoGitHubToken,
        config: { api_url: githubUrl, webhook_secret: randomBytes(32).toString('hex'), auto_sync: true },
      },
    }),
  );
  const path = { params: { path: { id: integration.id } } };
  answered(
    await client.POST('/api/v1/integrations/{id}/github/webhooks', { ...path, body: { repository: demoRepository } }),
  );
  answered(
    await client.POST('/api/v1/integrations/{id}/github/import', { ...path, body: { repository: demoRepository } }),
  );
  const listTasks = async (signal: AbortSignal) =>
    answered(
      await client.GET('/api/v1/tasks', {
        params: { query: { project_id: projectId, limit: 200 } },
        signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]),
      }),
    ).items;
  return { projectId, integrationId: integration.id, listTasks };
}

function answered<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data !== undefined) return answer.data;
  throw new Error(`${answer.response.url} answered ${answer.response.status}: ${JSON.stringify(answer.error)}`);
}

function printCommands(server: DemoServer, githubUrl: string, integrationId: number, projectId: number): void {
  const repository = `${githubUrl}/repos/${demoRepository.owner}/${demoRepository.name}`;
  const github = `-H 'Authorization: Bearer ${demoGitHubToken}' -H 'Content-Type: application/json'`;
  const ours = `-H 'Authorization: Bearer ${server.token}' -H 'Content-Type: application/json'`;
  say(`
CommandCenter    ${server.url}        API reference ${server.url}/docs
Emulated GitHub  ${githubUrl}        repository ${demoRepository.owner}/${demoRepository.name}, two issues, webhook connected

Copy any of these into another terminal and watch here.

From GitHub to CommandCenter
  # a new issue becomes a task
  curl -s -X POST ${repository}/issues ${github} -d '{"title":"Try a smaller model","body":"Is it good enough?","labels":["urgent"]}'
  # closing an issue finishes its task
  curl -s -X PATCH ${repository}/issues/1 ${github} -d '{"state":"closed","state_reason":"completed"}'

From CommandCenter to GitHub
  # a task's edit reaches its issue
  curl -s -X PATCH ${server.url}/api/v1/tasks/1 ${ours} -d '{"title":"Measure a cold start, three times","status":"in_progress"}'
  # finishing a task closes its issue
  curl -s -X PATCH ${server.url}/api/v1/tasks/2 ${ours} -d '{"status":"done"}'
  # a new task, and an issue made from it (put the task's id in)
  curl -s -X POST ${server.url}/api/v1/tasks ${ours} -d '{"project_id":${projectId},"title":"Write the report","priority":"high"}'
  curl -s -X POST ${server.url}/api/v1/integrations/${integrationId}/sync/task-to-issue ${ours} -d '{"task_id":3,"repository":{"owner":"${demoRepository.owner}","name":"${demoRepository.name}"}}'

See why something did or did not happen
  curl -s ${server.url}/api/v1/deliveries ${ours}

Following both sides. Ctrl-C ends the demo and removes its data.
`);
}

function timed(line: string): void {
  say(`${new Date().toTimeString().slice(0, 8)}  ${line}`);
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(`The demo could not go on: ${error instanceof Error ? error.message : String(error)}`);
  return 3;
});
