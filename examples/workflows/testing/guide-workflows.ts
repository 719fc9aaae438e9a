/**
 * The YAML that the user's guide prints (External Integrations Guide 1.0.0, chapter "GitHub Action"), by the name of the example file
 * that must do the same.
 */
export const guideWorkflows: Readonly<Record<string, { section: string; yaml: string }>> = {
  'pr-analysis.yml': {
    section: 'Quick Start',
    yaml: `
# .github/workflows/pr-analysis.yml
name: PR Analysis

on:
  pull_request:
    types: [opened, synchronize, reopened]

jobs:
  analyze:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4

      - name: Run CommandCenter Analysis
        uses: ./.github/actions/commandcenter-analyze
        with:
          commandcenter-url: \${{ secrets.COMMANDCENTER_URL }}
          api-token: \${{ secrets.COMMANDCENTER_TOKEN }}
          project-id: \${{ secrets.COMMANDCENTER_PROJECT_ID }}
`,
  },
  'quality-gates.yml': {
    section: 'Quality Gates',
    yaml: `
- name: Analyze with Quality Gates
  uses: ./.github/actions/commandcenter-analyze
  with:
    commandcenter-url: \${{ secrets.COMMANDCENTER_URL }}
    api-token: \${{ secrets.COMMANDCENTER_TOKEN }}
    project-id: \${{ secrets.COMMANDCENTER_PROJECT_ID }}
    analysis-depth: comprehensive
    fail-on-errors: 'true'  # Block PR if critical issues found
`,
  },
  'daily-analysis.yml': {
    section: 'Scheduled Analysis',
    yaml: `
# .github/workflows/daily-analysis.yml
name: Daily Analysis

on:
  schedule:
    - cron: '0 9 * * 1-5'  # Weekdays at 9 AM

jobs:
  analyze:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4

      - name: Full Analysis
        uses: ./.github/actions/commandcenter-analyze
        with:
          commandcenter-url: \${{ secrets.COMMANDCENTER_URL }}
          api-token: \${{ secrets.COMMANDCENTER_TOKEN }}
          project-id: \${{ secrets.COMMANDCENTER_PROJECT_ID }}
          analysis-depth: comprehensive
          post-comment: 'false'  # No PR to comment on
`,
  },
  'multi-repository.yml': {
    section: 'Multi-Repository Matrix',
    yaml: `
jobs:
  analyze:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        repo: [backend, frontend, infrastructure]
    steps:
      - uses: actions/checkout@v4
        with:
          repository: my-org/\${{ matrix.repo }}

      - name: Analyze \${{ matrix.repo }}
        uses: ./.github/actions/commandcenter-analyze
        with:
          commandcenter-url: \${{ secrets.COMMANDCENTER_URL }}
          api-token: \${{ secrets.COMMANDCENTER_TOKEN }}
          project-id: \${{ secrets.COMMANDCENTER_PROJECT_ID }}
`,
  },
};
