import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { itemFields, type RemoteFields } from '../../tasks/sync-fields.ts';
import {
  isEcho,
  overwrittenEdits,
  receipts,
  unanswered,
  type Write,
  withAnswered,
  withOutdated,
  withoutLast,
  withoutUnseen,
  withPlanned,
  withSeen,
  withSettled,
  withWritten,
} from './write.ts';

const start = Date.UTC(2026, 0, 1, 12);
/** Returns the RFC 3339 time that many seconds after noon. */
const at = (seconds: number): string => new Date(start + seconds * 1000).toISOString();
const time = (seconds: number): Date => new Date(start + seconds * 1000);

/** Returns a write of the title that was planned at the given second, after the item was read at second 0. */
const planned = (seconds: number, changes: Partial<Write> = {}): Write => ({
  at: at(seconds),
  read_version: at(0),
  set: { title: ['Read', `Ours ${seconds}`] },
  add: {},
  remove: {},
  ...changes,
});
const receipt = (seconds: number, changes: Partial<Write> = {}): Write =>
  planned(seconds, { answered: { at: at(seconds + 5), version: at(seconds + 5) }, ...changes });

describe('receipts', () => {
  it('keeps at most five, the youngest', () => {
    const writes = [1, 2, 3, 4, 5, 6, 7].map((seconds) => receipt(seconds));
    assert.deepEqual(
      receipts(writes, time(10)).map((write) => write.at),
      [3, 4, 5, 6, 7].map(at),
    );
  });

  it('keeps each for less than an hour after its response', () => {
    const write = receipt(0);
    assert.deepEqual(receipts([write], time(5 + 3599)), [write]);
    assert.deepEqual(receipts([write], time(5 + 3600)), []);
  });

  it('leaves out writes without a response', () => {
    assert.deepEqual(receipts([planned(1)], time(2)), []);
  });
});

describe('planned writes', () => {
  it('come after the receipts and the writes that still wait', () => {
    assert.deepEqual(
      withPlanned([receipt(1), planned(2)], planned(3)).map((write) => write.at),
      [1, 2, 3].map(at),
    );
  });

  it('push out the oldest of more than five without a response', () => {
    let writes: Write[] = [];
    for (let seconds = 1; seconds <= 7; seconds += 1) writes = withPlanned(writes, planned(seconds));
    assert.deepEqual(
      unanswered(writes).map((write) => write.at),
      [3, 4, 5, 6, 7].map(at),
    );
  });

  it('push out receipts that are too old', () => {
    assert.equal(withPlanned([receipt(0)], planned(4000)).length, 1);
  });
});

describe('a response', () => {
  it('makes a receipt of the write planned last and drops the older ones that wait', () => {
    const writes = withAnswered([receipt(1), planned(2), planned(3)], at(4), time(5));
    assert.deepEqual(
      writes.map((write) => [write.at, write.answered]),
      [
        [at(1), { at: at(6), version: at(6) }],
        [at(3), { at: at(5), version: at(4) }],
      ],
    );
  });

  it('keeps the receipts when no write waits for a response', () => {
    assert.deepEqual(withAnswered([receipt(1)], at(9), time(10)), [receipt(1)]);
    assert.deepEqual(withAnswered([], at(9), time(10)), []);
  });

  it('keeps at most five receipts', () => {
    const writes = [1, 2, 3, 4, 5].map((seconds) => receipt(seconds));
    const after = withAnswered([...writes, planned(6)], at(7), time(11));
    assert.deepEqual(
      after.map((write) => write.at),
      [2, 3, 4, 5, 6].map(at),
    );
  });
});

describe('a write that was not carried out', () => {
  it('is the one planned last', () => {
    assert.deepEqual(
      withoutLast([receipt(1), planned(2), planned(3)]).map((write) => write.at),
      [1, 2].map(at),
    );
  });

  it('is none when all have a response', () => {
    assert.deepEqual(withoutLast([receipt(1)]), [receipt(1)]);
  });
});

