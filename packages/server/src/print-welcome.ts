import type { Config } from './config.ts';
import type { RunningServer } from './start-server.ts';
import { version } from './version.ts';

/** Prints the address and the first steps to standard output, while logs go to standard error. */
export function printWelcome(config: Config, { address, firstStart }: RunningServer): void {
  const url = reachable(address);
  if (url === undefined) {
    print(`CommandCenter ${version} is working (ROLE=${config.ROLE}).`);
    return;
  }
  print(`CommandCenter ${version} is ready: ${url}${config.ROLE === 'all' ? '' : ` (ROLE=${config.ROLE})`}`);
  if (firstStart === undefined) {
    print(`API reference: ${url}/docs`);
    return;
  }
  const { token, projectId } = firstStart;
  const call = `curl -s -H 'Authorization: Bearer ${token}'`;
  const json = `-H 'Content-Type: application/json'`;
  print(`
Admin token (keep it: until it is used, the next start replaces it): ${token}

Try next:
  ${call} ${url}/api/v1/health
  ${call} ${json} ${url}/api/v1/tasks -d '{"project_id": ${projectId}, "title": "Read the API reference"}'
  ${call} '${url}/api/v1/tasks?project_id=${projectId}'

API reference: ${url}/docs   How to connect GitHub: README.md`);
}

/** Prints address, token and version as one line of JSON, for programs. */
export function printWelcomeAsJson({ address, firstStart }: RunningServer): void {
  print(JSON.stringify({ url: reachable(address) ?? null, token: firstStart?.token ?? null, version }));
}

/** Returns the address with `localhost` for the addresses that mean "this machine". */
function reachable(address: string | null): string | undefined {
  return address?.replace(/\/\/(0\.0\.0\.0|\[::\]|127\.0\.0\.1)(?=:|$)/, '//localhost');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
