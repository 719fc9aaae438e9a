import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cvssScore } from './cvss.ts';

const scores: Record<string, Record<string, number>> = {
  'CVSS 2, as https://www.first.org/cvss/v2/guide#3-3-Examples scores them': {
    'AV:N/AC:L/Au:N/C:N/I:N/A:C': 7.8,
    'AV:N/AC:L/Au:N/C:C/I:C/A:C': 10,
    'AV:L/AC:H/Au:N/C:C/I:C/A:C': 6.2,
    'AV:A/AC:M/Au:S/C:N/I:N/A:P': 2.3,
    'AV:L/AC:H/Au:M/C:N/I:N/A:N': 0,
    'AV:N/AC:M/Au:M/C:C/I:N/A:P/RL:W/RC:UC/CDP:LM/TD:M/CR:L/IR:L/AR:L': 6.4,
  },
  'CVSS 3.0': {
    'CVSS:3.0/AV:L/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:N': 4.6,
    'CVSS:3.0/S:U/AV:N/AC:L/PR:H/UI:N/C:L/I:L/A:N/E:F/RL:X': 3.8,
    'CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:N/E:H/RL:O/RC:C': 9.3,
  },
  'CVSS 3.1, as https://www.first.org/cvss/v3.1/examples scores them': {
    'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H': 10,
    'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H': 8.8,
    'CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N': 3.1,
    'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N': 6.4,
    'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N': 7.5,
    'CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H': 6.8,
    'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N': 0,
  },
  'CVSS 4.0, as the calculator of https://www.first.org/cvss/calculator/4.0 scores them': {
    'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H': 10,
    'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N': 9.3,
    'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:H/VA:L/SC:N/SI:H/SA:L': 9.2,
    'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:L/VA:L/SC:H/SI:N/SA:L': 7.8,
    'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N': 8.7,
    'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:L/VA:L/SC:N/SI:N/SA:N': 6.9,
    'CVSS:4.0/AV:P/AC:H/AT:P/PR:H/UI:A/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/E:A': 7.3,
    'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N/E:A': 0,
    // `E:P` means that only a proof of concept exists, which lowers the score.
    'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N/E:P': 7.7,
  },
};

for (const [version, vectors] of Object.entries(scores)) {
  describe(version, () => {
    for (const [vector, score] of Object.entries(vectors)) {
      it(`scores ${vector} as ${score}`, () => assert.equal(cvssScore(vector), score));
    }
  });
}

it('returns null for texts that are not vectors', () => {
  for (const text of [
    '',
    '7.5',
    'CVSS:5.0/AV:N',
    'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N',
    'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:X',
    'CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N',
    'CVSS:3.1/AV:valueOf/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N',
  ])
    assert.equal(cvssScore(text), null, text);
});
