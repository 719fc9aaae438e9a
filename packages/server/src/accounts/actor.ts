/** The person, token, integration or system that made a change, as history and audit show it. */
export interface Actor {
  type: 'user' | 'token' | 'integration' | 'system';
  id: number | null;
  name: string;
}

/** The server itself as actor, for changes by housekeeping and recovery. */
export const systemActor: Actor = { type: 'system', id: null, name: 'CommandCenter' };
