import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type FakeGitHub, startFakeGitHub } from './start.ts';
import { checkedClient } from './testing/checked-client.ts';
import { startReceiver } from './testing/receiver.ts';

describe('GraphQL', () => {
  let github: FakeGitHub;
  let query: (text: string, variables?: object) => ReturnType<ReturnType<typeof checkedClient>>;

  beforeEach(async () => {
    github = await startFakeGitHub();
    github.state.addOrganization('acme', { members: { robot: 'admin' } });
    github.state.addRepository({ owner: 'acme', name: 'web' });
    github.state.addIssue({ repository: 'acme/web', title: 'A', labels: ['bug'] });
    const options = ['Backlog', 'Doing', 'Done'];
    const project = github.state.addProject({ owner: 'acme', title: 'Board', options, repositories: ['acme/web'] });
    github.state.addProjectItem({ project, content: { repository: 'acme/web', number: 1 }, status: 'Doing' });
    github.state.addProjectItem({ project, content: { title: 'An idea' } });
    github.state.addProject({ owner: 'robot', title: 'Mine' });
    const call = checkedClient(github, github.state.addToken({ login: 'robot', scopes: ['repo', 'project'] }));
    query = (text, variables = {}) => call('POST', '/graphql', { query: text, variables });
  });
  afterEach(() => github.close());

  it('lists projects of organizations, users and repositories', async () => {
    const { at } = await query(`{
      viewer { login }
      organization(login: "acme") { projectsV2(first: 10) { totalCount nodes { number title closed url } } }
      user(login: "robot") { projectsV2(first: 10) { nodes { title url } } }
      repository(owner: "acme", name: "web") { projectsV2(first: 10) { nodes { id title } } }
      repositoryOwner(login: "acme") { __typename ... on ProjectV2Owner { projectV2(number: 1) { title } } }
    }`);
    assert.equal(at('errors'), undefined);
    assert.equal(at('data.viewer.login'), 'robot');
    assert.equal(at('data.organization.projectsV2.nodes.0.url'), 'https://github.com/orgs/acme/projects/1');
    assert.equal(at('data.user.projectsV2.nodes.0.title'), 'Mine');
    assert.equal(at('data.repository.projectsV2.nodes.0.title'), 'Board');
    assert.deepEqual(at('data.repositoryOwner'), { __typename: 'Organization', projectV2: { title: 'Board' } });
  });

  it('shows the Status options as columns, and items page by page with their content and status', async () => {
    const text = `query($after: String) { organization(login: "acme") { projectV2(number: 1) {
      field(name: "Status") { ... on ProjectV2SingleSelectField { id options { id name } } }
      items(first: 1, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id type
          fieldValueByName(name: "Status") { ... on ProjectV2ItemFieldSingleSelectValue { name optionId } }
          fieldValues(first: 10) { nodes { __typename } }
          content {
            __typename
            ... on Issue { number title labels(first: 5) { nodes { name } } repository { nameWithOwner } }
            ... on DraftIssue { title }
          }
        }
      }
    } } }`;
    const project = 'data.organization.projectV2';
    const first = await query(text);
    assert.equal(first.at('errors'), undefined);
    assert.deepEqual(first.at(`${project}.field.options.*.name`), ['Backlog', 'Doing', 'Done']);
    assert.equal(first.at(`${project}.items.nodes.0.type`), 'ISSUE');
    assert.equal(first.at(`${project}.items.nodes.0.fieldValueByName.name`), 'Doing');
    assert.equal(first.at(`${project}.items.nodes.0.content.repository.nameWithOwner`), 'acme/web');
    assert.equal(first.at(`${project}.items.pageInfo.hasNextPage`), true);
    const second = await query(text, { after: first.at(`${project}.items.pageInfo.endCursor`) });
    assert.equal(second.at(`${project}.items.nodes.0.type`), 'DRAFT_ISSUE');
    assert.equal(second.at(`${project}.items.nodes.0.content.title`), 'An idea');
    assert.equal(second.at(`${project}.items.nodes.0.fieldValueByName`), null);
    assert.equal(second.at(`${project}.items.pageInfo.hasNextPage`), false);
  });

  it('moves an item and notifies the organization’s hook', async () => {
    await using receiver = await startReceiver();
    github.state.addWebhook({ organization: 'acme', url: receiver.url, events: ['projects_v2_item'] });
    const { at } = await query(`{ organization(login: "acme") { projectV2(number: 1) {
        id field(name: "Status") { ... on ProjectV2SingleSelectField { id options { id name } } }
        items(first: 1) { nodes { id } }
      } } }`);
    const project = 'data.organization.projectV2';
    const input = {
      projectId: at(`${project}.id`),
      itemId: at(`${project}.items.nodes.0.id`),
      fieldId: at(`${project}.field.id`),
      value: { singleSelectOptionId: at(`${project}.field.options.2.id`) },
    };
    const moved = await query(
      `mutation($input: UpdateProjectV2ItemFieldValueInput!) { updateProjectV2ItemFieldValue(input: $input) {
        projectV2Item { fieldValueByName(name: "Status") { ... on ProjectV2ItemFieldSingleSelectValue { name } } }
      } }`,
      { input },
    );
    assert.equal(moved.at('data.updateProjectV2ItemFieldValue.projectV2Item.fieldValueByName.name'), 'Done');
    await github.webhooks.idle();
    assert.deepEqual([receiver.events(), receiver.schemaErrors], [['projects_v2_item.edited'], []]);
    assert.equal(receiver.deliveries[0]?.at('changes.field_value.to.name'), 'Done');
  });

  it('reports missing objects with status 200 and NOT_FOUND', async () => {
    const { status, at } = await query('{ organization(login: "nobody") { id } viewer { login } }');
    assert.equal(status, 200);
    assert.equal(at('data.organization'), null);
    assert.equal(at('data.viewer.login'), 'robot');
    assert.deepEqual([at('errors.0.type'), at('errors.0.path')], ['NOT_FOUND', ['organization']]);
    assert.equal(at('errors.0.message'), "Could not resolve to an Organization with the login of 'nobody'.");
    assert.deepEqual(github.violations, []);
  });

  it('requires the scope for projects, and hides private projects of others', async () => {
    const without = checkedClient(github, github.state.addToken({ login: 'robot', scopes: ['repo'] }));
    const text = '{ organization(login: "acme") { projectsV2(first: 5) { nodes { title } } } }';
    const refused = await without('POST', '/graphql', { query: text });
    assert.equal(refused.at('errors.0.type'), 'INSUFFICIENT_SCOPES');
    const stranger = checkedClient(github, github.state.addToken({ login: 'eve', scopes: ['read:project'] }));
    assert.deepEqual(
      (await stranger('POST', '/graphql', { query: text })).at('data.organization.projectsV2.nodes'),
      [],
    );
  });

  it('requires first or last of at most 100', async () => {
    const none = await query('{ organization(login: "acme") { projectsV2 { totalCount } } }');
    assert.equal(none.at('errors.0.type'), 'MISSING_PAGINATION_BOUNDARIES');
    const many = await query('{ organization(login: "acme") { projectsV2(first: 101) { totalCount } } }');
    assert.equal(many.at('errors.0.type'), 'EXCESSIVE_PAGINATION');
  });

  it('refuses documents that are invalid in GitHub’s schema, and records them as violations', async () => {
    const unknown = await query('{ viewer { nickname } }');
    assert.equal(unknown.status, 200);
    assert.equal(unknown.at('errors.0.message'), "Field 'nickname' doesn't exist on type 'User'");
    assert.equal((await query('{ viewer {')).at('data'), undefined);
    assert.deepEqual(
      github.violations.map((violation) => violation.kind),
      ['invalid_graphql', 'invalid_graphql'],
    );
  });

  it('reports fields of GitHub’s schema that the fake GitHub does not have', async () => {
    const { at } = await query('{ viewer { bioHTML } }');
    assert.match(String(at('errors.0.message')), /does not have User\.bioHTML/);
    assert.equal(github.violations[0]?.kind, 'unsupported_graphql');
  });
});
