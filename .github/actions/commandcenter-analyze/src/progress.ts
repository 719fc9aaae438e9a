const STEP_PERCENT = 10;

/** A line for each ten percent, or when something else is being done. */
export function createProgress(say: (line: string) => void): (percent: number, step: string) => void {
  let shownPercent = -STEP_PERCENT;
  let shownStep = '';
  return (percent, step) => {
    // `complexity` and `Base: complexity` follow each other dozens of times a second.
    if (percent < shownPercent + STEP_PERCENT && (step === shownStep || percent < shownPercent + 1)) return;
    shownPercent = percent;
    shownStep = step;
    say(`${String(Math.round(percent)).padStart(3)} %  ${step}`);
  };
}
