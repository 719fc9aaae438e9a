/** The Action as `uses:` names it where it is not copied into the repository. */
export const actionReference = 'commandcenter/commandcenter/.github/actions/commandcenter-analyze@v0.1';

export interface WorkflowOptions {
  event: string;
  inputs: Readonly<Record<string, string>>;
  /** Inputs of the checkout; null: nothing is checked out. */
  checkout: Readonly<Record<string, string>> | null;
  permissions?: Readonly<Record<string, string>> | undefined;
}

/** The quick start of the guide, with more inputs. JSON is YAML. */
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
