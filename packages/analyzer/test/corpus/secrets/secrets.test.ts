import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secretsEngine } from '../../../src/engines/secrets/engine.ts';
import { secretsInspector } from '../../../src/engines/secrets/inspector.ts';
import { type EngineTestOutcome, runEngine, summaryOf } from '../run-engine.ts';
import { BASE32, HEX, made, madeGithubToken, madeJwt, madePem } from './fake-secrets.ts';

const analyze = (files: Record<string, string | Buffer>): Promise<EngineTestOutcome> =>
  runEngine(files, secretsInspector, secretsEngine);

async function found(files: Record<string, string | Buffer>): Promise<string[]> {
  return summaryOf((await analyze(files)).findings);
}

const bits = (...parts: string[]): string => parts.join('');
const githubToken = madeGithubToken('a');
const awsId = bits('AK', 'IA', made(16, 'aws', BASE32));
const awsSecret = made(40, 'aws secret');

const issued: [rule: string, severity: string, secret: string][] = [
  ['github-token', 'critical', githubToken],
  ['github-token', 'critical', bits('github', '_pat_', made(22, 'b'), '_', made(59, 'c'))],
  ['gitlab-token', 'critical', bits('gl', 'pat-', made(20, 'd'))],
  ['slack-token', 'critical', bits('xo', 'xb-', '218374650192-8374650192837-', made(24, 'e'))],
  ['stripe-live-key', 'critical', bits('sk_', 'live_', made(24, 'f'))],
  ['stripe-test-key', 'low', bits('sk_', 'test_', made(24, 'g'))],
  ['npm-token', 'critical', bits('np', 'm_', made(36, 'h'))],
  ['pypi-token', 'critical', bits('py', 'pi-AgEIcHlwaS5vcmc', made(80, 'i'))],
  ['sendgrid-key', 'critical', bits('S', 'G.', made(22, 'j'), '.', made(43, 'k'))],
  ['openai-key', 'critical', bits('sk-', made(20, 'l'), 'T3Blbk', 'FJ', made(20, 'm'))],
  ['openai-key', 'critical', bits('sk-', 'proj-', made(74, 'n'), 'T3Blbk', 'FJ', made(74, 'o'))],
  ['anthropic-key', 'critical', bits('sk-', 'ant-api03-', made(93, 'p'), 'AA')],
  ['telegram-bot-token', 'critical', bits('1837465920', ':A', 'A', made(33, 'q'))],
  ['google-api-key', 'high', bits('AI', 'za', made(35, 'r'))],
  ['discord-webhook', 'high', bits('https://discord.com', '/api/web', 'hooks/183746592018374659/', made(68, 's'))],
  ['slack-webhook', 'high', bits('https://hooks.', 'slack.com/services/T02AB3CD4/B02AB3CD4/', made(24, 't'))],
  ['azure-storage-key', 'critical', bits('AccountName=app;Account', 'Key=', made(86, 'u'), '==')],
  ['huggingface-token', 'critical', bits('h', 'f_', made(34, 'v', 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP'))],
  ['hashicorp-vault-token', 'critical', bits('hv', 's.', made(95, 'w'))],
  ['databricks-token', 'critical', bits('da', 'pi', made(32, 'x', HEX))],
  ['aws-access-key', 'critical', awsId],
  ['json-web-token', 'high', madeJwt({ iss: 'https://id.acme.io', sub: '17', exp: 4_000_000_000 }, 'y')],
];

for (const [rule, severity, secret] of issued) {
  test(`reports ${secret.slice(0, 8)}… as ${rule}, ${severity}, once`, async () => {
    const files = { 'src/client.ts': `// how it is called\nexport const it = '${secret}';\n` };
    assert.deepEqual(await found(files), [`src/client.ts:2 ${severity} secrets/${rule}`]);
  });
}

test('shows at most four characters of a secret and never the whole', async () => {
  for (const [, , secret] of issued) {
    const { findings, inspected } = await analyze({ 'a.ts': `const it = '${secret}';\n` });
    const said = JSON.stringify(findings) + JSON.stringify([...inspected]);
    const inner = secret.slice(-16);
    assert.ok(!said.includes(inner), `${inner} is told`);
  }
  const { findings } = await analyze({ 'a.ts': `const it = '${githubToken}';\n` });
  assert.match(findings[0]?.message ?? '', /begins with "ghp_" and has 40 characters/);
});

test('lowers the severity in tests, fixtures, examples and documentation', async () => {
  const text = `token: '${githubToken}'\n`;
  const lower = [
    'test/a.ts',
    'src/a.test.ts',
    'pkg/a_test.go',
    'docs/setup.yml',
    'README.md',
    '.env.example',
    'src/__fixtures__/b.json',
  ];
  const same = ['src/latest.ts', 'contest/a.ts', 'src/testament.ts', '.env', 'docker/a.yml'];
  const files = Object.fromEntries([...lower, ...same].map((path) => [path, text]));
  const expected = [
    ...lower.map((path) => `${path}:1 high secrets/github-token`),
    ...same.map((path) => `${path}:1 critical secrets/github-token`),
  ];
  assert.deepEqual(
    await found(files),
    expected.sort((a, b) => (a < b ? -1 : 1)),
  );
});

test('reports a repeated secret once per file, at its first occurrence', async () => {
  const files = {
    'a.ts': `\nlet a = '${githubToken}';\nlet b = '${githubToken}';\n`,
    'b.ts': `let c = '${githubToken}';\n`,
  };
  assert.deepEqual(await found(files), [
    'a.ts:2 critical secrets/github-token',
    'b.ts:1 critical secrets/github-token',
  ]);
});

test('reports the id and the secret of an AWS key as one finding', async () => {
  const text = `[default]\naws_access_key_id = ${awsId}\naws_secret_access_key = ${awsSecret}\n`;
  const { findings } = await analyze({ credentials: text });
  assert.deepEqual(summaryOf(findings), ['credentials:2 critical secrets/aws-access-key']);
  assert.match(findings[0]?.message ?? '', /secret key is in line 3/);
  assert.deepEqual(await found({ 'a.ini': `aws_secret_access_key = ${awsSecret}\n` }), [
    'a.ini:1 critical secrets/aws-secret-access-key',
  ]);
});

test('reports private keys of every format, with lower severity if encrypted or in tests', async () => {
  const encrypted = 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123\n\n';
  const files = {
    'a.pem': madePem('RSA PRIVATE KEY', 'a'),
    'b.key': `\n${madePem('PRIVATE KEY', 'b')}`,
    'c.pem': madePem('ENCRYPTED PRIVATE KEY', 'c'),
    'd.pem': madePem('RSA PRIVATE KEY', 'd', encrypted),
    'e.asc': madePem('PGP PRIVATE KEY BLOCK', 'e', 'Version: GnuPG v2\n\n'),
    'f.ts': `const key = ${JSON.stringify(madePem('EC PRIVATE KEY', 'f'))};\n`,
    'g.env': `KEY=${Buffer.from(madePem('PRIVATE KEY', 'g')).toString('base64')}\n`,
    'test/h.pem': madePem('PRIVATE KEY', 'h'),
    'i.pem': madePem('PUBLIC KEY', 'i') + madePem('CERTIFICATE', 'i'),
  };
  assert.deepEqual(await found(files), [
    'a.pem:1 critical secrets/private-key',
    'b.key:2 critical secrets/private-key',
    'c.pem:1 high secrets/private-key',
    'd.pem:1 high secrets/private-key',
    'e.asc:1 high secrets/pgp-private-key',
    'f.ts:1 critical secrets/private-key',
    'g.env:1 critical secrets/private-key',
    'test/h.pem:1 high secrets/private-key',
  ]);
});

test('names a Google Cloud service account key', async () => {
  const account = {
    type: 'service_account',
    project_id: 'shop',
    private_key_id: made(40, 'id', HEX),
    private_key: madePem('PRIVATE KEY', 'gcp'),
    client_email: 'app@shop.iam.gserviceaccount.com',
  };
  assert.deepEqual(await found({ 'account.json': JSON.stringify(account, null, 2) }), [
    'account.json:5 critical secrets/gcp-service-account-key',
  ]);
});

test('ignores the beginning of a key without its content', async () => {
  const begin = bits('-----BEGIN ', 'PRIVATE KEY-----');
  const files = {
    'a.ts': `if (text.indexOf('${begin}') !== 0) throw new TypeError('"pkcs8" must be PKCS#8 formatted string');\n`,
    'b.md': `A key begins with \`${begin}\`, then come lines of base64.\n`,
    'c.env': `KEY="${begin}\\nMIIE...\\n-----END PRIVATE KEY-----"\n`,
  };
  assert.deepEqual(await found(files), []);
});

test('recognizes binary key stores by name and content, and skips other binary files', async () => {
  const p12 = Buffer.concat([Buffer.from([0x30, 0x82, 0x0a, 0x00, 2, 1, 3]), Buffer.alloc(200, 7)]);
  const picture = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0]), Buffer.from(` ${githubToken} `)]);
  const { findings, coverage } = await analyze({ 'sign.p12': p12, 'logo.png': picture, 'a.ts': 'export {};\n' });
  assert.deepEqual(summaryOf(findings), ['sign.p12:1 high secrets/key-store']);
  assert.deepEqual(coverage.skipped, [{ reason: 'binary', files: 1, examples: ['logo.png'] }]);
  assert.equal(coverage.filesSeen, 2);
  assert.equal(coverage.complete, true);
});

