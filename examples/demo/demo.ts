/**
 * `npm run demo` starts the server and an emulated GitHub, and connects them for a sample repository. It prints commands to try in both
 * directions and every change that they cause. All data is deleted at the end.
 */
import { connectSampleRepository, type SampleConnection } from './connect-sample-repository.ts';
import { type DemoServer, startDemoServer } from './demo-server.ts';
import { demoGitHubToken, demoRepository, startEmulatedGitHub } from './emulated-github.ts';
import { follow } from './follow.ts';
import { freePort } from './free-port.ts';

const print = (line: string): void => console.log(line);
const wantedPort = (name: string, fallback: number): number => Number(process.env[name] ?? fallback);

async function main(): Promise<number> {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ending.abort());

  print('Starting an emulated GitHub and CommandCenter …');
  const github = await startEmulatedGitHub(await freePort(wantedPort('GITHUB_PORT', 4001)));
  let server: DemoServer | undefined;
  try {
    server = await startDemoServer(await freePort(wantedPort('PORT', 8000)), github.url);
    void server.ended.then(() => ending.abort());
    const demo = await connectSampleRepository(server, github.url);
    printCommands(server, github.url, demo);
    const { listTasks, listConflicts } = demo;
    await follow({ githubUrl: github.url, listTasks, listConflicts, print: printWithTime, signal: ending.signal });
    return 0;
  } catch (error) {
    if (ending.signal.aborted) return 0;
    throw error;
  } finally {
    print('\nStopping …');
    await server?.stop();
    await github.close();
  }
}

function printCommands(
  server: DemoServer,
  githubUrl: string,
  { integrationId, taskOfIssue, unlinkedTask, conflict }: SampleConnection,
): void {
  const repository = `${githubUrl}/repos/${demoRepository.owner}/${demoRepository.name}`;
  const github = `-H 'Authorization: Bearer ${demoGitHubToken}' -H 'Content-Type: application/json'`;
  const ours = `-H 'Authorization: Bearer ${server.token}' -H 'Content-Type: application/json'`;
  print(`
CommandCenter    ${server.url}        API reference ${server.url}/docs
Emulated GitHub  ${githubUrl}        repository ${demoRepository.owner}/${demoRepository.name}, three issues, webhook connected

Copy any of these into another terminal and watch here.

From GitHub to CommandCenter
  # a new issue becomes a task
  curl -s -X POST ${repository}/issues ${github} -d '{"title":"Try a smaller model","body":"Is it good enough?","labels":["urgent"]}'
  # closing an issue finishes its task
  curl -s -X PATCH ${repository}/issues/1 ${github} -d '{"state":"closed","state_reason":"completed"}'

From CommandCenter to GitHub
  # a task's edit reaches its issue
  curl -s -X PATCH ${server.url}/api/v1/tasks/${taskOfIssue(1)} ${ours} -d '{"title":"Measure a cold start, three times","status":"in_progress"}'
  # finishing a task closes its issue
  curl -s -X PATCH ${server.url}/api/v1/tasks/${taskOfIssue(2)} ${ours} -d '{"status":"done"}'
  # an issue made from the task "${unlinkedTask.title}"
  curl -s -X POST ${server.url}/api/v1/integrations/${integrationId}/sync/task-to-issue ${ours} -d '{"task_id":${unlinkedTask.id},"repository":{"owner":"${demoRepository.owner}","name":"${demoRepository.name}"}}'

Both sides edited the title of task ${taskOfIssue(3)} while they were not connected
  here      "${conflict.ours}"
  at GitHub "${conflict.theirs}"
  # the conflict, with both values and their authors; each side keeps its own until a person decides
  curl -s '${server.url}/api/v1/conflicts?outcome=open' ${ours}
  # take GitHub's value ("ours" takes the task's, "value" another one)
  curl -s -X POST ${server.url}/api/v1/conflicts/${conflict.id}/decide ${ours} -d '{"take":"theirs"}'
  # restore the value that lost
  curl -s -X POST ${server.url}/api/v1/conflicts/${conflict.id}/undo ${ours}

See why something did or did not happen
  curl -s ${server.url}/api/v1/deliveries ${ours}

Following both sides. Ctrl-C ends the demo and removes its data.
`);
}

function printWithTime(line: string): void {
  print(`${new Date().toTimeString().slice(0, 8)}  ${line}`);
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(`The demo failed:  ${error instanceof Error ? error.message : String(error)}`);
  return 3;
});
