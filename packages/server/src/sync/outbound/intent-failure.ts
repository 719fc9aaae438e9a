import type { Diagnosis } from '../diagnose-failure.ts';

/** Thrown when an attempt to send an intent failed at the provider. `step` is the request that failed. */
export class IntentFailure extends Error {
  /** `check` requests the repository before a create; `recover` looks for the item of a create whose response was not seen. */
  readonly step: 'read' | 'check' | 'create' | 'recover' | 'update';
  readonly diagnosis: Exclude<Diagnosis, { kind: 'repository_renamed' }>;
  /** The item that the request was about; null for an item that is still to be created. */
  readonly asked: AskedItem | null;

  constructor(step: IntentFailure['step'], diagnosis: IntentFailure['diagnosis'], asked: AskedItem | null = null) {
    super(`${step} failed`);
    this.step = step;
    this.diagnosis = diagnosis;
    this.asked = asked;
  }
}

/** The identity and the repository of the link's item at the time of the request. */
export interface AskedItem {
  external_id: string;
  repository_id: number;
}