test('reads UTF-16 with a byte order mark', async () => {
  const text = `first\nkey = '${githubToken}'\n`;
  const little = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
  const big = Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, 'utf16le').swap16()]);
  assert.deepEqual(await found({ 'a.ps1': little, 'b.ps1': big }), [
    'a.ps1:2 critical secrets/github-token',
    'b.ps1:2 critical secrets/github-token',
  ]);
});

test('ignores suppression comments in scanned files', async () => {
  const vault = bits('hv', 's.', made(95, 'hidden'));
  const files = {
    'a.ts': `// ${bits('secretlint', '-disable')}\nconst a = '${githubToken}'; // ${bits('gitleaks', ':allow')}\nconst b = '${vault}';\n`,
  };
  assert.deepEqual(await found(files), [
    'a.ts:2 critical secrets/github-token',
    'a.ts:3 critical secrets/hashicorp-vault-token',
  ]);
});

test('reports passwords and keys that are assigned to a name in many languages', async () => {
  const password = bits('k9#mQ2', 'vL8pX!z');
  const key = made(32, 'key');
  const files = {
    'a.ts': `const dbPassword: string = "${password}";\n`,
    'b.py': `DB_PASSWORD = '${password}'\n`,
    'c.yml': `db:\n  password: ${made(16, 'c')}\n`,
    'd.env': `API_KEY=${key}\n`,
    'e.json': `{ "clientSecret": "${key}" }\n`,
    'f.go': `apiToken := "${made(40, 'f', HEX)}"\n`,
    'g.properties': `spring.datasource.password=${made(12, 'gg')}\n`,
    'h.xml': `<password>${password}</password>\n`,
    'i.sh': `export ADMIN_PASSWORD=${made(16, 'i')}\n`,
    'j.php': `define('DB_PASSWORD', '${password}');\n`,
    'k.ts': `const token = process.env.TOKEN ?? '${key}';\n`,
    'l.cs': `var c = "Server=db;User Id=sa;Password=${password};";\n`,
    'm.config': `<add key="ApiKey" value="${key}" />\n`,
    'test/n.ts': `const password = '${password}';\n`,
  };
  assert.deepEqual(await found(files), [
    'a.ts:1 high secrets/password',
    'b.py:1 high secrets/password',
    'c.yml:2 high secrets/password',
    'd.env:1 high secrets/generic-secret',
    'e.json:1 high secrets/generic-secret',
    'f.go:1 high secrets/generic-secret',
    'g.properties:1 high secrets/password',
    'h.xml:1 high secrets/password',
    'i.sh:1 high secrets/password',
    'j.php:1 high secrets/password',
    'k.ts:1 high secrets/generic-secret',
    'l.cs:1 high secrets/password',
    'm.config:1 high secrets/generic-secret',
    'test/n.ts:1 medium secrets/password',
  ]);
});

