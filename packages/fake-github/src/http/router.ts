import type { Route } from './context.ts';

export interface Match {
  readonly route: Route;
  readonly params: Record<string, string>;
}

interface Compiled {
  readonly route: Route;
  readonly segments: readonly string[];
}

function split(path: string): string[] {
  return path.split('/').slice(1);
}

/** Finds the route for a path. Fixed segments win over parameters, and a slash within a parameter must be percent-encoded. */
export class Router {
  readonly #byShape = new Map<string, Compiled[]>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const segments = split(route.path);
      const shape = `${route.method} ${segments.length}`;
      const list = this.#byShape.get(shape) ?? [];
      list.push({ route, segments });
      this.#byShape.set(shape, list);
    }
    for (const list of this.#byShape.values()) {
      list.sort((left, right) => parameterCount(left.segments) - parameterCount(right.segments));
    }
  }

  find(method: string, path: string): Match | null {
    const parts = split(path);
    for (const { route, segments } of this.#byShape.get(`${method} ${parts.length}`) ?? []) {
      const params = match(segments, parts);
      if (params !== null) return { route, params };
    }
    return null;
  }
}

function parameterCount(segments: readonly string[]): number {
  return segments.filter((segment) => segment.startsWith('{')).length;
}

function match(segments: readonly string[], parts: readonly string[]): Record<string, string> | null {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index] ?? '';
    if (!segment.startsWith('{')) {
      if (segment !== part) return null;
      continue;
    }
    if (part === '') return null;
    params[segment.slice(1, -1)] = safeDecode(part);
  }
  return params;
}

function safeDecode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    if (cause instanceof URIError) return part;
    throw cause;
  }
}
