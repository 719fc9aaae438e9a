export * from './call-failure.ts';
export * from './egress.ts';
export * from './egress-denied-error.ts';
export * from './egress-policy.ts';
export * from './egress-proxy.ts';
export * from './guarded-fetch.ts';
export * from './harmless-headers.ts';
export * from './read-bounded.ts';
