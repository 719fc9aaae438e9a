export * from './memory-context.ts';