describe('values seen while a write is in flight', () => {
  const seen = [{ field: 'title', value: 'Theirs' }];

  it('are remembered by every write without a response', () => {
    const writes = withSeen([receipt(1), planned(2), planned(3)], seen);
    assert.deepEqual(
      writes.map(({ overwritten }) => overwritten),
      [undefined, { title: ['Theirs'] }, { title: ['Theirs'] }],
    );
  });

  it('are added to those that were seen before', () => {
    const [write] = withSeen(withSeen([planned(1)], seen), [{ field: 'title', value: 'Theirs 2' }]);
    assert.deepEqual(write?.overwritten, { title: ['Theirs', 'Theirs 2'] });
  });

  it('change nothing when there are none', () => {
    assert.deepEqual(withSeen([planned(1)], []), [planned(1)]);
  });

  it('are no overwritten edit when they are delivered again after the response', () => {
    const writes = withAnswered(withSeen([planned(1)], seen), at(6), time(6));
    assert.deepEqual(overwrittenEdits(writes, { title: 'Theirs' }, time(3), { title: 'Ours 1' }).edits, []);
  });
});

describe('a field that is edited here while a write is in flight', () => {
  it('is remembered where it differs from what the write sets', () => {
    const local = { title: 'Later', description: 'Later' };
    const [edited] = withOutdated([planned(1)], ['title', 'description'], local);
    assert.deepEqual(edited?.outdated, ['title']);
    assert.deepEqual(withOutdated([planned(1)], ['description'], local), [planned(1)]);
    assert.deepEqual(withOutdated([planned(1)], ['title'], { title: 'Ours 1' }), [planned(1)]);
  });

  it('stays as it is in receipts', () => {
    assert.deepEqual(withOutdated([receipt(1)], ['title'], { title: 'Later' }), [receipt(1)]);
  });
});

describe('the agreed state without what a snapshot of the same second does not show', () => {
  const write = receipt(1, { add: { labels: ['added'] }, remove: { labels: ['removed'] } });
  const base: RemoteFields = { title: 'Ours 1', labels: ['bug', 'added'] };

  it('has what was read before the write, and what the snapshot shows of it', () => {
    const before = { title: 'Read', labels: ['bug', 'removed'] };
    assert.deepEqual(withoutUnseen(base, [write], before, time(6)), before);
    assert.deepEqual(withoutUnseen(base, [write], base, time(6)), base);
    assert.deepEqual(withoutUnseen(base, [write], { title: 'Theirs', labels: ['bug'] }, time(6)), {
      title: 'Ours 1',
      labels: ['bug'],
    });
  });

  it('is the agreed state for a snapshot of another second, or without a response', () => {
    const before = { title: 'Read', labels: ['bug', 'removed'] };
    assert.deepEqual(withoutUnseen(base, [write], before, time(7)), base);
    assert.deepEqual(withoutUnseen(base, [planned(1)], before, time(6)), base);
  });
});

describe('the echo of a write', () => {
  const base = { title: 'Read', description: 'Text', labels: ['bug'] };
  const write = planned(1, { add: { labels: ['ours'] }, remove: { labels: ['bug'] } });
  const echoes = (snapshot: Record<string, string | string[]>, writes = [write]) =>
    isEcho(itemFields, writes, { ...base, ...snapshot }, base);

  it('is a snapshot that has what a write without a response changes, in whole or in part', () => {
    assert.ok(echoes({ title: 'Ours 1', labels: ['OURS'] }));
    assert.ok(echoes({ title: 'Ours 1' }));
    assert.ok(echoes({ labels: ['bug', 'ours'] }));
  });

  it('is not a snapshot with any other change', () => {
    assert.equal(echoes({ title: 'Theirs' }), false);
    assert.equal(echoes({ title: 'Ours 1', description: 'Theirs' }), false);
    assert.equal(echoes({ title: 'Ours 1', labels: ['bug', 'theirs'] }), false);
    assert.equal(echoes({ title: 'Ours 1', labels: [] }, [planned(1)]), false);
  });

  it('does not come after the response', () => {
    assert.equal(echoes({ title: 'Ours 1' }, [receipt(1)]), false);
  });
});

