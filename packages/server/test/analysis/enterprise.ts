import { createServer, request as forward, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FakeGitHub, startFakeGitHub } from '@commandcenter/fake-github';
import { type GitServer, startGitServer } from '../../../analyzer/src/git/testing/git-server.ts';

/** A GitHub Enterprise server at one address. The fake GitHub serves its API, and a real git server its repositories. */
export interface Enterprise {
  url: string;
  github: FakeGitHub;
  git: GitServer;
  close(): Promise<void>;
}

/**
 * Starts a GitHub Enterprise server with an API and git.
 *
 * @param gitFolder folder with the bare repositories `<owner>/<name>.git`
 */
export async function startEnterprise(gitFolder: string): Promise<Enterprise> {
  const git = await startGitServer(gitFolder, {
    before(request, response) {
      if (request.headers.authorization !== undefined) return false;
      response.writeHead(401, { 'www-authenticate': 'Basic realm="GitHub"' }).end();
      return true;
    },
  });
  let api = '';
  const front: Server = createServer((incoming, answer) => {
    const target = incoming.url?.startsWith('/api/') ? api : git.url;
    const { method, headers } = incoming;
    const outgoing = forward(new URL(incoming.url ?? '/', target), { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    outgoing.on('error', () => answer.destroy());
    incoming.pipe(outgoing);
  });
  front.listen(0, '127.0.0.1');
  await new Promise((resolve) => front.once('listening', resolve));
  const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  const github = await startFakeGitHub({ htmlUrl: url });
  api = github.url;
  return {
    url,
    github,
    git,
    async close() {
      front.closeAllConnections();
      front.close();
      await github.close();
      await git.close();
    },
  };
}
