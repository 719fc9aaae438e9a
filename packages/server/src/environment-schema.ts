import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import Type from 'typebox';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const LogLevel = Type.Enum(LOG_LEVELS);

const AddressRange = Type.Refine(Type.String(), (text) => isIP(text) !== 0 || ipaddr.isValidCIDR(text));

/** Texts about a variable for the documentation and the error messages. */
export interface VariableNotes {
  description: string;
  /** Ends the sentence "it must be …". */
  expected: string;
  examples: [string, ...string[]];
  /** The default as people read it, where the code computes it. */
  defaultText?: string;
  /** Never repeated in a message. */
  secret?: true;
}

const notes = (value: VariableNotes): VariableNotes => value;

const poolSize = (users: string, connections: number) =>
  Type.Integer({
    minimum: 2,
    maximum: 1000,
    default: connections,
    ...notes({
      description: `Most database connections of ${users} in this process. docs/operations.md has a table.`,
      expected: 'a whole number from 2 to 1000',
      examples: [String(connections)],
    }),
  });

const retention = (what: string, days: number) =>
  Type.Integer({
    minimum: 1,
    maximum: 36_500,
    default: days,
    ...notes({
      description: `Days after which ${what} are dropped.`,
      expected: 'a whole number of days from 1 to 36500',
      examples: [String(days)],
    }),
  });

/**
 * The environment. The one source of the types, the checks, `docs/configuration.md` and `.env.example`.
 * Lists are written with commas, maps as `key=value` pairs with commas.
 */
export const EnvironmentSchema = Type.Object({
  PORT: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 8000,
    ...notes({
      description: 'TCP port to listen on. `0` takes any free one.',
      expected: 'a whole number from 0 to 65535',
      examples: ['8000'],
    }),
  }),
  HOST: Type.String({
    pattern: '^[^\\s/]+$',
    default: '127.0.0.1',
    ...notes({
      description: 'Address to listen on. `0.0.0.0` listens on all (the container image does).',
      expected: 'an IP address or host name of this machine',
      examples: ['0.0.0.0'],
    }),
  }),
  PUBLIC_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^\\s/?#]+(/[^\\s?#]*)?$',
      ...notes({
        description: 'What links and webhook URLs are built from: the address others reach this server at.',
        expected: 'an http or https URL without query or fragment',
        examples: ['https://commandcenter.example.org'],
        defaultText: 'http://localhost:8000 (with PORT)',
      }),
    }),
  ),
  DATA_DIR: Type.String({
    minLength: 1,
    default: './data',
    ...notes({
      description:
        'Folder of the embedded database, the generated key file and the checkout cache; made private (0700). A relative path starts at the working directory.',
      expected: 'the path of a folder',
      examples: ['/var/lib/commandcenter'],
    }),
  }),
  DATABASE_URL: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?://\\S+$',
      ...notes({
        description:
          'An outside PostgreSQL 15 or newer instead of the embedded one. Several hosts are allowed (`target_session_attrs=read-write` picks the primary).',
        expected: 'a postgresql:// URL',
        examples: [
          'postgresql://commandcenter:password@db1:5432,db2:5432/commandcenter?target_session_attrs=read-write',
        ],
        defaultText: 'unset: embedded PostgreSQL under DATA_DIR',
        secret: true,
      }),
    }),
  ),
  ENCRYPTION_KEYS: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9._-]{1,64}:[A-Za-z0-9+/]{43}=(,[A-Za-z0-9._-]{1,64}:[A-Za-z0-9+/]{43}=)*$',
      ...notes({
        description:
          'Keys that encrypt stored credentials, `kid:base64 of 32 bytes`. The first is active, the rest still decrypt. Make one with `openssl rand -base64 32`.',
        expected: 'kid:base64-of-32-bytes, several separated by commas',
        examples: ['2026a:q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA='],
        defaultText: 'unset: generated into DATA_DIR',
        secret: true,
      }),
    }),
  ),
  COMMANDCENTER_ADMIN_TOKEN: Type.Optional(
    Type.String({
      minLength: 20,
      maxLength: 512,
      pattern: '^[\\x21-\\x7e]+$',
      ...notes({
        description: 'Accepted as an API token with every scope. Make one with `openssl rand -hex 20`.',
        expected: '20 characters or more, printable, without spaces',
        examples: ['replace-this-by-40-random-characters'],
        secret: true,
      }),
    }),
  ),
  ROLE: Type.Union([Type.Literal('all'), Type.Literal('api'), Type.Literal('ingest'), Type.Literal('worker')], {
    default: 'all',
    ...notes({
      description:
        'What this process does: `all`, `api`, `ingest` (webhooks only) or `worker`. Run as many of each as you like against one DATABASE_URL.',
      expected: 'all, api, ingest or worker',
      examples: ['all'],
    }),
  }),
  EGRESS_ALLOW: Type.Array(Type.String({ pattern: '^[A-Za-z0-9.:_\\[\\]-]+(/\\d{1,3})?$' }), {
    default: [],
    ...notes({
      description:
        'Hosts, `host:port` or CIDRs that outgoing calls may reach although they are private or loopback, also over plain http (GitHub Enterprise on an intranet, an emulator).',
      expected: 'hosts, host:port or CIDRs separated by commas',
      examples: ['ghe.intranet,10.0.0.0/8,127.0.0.1:4010'],
    }),
  }),
  TRUSTED_PROXIES: Type.Array(AddressRange, {
    default: [],
    ...notes({
      description:
        'Addresses or CIDRs of reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` headers are trusted. Limits per address count the client behind them.',
      expected: 'IP addresses or CIDRs separated by commas',
      examples: ['127.0.0.1,10.0.0.0/8'],
    }),
  }),
  OSV_API_URL: Type.String({
    pattern: '^(off|https?://\\S+)$',
    default: 'https://api.osv.dev',
    ...notes({
      description: 'Where vulnerabilities are looked up. `off` uses only an imported offline database.',
      expected: 'an http or https URL, or off',
      examples: ['https://api.osv.dev'],
    }),
  }),
  DATABASE_POOL_API: poolSize('requests of the API (a token has at most four fifths of them under way)', 20),
  DATABASE_POOL_INGEST: poolSize('webhooks until they are acknowledged', 8),
  DATABASE_POOL_WORKER: poolSize('background work', 12),
  RETENTION_DELIVERIES_DAYS: retention('received webhooks', 30),
  RETENTION_JOBS_DAYS: retention('finished jobs', 180),
  RETENTION_AUDIT_DAYS: retention('audit entries', 365),
  LOG_LEVEL: Type.Enum(LOG_LEVELS, {
    default: 'info',
    ...notes({
      description: 'Least severe level that is logged (JSON lines on standard error).',
      expected: LOG_LEVELS.join(', '),
      examples: ['info'],
    }),
  }),
  LOG_MODULES: Type.Record(Type.String({ pattern: '^[a-z0-9.-]+$' }), LogLevel, {
    additionalProperties: false,
    default: {},
    ...notes({
      description: 'Levels of single modules, above or below LOG_LEVEL.',
      expected: `module=level pairs separated by commas, levels ${LOG_LEVELS.join(', ')}`,
      examples: ['integrations=debug,sync=trace'],
    }),
  }),
});