test('reports the most specific of several rules for a secret', async () => {
  const files = {
    'a.ts': `headers.set('Authorization', 'Bearer ${githubToken}');\n`,
    'b.env': `API_TOKEN=${githubToken}\n`,
    'c.npmrc': `//registry.npmjs.org/:_authToken=${bits('np', 'm_', made(36, 'npmrc'))}\n`,
    'd.ts': `const token = "${madeJwt({ iss: 'https://id.acme.io', sub: '17' }, 'jwt')}";\n`,
  };
  assert.deepEqual(await found(files), [
    'a.ts:1 critical secrets/github-token',
    'b.env:1 critical secrets/github-token',
    'c.npmrc:1 critical secrets/npm-token',
    'd.ts:1 high secrets/json-web-token',
  ]);
});

test('rates passwords in URLs by their likely use', async () => {
  const password = made(14, 'url');
  const files = {
    'a.ts': `connect('postgres://app:${password}@db.acme.io:5432/app');\n`,
    'b.ts': `connect('mongodb+srv://app:${password}@localhost/app');\n`,
    'c.ts': `fetch('https://me:${password}@api.acme.io/v1');\n`,
    'd.yml': 'url: postgres://postgres:postgres@db:5432/app\n',
    'e.ts': "connect('postgres://app:' + password + '@db');\n",
    'f.sh': 'psql postgres://app:$' + '{DB_PASSWORD}@db.acme.io/app\n',
    'g.md': 'postgres://user:password@host:5432/database, or redis://:<password>@cache.acme.io\n',
    'h.ts': "import('https://esm.sh/react@18.2.0'); // see http://host:8080/a@b\n",
  };
  assert.deepEqual(await found(files), [
    'a.ts:1 critical secrets/connection-url',
    'b.ts:1 medium secrets/connection-url',
    'c.ts:1 high secrets/url-password',
  ]);
});

