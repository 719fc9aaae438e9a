/**
 * Settings of the embedded PostgreSQL. They are given on its command line, so that an upgrade changes them without changing the data
 * folder.
 */
export type PostgresSettings = Record<string, string>;

/** Settings for production: durable, and small enough to run next to the server on a laptop. */
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
  // After a crash the next start replays up to `max_wal_size` of the write-ahead log, at 200 MB per second on one core, and should take
  // less than 3 s in all.
  max_wal_size: '256MB',
  checkpoint_timeout: '5min',
  random_page_cost: '1.1',
  // PostgreSQL's JIT is off, because compiling a query takes longer than running any of ours.
  jit: 'off',
  // Errors of SQL statements are in the log of our server, so PostgreSQL's log has only messages about PostgreSQL itself.
  log_min_messages: 'log',
  log_checkpoints: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** Settings for tests whose data need not survive a crash. */
export const THROWAWAY_SETTINGS: PostgresSettings = {
  ...SERVER_SETTINGS,
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '128MB',
  max_connections: '300',
  wal_level: 'minimal',
  max_wal_senders: '0',
  // Statistics of databases that live for a second are useless, and autovacuum workers get in the way of dropping them.
  autovacuum: 'off',
};