describe('a write that the item shows although its response was lost', () => {
  it('is a receipt after the worker has read the item, for the fields that the item shows', () => {
    const write = planned(1, { set: { title: ['Read', 'Ours'], description: ['', 'Ours'] } });
    const [settled] = withSettled([write], { title: 'Ours', description: 'Theirs' }, at(4), time(9));
    assert.deepEqual(settled, {
      ...planned(1),
      set: { title: ['Read', 'Ours'] },
      answered: { at: at(9), version: at(4) },
    });
  });

  it('keeps the names that the item has, or has no more', () => {
    const write = planned(1, {
      set: {},
      add: { labels: ['ui', 'refused'] },
      remove: { labels: ['old'], assignees: ['ann'] },
    });
    const [settled] = withSettled([write], { labels: ['UI'], assignees: ['ann'] }, at(4), time(9));
    assert.deepEqual(
      [settled?.add, settled?.remove, settled?.answered?.version],
      [{ labels: ['ui'] }, { labels: ['old'] }, at(4)],
    );
  });

  it('stays as it is when the item does not show it, and so do creates and receipts', () => {
    for (const write of [planned(1), planned(1, { read_version: null }), receipt(1)])
      assert.deepEqual(
        withSettled([write], { title: write.read_version === null ? 'Ours 1' : 'Read' }, at(4), time(9)),
        [write],
      );
  });
});

describe('the agreed state after a response that arrived with events of the same second', () => {
  const base = { title: 'Read', labels: ['bug', 'old'], priority: 'medium', priorityLabels: [] } as const;
  const write = planned(1, {
    set: { title: ['Read', 'Ours'], priority: ['medium', 'high'] },
    add: { labels: ['ours', 'refused'] },
    remove: { labels: ['old'] },
  });
  const after = (changes: RemoteFields, response: RemoteFields) =>
    withWritten({ ...base, labels: [...base.labels], priorityLabels: [], ...changes }, write, response);

  it('has what the write changed and the response shows', () => {
    const response: RemoteFields = {
      title: 'Ours',
      labels: ['bug', 'Ours', 'theirs'],
      priority: 'high',
      priorityLabels: ['priority: high'],
    };
    assert.deepEqual(after({}, response), {
      title: 'Ours',
      labels: ['bug', 'ours'],
      priority: 'high',
      priorityLabels: ['priority: high'],
    });
  });

  it('keeps a field that an event has changed meanwhile', () => {
    assert.equal(after({ title: 'Theirs' }, { title: 'Ours' }).title, 'Theirs');
    assert.equal(after({}, { title: 'Theirs' }).title, 'Read');
  });
});

