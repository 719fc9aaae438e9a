/** Settings of the embedded server, given on its command line so that an upgrade changes them without touching the data folder. */
export type PostgresSettings = Record<string, string>;

/** Durable, and small enough to live beside the server on a laptop. */
export const SERVER_SETTINGS: PostgresSettings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  max_connections: '100',
  wal_buffers: '16MB',
  // A start after a crash replays up to this amount, at 200 MB a second on one core, and should take less than 3 s in all.
  max_wal_size: '256MB',
  checkpoint_timeout: '5min',
  random_page_cost: '1.1',
  // Compiling a query costs more than any of ours runs.
  jit: 'off',
  // Errors of statements reach the server's own log; this file is for what PostgreSQL says about itself.
  log_min_messages: 'log',
  log_checkpoints: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** For tests that do not need their data to survive anything. */
export const THROWAWAY_SETTINGS: PostgresSettings = {
  ...SERVER_SETTINGS,
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '128MB',
  max_connections: '300',
  wal_level: 'minimal',
  max_wal_senders: '0',
  // Statistics of databases that live for a second are of no use, and workers that gather them disturb their removal.
  autovacuum: 'off',
};
