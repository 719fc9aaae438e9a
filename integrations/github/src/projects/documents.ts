/** GraphQL queries for projects. A test validates them with GitHub's schema. GitHub accepts at most 100 for `first`, the size of a page. */

export const repositoryBoards = `
  query RepositoryBoards($owner: String!, $name: String!, $first: Int!, $after: String) {
    repository(owner: $owner, name: $name) {
      projectsV2(first: $first, after: $after) {
        nodes { id number title url closed }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`;

export const ownerBoards = `
  query OwnerBoards($owner: String!, $first: Int!, $after: String) {
    repositoryOwner(login: $owner) {
      ... on ProjectV2Owner {
        projectsV2(first: $first, after: $after) {
          nodes { id number title url closed }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  }
`;

export const boardColumns = `
  query BoardColumns($owner: String!, $number: Int!) {
    repositoryOwner(login: $owner) {
      ... on ProjectV2Owner {
        projectV2(number: $number) {
          field(name: "Status") {
            ... on ProjectV2SingleSelectField { options { id name } }
          }
        }
      }
    }
  }
`;

export const boardItems = `
  query BoardItems($owner: String!, $number: Int!, $first: Int!, $after: String) {
    repositoryOwner(login: $owner) {
      ... on ProjectV2Owner {
        projectV2(number: $number) {
          items(first: $first, after: $after) {
            nodes {
              id
              fieldValueByName(name: "Status") {
                ... on ProjectV2ItemFieldSingleSelectValue { name }
              }
              content {
                __typename
                ... on DraftIssue { title }
                ... on Issue { title number url repository { nameWithOwner } }
                ... on PullRequest { title number url repository { nameWithOwner } }
              }
            }
            pageInfo { hasNextPage endCursor }
          }
        }
      }
    }
  }
`;
