import { figure, format, heading, median } from './report.ts';
import { type ServerUnderTest, startServerUnderTest } from './server-under-test.ts';

const ROUNDS = 5;

/** Measures the time from the start of the process to the first 200 of /readyz, on an existing data folder. */
export async function benchStart(): Promise<void> {
  heading('Start');
  const first = await startServerUnderTest();
  console.log(`     first start, including the creation of the database: ${format(first.secondsToReady)} s`);
  const { dataDir, encryptionKeys } = first;
  await first.stop({ keep: true });
  const again = async (): Promise<ServerUnderTest> => startServerUnderTest({ dataDir, encryptionKeys });
  const afterStop: number[] = [];
  const afterKill: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const stopped = await again();
    afterStop.push(stopped.secondsToReady);
    await stopped.database.close();
    await stopped.kill('SIGKILL');
    const killed = await again();
    afterKill.push(killed.secondsToReady);
    await killed.stop({ keep: round < ROUNDS - 1 });
  }
  figure('seconds to /readyz after a stop', median(afterStop), 's', { atMost: 2 });
  figure('seconds to /readyz after kill -9', median(afterKill), 's', { atMost: 3 });
}