test('rates an expired JSON Web Token as low and ignores the example of jwt.io', async () => {
  const files = {
    'a.ts': `const a = '${madeJwt({ iss: 'https://id.acme.io', exp: 1_600_000_000 }, 'old')}';\n`,
    'b.ts': `const b = '${madeJwt({ sub: '1234567890', name: 'John Doe', iat: 1_516_239_022 }, 'io')}';\n`,
  };
  assert.deepEqual(await found(files), ['a.ts:1 low secrets/json-web-token']);
});

test('ignores values that only look like secrets', async () => {
  const files = {
    'aws.md': `Set AWS_ACCESS_KEY_ID to ${bits('AKIA', 'IOSFODNN7EXAMPLE')}.\naws_secret_access_key = ${bits('wJalrXUtnFEMI/K7MDENG/', 'bPxRfiCYEXAMPLEKEY')}\n`,
    'github.md': `token: ${bits('gh', 'p_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx')}\nor ${bits('gh', 'p_PersonalAccessToken01245678900000000')}\n`,
    'env.ts':
      'const password = process.env.DB_PASSWORD;\nconst token = `$' +
      '{prefix}-$' +
      "{secret}`;\nconst key = config.get('api_key_primary_v2');\n",
    'settings.yml':
      `password: changeme\napi_key: "{{ vault_api_key }}"\nsecret: !vault |\ntoken: $` +
      '{{ secrets.GITHUB_TOKEN }}\nclient_secret: <your-client-secret>\npassword_hash: $2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy\n',
    'ids.ts':
      "const tokenId = '3f2b8c1a-9d4e-4f6a-8b7c-1d2e3f4a5b6c';\nconst accessKey = '3f2b8c1a-9d4e-4f6a-8b7c-1d2e3f4a5b6c';\n",
    'package-lock.json': `{ "token": { "integrity": "sha512-${made(86, 'integrity')}==" }, "secret": "${made(40, 'lock')}" }\n`,
    'names.ts':
      "const passwordField = 'user[password_confirmation2]';\nconst tokenUrl = 'https://id.acme.io/oauth2/v1/token';\nconst secretName = 'prod/Db3/Password9';\n",
    'urls.ts': "const tokenEndpoint = '/oauth2/token/v2/A1b2C3';\nconst passwordReset = 'auth.password.reset1';\n",
    'i18n.json': '{ "password": "Mot de passe", "token_expired": "Votre jeton a expiré", "secret": "Geheimnis" }\n',
    'public.ts': `const publicKey = '${made(40, 'public')}';\nconst NEXT_PUBLIC_API_KEY = '${made(32, 'next')}';\n`,
    'types.d.ts': 'export type Token = { kind: "TokenKind1"; token: string; password?: string };\n',
    'doubles.test.ts':
      "const password = 'correct-horse-1';\nconst token = 'test-token-123456789';\nconst secret = 'fake_secret_0123456789abcdef';\n",
    'app.min.js': `var a={token:"${made(40, 'min')}"};${'f(1);'.repeat(1000)}\n`,
    'hash.ts': `const checksum = '${made(64, 'sha', HEX)}';\nconst passwordSha256 = '${made(64, 'sha', HEX)}';\n`,
    'data.txt': `data:image/png;base64,${made(400, 'png')}\nssh-rsa AAAAB3NzaC1yc2E${made(300, 'rsa')} me@host\n`,
    'stripe.ts': `const key = '${bits('pk_', 'live_', made(24, 'pk'))}';\n`,
  };
  assert.deepEqual(await found(files), []);
});

