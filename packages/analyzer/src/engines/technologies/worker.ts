import { parentPort, workerData } from 'node:worker_threads';
import '@specfy/stack-analyser/dist/autoload.js';
import { analyser, type Payload, rules, tech } from '@specfy/stack-analyser';
import type { Technology } from '../../facts.ts';
import type { DetectionSetup, FromDetection, ToDetection } from './detect-technologies.ts';
import { createFileProvider, readRuleFileNames } from './file-provider.ts';

/**
 * Detects technologies with the library in a worker thread, because the library takes a second to load, prints warnings, and trusts its
 * input.
 */
const MAX_PATHS = 20;
/** Maximum number of files on which the library may fail; each one is excluded in the next attempt. */
const MAX_FAILURES = 20;

const { paths } = workerData as DetectionSetup;
const names = readRuleFileNames(rules.list);
const waiting = new Map<string, (text: string | null) => void>();
const texts = new Map<string, Promise<string | null>>();

const send = (message: FromDetection): void => parentPort?.postMessage(message);

parentPort?.on('message', ({ path, text }: ToDetection) => {
  waiting.get(path)?.(text);
  waiting.delete(path);
});

function textOf(path: string): Promise<string | null> {
  const requested =
    texts.get(path) ??
    new Promise<string | null>((resolve) => {
      waiting.set(path, resolve);
      send({ kind: 'open', path });
    });
  texts.set(path, requested);
  return requested;
}

/** Runs the detection of technologies; if it fails on a file, repeats it without that file. */
async function detect(): Promise<{ found: Payload; failed: string[] }> {
  const failed = new Set<string>();
  for (;;) {
    let last = '';
    const provider = createFileProvider(paths, names, async (path) => {
      if (failed.has(path)) return null;
      last = path;
      return await textOf(path);
    });
    try {
      return { found: await analyser({ provider }), failed: [...failed] };
    } catch (error) {
      if (last === '' || failed.size >= MAX_FAILURES) throw error;
      failed.add(last);
    }
  }
}

function gather(payload: Payload, into: Map<string, Set<string>>): void {
  for (const id of payload.tech === null ? payload.techs : [...payload.techs, payload.tech]) {
    const places = into.get(id) ?? new Set();
    for (const path of payload.path) if (path !== '/') places.add(path.replace(/^\//, ''));
    into.set(id, places);
  }
  for (const child of payload.childs) gather(child, into);
}

const { found, failed } = await detect();
const places = new Map<string, Set<string>>();
gather(found, places);
const indexed: Readonly<Record<string, { name: string; type: string } | undefined>> = tech.indexed;
const technologies = [...places]
  .map(([id, at]): Technology => {
    const { name = id, type = 'tool' } = indexed[id] ?? {};
    return { id, name, category: type, paths: [...at].sort().slice(0, MAX_PATHS) };
  })
  .sort((a, b) => (a.id < b.id ? -1 : 1));
send({ kind: 'done', technologies, failed });
parentPort?.unref();
