import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dockerfilesEngine } from '../../../src/engines/dockerfiles/engine.ts';
import { dockerfilesInspector } from '../../../src/engines/dockerfiles/inspector.ts';
import { runEngine, summaryOf } from '../run-engine.ts';

async function found(lines: readonly string[], path = 'Dockerfile'): Promise<string[]> {
  const { findings } = await runEngine({ [path]: `${lines.join('\n')}\n` }, dockerfilesInspector, dockerfilesEngine);
  return summaryOf(findings).map((line) => line.slice(path.length + 1));
}

const whole = (...lines: string[]): string[] => ['FROM alpine:3.20', ...lines, 'USER 1000'];

test('reports secrets in ENV and ARG, but not references to secrets', async () => {
  const lines = whole(
    'ENV NODE_ENV=production \\',
    '    DB_PASSWORD=h8s2kq91xz',
    'ENV API_TOKEN 9f3k2l1m5n7p',
    'ARG NPM_TOKEN',
    'ARG GITHUB_TOKEN=$TOKEN',
    'ENV SECRET_KEY_FILE=/run/secrets/key PASSWORD_FILE=/run/secrets/pw TOKEN_URL=https://id.acme.io/token',
    'ARG MYSQL_ROOT_PASSWORD=root',
    'ENV TOKENIZERS_PARALLELISM=false PASSWORD_MIN_LENGTH=12 SECRET=$' + '{SECRET:-}',
  );
  assert.deepEqual(await found(lines), [
    '3 high dockerfiles/secret-in-image',
    '4 high dockerfiles/secret-in-image',
    '8 low dockerfiles/secret-in-image',
  ]);
});

test('reports downloads without a checksum', async () => {
  const sum = '0'.repeat(64);
  const lines = whole(
    'RUN apk add curl && \\',
    '    curl -fsSL https://get.acme.io | sh',
    'RUN curl -fsSL https://acme.io/list | sort > /list',
    'ADD https://acme.io/tool.tar.gz /opt/',
    `ADD --checksum=sha256:${sum} https://acme.io/tool.tar.gz /opt/`,
    'ADD tool.tar.gz /opt/',
  );
  assert.deepEqual(await found(lines), ['2 low dockerfiles/piped-script', '5 low dockerfiles/unverified-download']);
});

test('reports files that everybody can modify', async () => {
  assert.deepEqual(await found(whole('RUN mkdir /data && chmod -R 777 /data', 'RUN chmod 755 /data')), [
    '2 low dockerfiles/open-to-all',
  ]);
});

test('requires a version of base images, but not of stages and variables', async () => {
  const lines = [
    'ARG BASE=node:22',
    'FROM node AS build',
    'FROM build AS test',
    'FROM $' + '{BASE} AS other',
    'FROM registry.acme.io:5000/app:latest',
    `COPY --from=build /a /a`,
    'FROM python:3.13-slim',
    'FROM scratch',
  ];
  assert.deepEqual(await found(lines), ['2 low dockerfiles/unpinned-image', '5 low dockerfiles/unpinned-image']);
});

test('reports images that run as root by the last stage', async () => {
  assert.deepEqual(await found(['FROM alpine:3.20', 'CMD ["sh"]']), ['1 low dockerfiles/runs-as-root']);
  assert.deepEqual(await found(['FROM alpine:3.20', 'USER app', 'RUN make', 'USER root', 'CMD ["sh"]']), [
    '4 medium dockerfiles/runs-as-root',
  ]);
  assert.deepEqual(
    await found(['FROM alpine:3.20 AS build', 'USER root', 'FROM alpine:3.20', 'USER 65532:65532', 'CMD ["sh"]']),
    [],
  );
  assert.deepEqual(await found(['FROM alpine:3.20 AS base', 'USER app', 'FROM base', 'CMD ["sh"]']), []);
  assert.deepEqual(await found(['FROM gcr.io/distroless/static:nonroot', 'CMD ["/app"]']), []);
  assert.deepEqual(await found(['FROM scratch', 'COPY dist /']), []);
});

test('recognizes Dockerfiles by their names', async () => {
  const text = 'FROM node\nUSER 1\n';
  const names = [
    'Dockerfile',
    'Dockerfile.dev',
    'deploy/api.dockerfile',
    'Containerfile',
    'Dockerfile.md',
    'Dockerfile.ts',
    'notes/dockerfile.txt',
  ];
  const files = Object.fromEntries(names.map((name) => [name, text]));
  const { findings } = await runEngine(files, dockerfilesInspector, dockerfilesEngine);
  assert.deepEqual(
    findings.map(({ path }) => path),
    ['Containerfile', 'Dockerfile', 'Dockerfile.dev', 'deploy/api.dockerfile'],
  );
});

test('reports services that can take over their host', async () => {
  const lines = [
    'services:',
    '  builder:',
    '    image: docker:27',
    '    privileged: true',
    '  proxy:',
    '    image: traefik:3',
    '    volumes:',
    '      - ./traefik:/etc/traefik',
    '      - /var/run/docker.sock:/var/run/docker.sock:ro',
    '  app:',
    '    image: app:1',
    '    privileged: false',
    '    volumes: [data:/data]',
  ];
  assert.deepEqual(await found(lines, 'docker-compose.yml'), [
    '4 medium dockerfiles/privileged-service',
    '9 medium dockerfiles/docker-socket',
  ]);
});

test('is incomplete with the reason if a Compose file is not YAML', async () => {
  const { coverage } = await runEngine({ 'compose.yaml': 'services: [\n' }, dockerfilesInspector, dockerfilesEngine);
  assert.equal(coverage.complete, false);
  assert.match(coverage.reason ?? '', /^compose\.yaml is not YAML/);
});

test('does not report a secret that the secrets engine reports', async () => {
  const files = { Dockerfile: `${whole('ENV DB_PASSWORD=h8s2kq91xz').join('\n')}\n` };
  const secretFinding = {
    rule: 'secrets/password',
    severity: 'high',
    title: '',
    message: '',
    path: 'Dockerfile',
    start_line: 2,
    end_line: 2,
    identity: '',
  } as const;
  const { findings } = await runEngine(files, dockerfilesInspector, dockerfilesEngine, {
    outcomeOf: () => ({ findings: [secretFinding], coverage: { filesSeen: 1, skipped: [], complete: true } }),
  });
  assert.deepEqual(findings, []);
});