test('reveals too little in a fingerprint to guess a password', async () => {
  const findings = async (value: string) => (await analyze({ 'a.ts': `const password = '${value}';\n` })).findings;
  const [first] = await findings(bits('k9#mQ2', 'vL8pX!z'));
  const [second] = await findings(bits('Z7!nR4', 'wK3tY?q'));
  assert.equal(first?.identity.length, 4);
  assert.notEqual(first?.identity, second?.identity);
  const [moved] = (await analyze({ 'a.ts': `\n\n  let  password =\t"${bits('k9#mQ2', 'vL8pX!z')}"\n` })).findings;
  assert.equal(moved?.identity, first?.identity);
});

test('lists the worst secrets of a file with too many, and says that there are more', async () => {
  const lines = Array.from({ length: 120 }, (_, n) => `a${n} = '${bits('sk_', 'test_', made(24, `many ${n}`))}'`);
  const { findings, coverage } = await analyze({ 'a.py': `${lines.join('\n')}\nb = '${githubToken}'\n` });
  assert.equal(findings.length, 100);
  assert.equal(findings.filter(({ severity }) => severity === 'critical').length, 1);
  assert.deepEqual(coverage.notes, ['a.py has 21 more than the 100 worst secrets that are listed.']);
});

test('says first what to do about a finding', async () => {
  for (const [, , secret] of issued) {
    const { findings } = await analyze({ 'a.ts': `const it = '${secret}';\n` });
    assert.match(findings[0]?.fix ?? '', /^(?:Revoke it|Replace|Change).* first:/);
  }
});
