/** Name of the Action in `uses:` if it is not copied into the repository. */
export const actionReference = 'commandcenter/commandcenter/.github/actions/commandcenter-analyze@v0.1';

export interface WorkflowOptions {
  event: string;
  inputs: Readonly<Record<string, string>>;
  /** Inputs of the checkout step; null for a workflow without checkout. */
  checkout: Readonly<Record<string, string>> | null;
  permissions?: Readonly<Record<string, string>> | undefined;
}

/** Returns the workflow of the guide's quick start with additional inputs. It is JSON, which is also valid YAML. */
export function writeWorkflow({ event, inputs, checkout, permissions }: WorkflowOptions): string {
  const secret = (name: string): string => `\${{ secrets.COMMANDCENTER_${name} }}`;
  const secrets = {
    'commandcenter-url': secret('URL'),
    'api-token': secret('TOKEN'),
    'project-id': secret('PROJECT_ID'),
  };
  return JSON.stringify({
    name: 'Analysis',
    on: [event],
    ...(permissions === undefined ? {} : { permissions }),
    jobs: {
      analyze: {
        'runs-on': 'ubuntu-latest',
        steps: [
          ...(checkout === null ? [] : [{ uses: 'actions/checkout@v4', with: checkout }]),
          { uses: actionReference, with: { ...secrets, ...inputs } },
        ],
      },
    },
  });
}