describe('overwritten edits', () => {
  const base = { title: 'Ours 1' };
  const find = (title: string, seconds: number, writes: readonly Write[] = [receipt(1)]) =>
    overwrittenEdits(writes, { title }, time(seconds), base).edits;

  it('are values between the read and the response that are neither read nor written', () => {
    assert.deepEqual(find('Theirs', 3), [
      {
        field: 'title',
        base: 'Read',
        ours: 'Ours 1',
        theirs: 'Theirs',
        isNew: true,
        before: 'Ours 1',
        after: 'Theirs',
      },
    ]);
  });

  it('leave ours in the second of the read, and come back in the second of the response', () => {
    assert.equal(find('Theirs', 0)[0]?.after, 'Ours 1');
    assert.equal(find('Theirs', 6)[0]?.after, 'Theirs');
  });

  describe('of which several events tell', () => {
    /** Applies late events, given as title and second, and returns the value that the field should have after each of them. */
    const wanted = (...events: [string, number][]): unknown[] => {
      let writes: readonly Write[] = [receipt(1)];
      let value: unknown = 'Ours 1';
      return events.map(([title, seconds]) => {
        const found = overwrittenEdits(writes, { title }, time(seconds), base);
        writes = found.writes;
        for (const { after } of found.edits) value = after;
        return value;
      });
    };

    it('come back with the last value, in whatever order the events arrive', () => {
      assert.deepEqual(wanted(['First', 2], ['Second', 3]), ['First', 'Second']);
      assert.deepEqual(wanted(['Second', 3], ['First', 2]), ['Second', 'Second']);
    });

    it('leave ours when the person went back to the value that was read', () => {
      assert.deepEqual(wanted(['Theirs', 2], ['Read', 3]), ['Theirs', 'Ours 1']);
      assert.deepEqual(wanted(['Read', 3], ['Theirs', 2]), ['Ours 1', 'Ours 1']);
    });

    it('leave ours when two values have the same second', () => {
      assert.deepEqual(wanted(['First', 3], ['Second', 3]), ['First', 'Ours 1']);
      assert.deepEqual(wanted(['Theirs', 3], ['Read', 3], ['Theirs', 3]), ['Theirs', 'Ours 1', 'Ours 1']);
    });
  });

  it('are not values from before the read or after the response', () => {
    assert.deepEqual(find('Theirs', -1), []);
    assert.deepEqual(find('Theirs', 7), []);
  });

  it('are not the value that was read, the one that was written, or the one that is agreed on now', () => {
    assert.deepEqual(find('Read', 3), []);
    assert.deepEqual(find('Ours 1', 3), []);
    const [agreed] = overwrittenEdits([receipt(1)], { title: 'Now' }, time(3), { title: 'Now' }).edits;
    assert.equal(agreed?.isNew, false);
  });

  it('are not found in fields that the snapshot does not know or the write did not change', () => {
    assert.deepEqual(overwrittenEdits([receipt(1)], {}, time(3), base).edits, []);
    assert.deepEqual(overwrittenEdits([receipt(1)], { description: 'Theirs' }, time(3), base).edits, []);
  });

  it('are found by a write without a response once the item has the written value, and not before', () => {
    assert.equal(find('Theirs', 3, [planned(1)]).length, 1);
    assert.deepEqual(overwrittenEdits([planned(1)], { title: 'Theirs' }, time(3), { title: 'Read' }).edits, []);
  });

  it('are not found by a create', () => {
    assert.deepEqual(find('Theirs', 3, [receipt(1, { read_version: null })]), []);
  });

  it('are found once, and each value on its own', () => {
    const { writes } = overwrittenEdits([receipt(1)], { title: 'Theirs' }, time(3), base);
    assert.deepEqual(find('Theirs', 3, writes), []);
    assert.equal(find('Theirs 2', 4, writes).length, 1);
  });

  describe('of the priority', () => {
    const urgent: RemoteFields = { priority: 'high', priorityLabels: ['Urgent'] };
    const low: RemoteFields = { priority: 'low', priorityLabels: ['priority: low'] };
    const none: RemoteFields = { priority: 'medium', priorityLabels: [] };
    const found = (from: string, to: string, labels: string[], snapshot: RemoteFields, agreed: RemoteFields) =>
      overwrittenEdits([receipt(1, { set: { priority: [from, to] }, labels })], snapshot, time(3), agreed).edits.map(
        ({ isNew, after }) => [isNew, after],
      );

    it('are a label that ours hides, and a label that both removed', () => {
      const both: RemoteFields = { priority: 'high', priorityLabels: ['priority: low', 'priority: high'] };
      const high: RemoteFields = { priority: 'high', priorityLabels: ['priority: high'] };
      assert.deepEqual(found('medium', 'high', ['priority: high'], low, both), [[true, 'low']]);
      assert.deepEqual(found('low', 'high', ['Priority: high', 'Priority: low'], none, high), [[true, 'medium']]);
    });

    it('are no label that is gone although our write did not remove it, alone or beside ours', () => {
      const beside: RemoteFields = { priority: 'high', priorityLabels: ['Urgent', 'priority: low'] };
      for (const snapshot of [urgent, beside])
        assert.deepEqual(found('medium', 'low', ['priority: low'], snapshot, low), []);
      const high: RemoteFields = { priority: 'high', priorityLabels: ['priority: high'] };
      assert.deepEqual(found('medium', 'high', ['priority: high'], low, high), []);
    });
  });

  it('leave the writes as they are when there are none', () => {
    assert.deepEqual(overwrittenEdits([receipt(1)], { title: 'Ours 1' }, time(3), base).writes, [receipt(1)]);
  });
});
