/** Instructions for an attacker process. */
export interface AttackPlan {
  /**
   * Kind of the attack: bodies of 25 MB or 200 KB that stop arriving, connections that send nothing more, complete bodies with wrong
   * signatures, or searches with a token that can only read.
   */
  kind: 'stalled_large' | 'stalled_small' | 'idle' | 'wrong_signature' | 'searches';
  port: number;
  connections: number;
  token?: string;
}
