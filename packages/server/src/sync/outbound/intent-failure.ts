import type { Diagnosis } from '../diagnose-failure.ts';

/** An attempt failed at the provider. `step` is what was being done. */
export class IntentFailure extends Error {
  /** `check`: the repository was asked before a create, which may have been sent by an earlier attempt. */
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

/** Position of the link's item at the time of the request. */
export interface AskedItem {
  external_id: string;
  repository_id: number;
}
