// Generated from packages/server/openapi.json by scripts/generate-client.ts. Do not edit.
export interface paths {
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get liveness */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get readiness to store deliveries */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get server health
         * @description With a token, the response also lists the parts of the server. The health of integrations does not count: `GET /integrations/{id}/health` returns it.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get metrics for Prometheus
         * @description Requests from this machine need no token. Requests from elsewhere need a token with the scope `admin` that is not bound to a project.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/integrations/{id}/webhook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive webhook of one integration
         * @description No token: the sender signs the raw body with the integration's `webhook_secret` (GitHub: `X-Hub-Signature-256`), as JSON or as a form with the field `payload`. 202 means stored durably; a repeated delivery gets 200 with `duplicate`, GitHub's `ping` 200 with `pong`.
         */
        post: operations["receiveWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/integrations/github/webhook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive webhook of any GitHub integration
         * @description No token: the sender signs the raw body with the integration's `webhook_secret` (GitHub: `X-Hub-Signature-256`), as JSON or as a form with the field `payload`. 202 means stored durably; a repeated delivery gets 200 with `duplicate`, GitHub's `ping` 200 with `pong`. The integration is the one whose secret verifies. With more than 256 different secrets in use, prefer the URL with the id.
         */
        post: operations["receiveGithubWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List projects */
        get: operations["listProjects"];
        put?: never;
        /** Create project */
        post: operations["createProject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get project */
        get: operations["getProject"];
        put?: never;
        post?: never;
        /**
         * Delete project with everything in it
         * @description Delete the integrations of the project first, one by one, so that the webhooks they created at the provider are deleted too.
         */
        delete: operations["deleteProject"];
        options?: never;
        head?: never;
        /** Update project */
        patch: operations["updateProject"];
        trace?: never;
    };
    "/api/v1/projects/{id}/trusted-repositories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List trusted repositories */
        get: operations["listTrustedRepositories"];
        put?: never;
        /**
         * Create trusted repository
         * @description Workflows of the repository then get a token of the project with the scopes `jobs:create` and `jobs:read`, for an hour, from `POST /api/v1/tokens/github-oidc`. The repository is identified by its id and its owner's id, which are never reused. A project has at most 1,000 trusted repositories.
         */
        post: operations["createTrustedRepository"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{id}/trusted-repositories/{trusted_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete trusted repository
         * @description Tokens that its workflows hold become invalid at once.
         */
        delete: operations["deleteTrustedRepository"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List repositories, oldest first */
        get: operations["listRepositories"];
        put?: never;
        /** Create repository */
        post: operations["createRepository"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get repository */
        get: operations["getRepository"];
        put?: never;
        post?: never;
        /**
         * Delete repository
         * @description Returns 409 while tasks are linked to its items.
         */
        delete: operations["deleteRepository"];
        options?: never;
        head?: never;
        /** Update repository */
        patch: operations["updateRepository"];
        trace?: never;
    };
    "/api/v1/repositories/{id}/trends": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List trends of a repository, newest first
         * @description Returns the newest 1,000 analyses, including those whose jobs are past their retention.
         */
        get: operations["listTrends"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List tasks, newest first */
        get: operations["listTasks"];
        put?: never;
        /** Create task */
        post: operations["createTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get task
         * @description The `ETag` of the response is the version of the task.
         */
        get: operations["getTask"];
        put?: never;
        post?: never;
        /**
         * Delete task
         * @description Linked items stay unchanged at the provider, and no task is created for them again.
         */
        delete: operations["deleteTask"];
        options?: never;
        head?: never;
        /**
         * Update task
         * @description Linked items are updated afterwards; the response does not wait for the provider.
         */
        patch: operations["updateTask"];
        trace?: never;
    };
    "/api/v1/tasks/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List task history, newest first */
        get: operations["listTaskHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conflicts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List conflicts, newest first */
        get: operations["listConflicts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conflicts/{id}/decide": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resolve conflict
         * @description Sets the chosen value in the task and then in its item. Returns 409 if the conflict is decided already.
         */
        post: operations["decideConflict"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conflicts/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore the losing value of a conflict
         * @description Sets the value that lost in the task and then in its item, whether a person or the policy decided. Returns 409 if the field was edited since.
         */
        post: operations["undoConflict"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/integrations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List integrations, oldest first */
        get: operations["listIntegrations"];
        put?: never;
        /**
         * Create integration
         * @description Credentials are stored encrypted. The provider is not called: `POST …/test` checks the connection. Returns 409 `integration.duplicate` when another integration of the project has the same credential, the same App installation or one of the repositories; `integration_id` is that integration.
         */
        post: operations["createIntegration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/integrations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get integration */
        get: operations["getIntegration"];
        put?: never;
        post?: never;
        /**
         * Delete integration
         * @description Its tasks stay and their links become `detached`. The webhooks that it created at the provider are deleted.
         */
        delete: operations["deleteIntegration"];
        options?: never;
        head?: never;
        /**
         * Update integration
         * @description `config` is merged by key; null deletes a key. Secrets that are not given stay. A change of the host needs the credential again. A new `webhook_secret` leaves the old one valid for 24 hours. A new credential, host, installation or repository that another integration of the project has is refused with 409 `integration.duplicate`.
         */
        patch: operations["updateIntegration"];
        trace?: never;
    };
    "/api/v1/integrations/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Test integration
         * @description A failed test is a 200 with `ok: false`. A passed test enables an integration that errors had disabled.
         */
        post: operations["testIntegration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/integrations/{id}/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get integration health */
        get: operations["getIntegrationHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/integrations/{id}/sync/issue-to-task": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sync an issue into its task
         * @description If the task of the issue was deleted, a new one is created.
         */
        post: operations["syncIssueToTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/integrations/{id}/sync/task-to-issue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sync a task into its issue
         * @description Waits up to 10 seconds for the provider. After that the response is 202 with a job, which is `pending` until the issue is written, for half an hour at most.
         */
        post: operations["syncTaskToIssue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/integrations/{id}/github/sync/issue-to-task": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sync an issue into its task
         * @description If the task of the issue was deleted, a new one is created.
         */
        post: operations["githubSyncIssueToTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/integrations/{id}/github/sync/task-to-issue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sync a task into its issue
         * @description Waits up to 10 seconds for the provider. After that the response is 202 with a job, which is `pending` until the issue is written, for half an hour at most.
         */
        post: operations["githubSyncTaskToIssue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/integrations/{id}/github/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import all issues of a repository
         * @description Creates the tasks that are missing, lets issues be read that are no longer listed, and writes nothing to the provider. Repeated, it creates no duplicates. While an equal import is under way, its job is returned. The `result` of the job has a `summary` for people, the counts (`seen`, `created`, `updated`, `unchanged`, `deleted_here`, `missing`), and with `dry_run` the first hundred changes (`would`).
         */
        post: operations["githubImportRepository"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/integrations/{id}/github/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create webhook in repository
         * @description An existing webhook of this integration is updated (200). It is deleted with the integration.
         */
        post: operations["githubInstallWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/integrations/{id}/github/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List GitHub Projects of an organization, user or repository */
        get: operations["githubListBoards"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/integrations/{id}/github/projects/{number}/columns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List columns of a GitHub Project */
        get: operations["githubListBoardColumns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/integrations/{id}/github/projects/{number}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List items of a GitHub Project */
        get: operations["githubListBoardItems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List deliveries, newest first
         * @description Includes attempts whose signature did not verify, with the status `rejected`. Attempts that belong to no known integration are returned only to tokens with the scope `admin`.
         */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/integrations/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List deliveries of an integration, newest first */
        get: operations["listIntegrationDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get delivery */
        get: operations["getDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replay delivery
         * @description Handles the stored delivery again. Changes that it already made are not repeated. Returns 410 if the body is past its retention.
         */
        post: operations["replayDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List jobs, newest first */
        get: operations["listJobs"];
        put?: never;
        /**
         * Request an analysis of a repository
         * @description The job starts by itself. If an equal request has an unfinished job, or a completed one with the present base, configuration and advisory data, the response is that job with 200; `fresh` always creates a new one. A newer `commit_sha` of the same `pr_number` or `branch` cancels older analyses that have not ended. A repository that is named by owner and name and is not known yet is added to the project; no credential of an integration is used for it until an owner registers it, so that the job waits for its source. A token of a workflow may request analyses of its own repository only.
         */
        post: operations["createJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get job */
        get: operations["getJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}/dispatch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start job
         * @description Changes nothing, because jobs start by themselves. It exists for clients that expect it.
         */
        post: operations["dispatchJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel job
         * @description A waiting job is cancelled at once, a running one as soon as it can stop. A job that follows the creation of an issue ends, but the issue is still created: `result` says so.
         */
        post: operations["cancelJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}/source": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Upload the source of an analysis
         * @description A tar.gz of the repository, at most 256 MiB, for a job with the status `awaiting_source`, whose repository this server cannot read itself. The job continues at once. An interrupted upload can be repeated.
         */
        put: operations["uploadJobSource"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}/findings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List findings of an analysis
         * @description Without a base, all findings are `new`. At most the 20,000 most severe findings of an analysis are stored.
         */
        get: operations["listFindings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the report of an analysis as JSON */
        get: operations["getReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}/sarif": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the findings of an analysis as SARIF 2.1.0 */
        get: operations["getSarif"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}/sbom": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the CycloneDX 1.6 SBOM of an analysis */
        get: operations["getSbom"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}/report.html": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the HTML report of an analysis
         * @description Needs a token, or a signed link: the `report_url` of the result, if the job has one. A link is valid for 30 days, or until it is revoked. The page has no script and loads nothing from elsewhere.
         */
        get: operations["getReportPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}/report-link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create report link
         * @description Anyone with the link can read the report. If the job has a link, the response is that link with 200; to replace it, delete it first.
         */
        post: operations["createReportLink"];
        /**
         * Revoke all report links of a job
         * @description Links in comments, checks and logs become invalid too. `report_url` is then the address that needs a token.
         */
        delete: operations["deleteReportLink"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stream the events of a job (server-sent events)
         * @description The stream ends with the job. A comment every 15 seconds keeps the connection open.
         */
        get: operations["streamJobEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List tokens */
        get: operations["listTokens"];
        put?: never;
        /**
         * Create token
         * @description The new token has no more scopes and projects, and is valid no longer, than the token that creates it. Only this response contains the token: the server stores a hash.
         */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke token */
        delete: operations["deleteToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/github-oidc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create token for a workflow of a trusted repository
         * @description A GitHub Actions workflow proves with its id token which repository it runs for, so it needs no stored secret. It gets a token for an hour, for one project, with the scopes `jobs:create` and `jobs:read`. Each id token is accepted once.
         */
        post: operations["exchangeGitHubIdToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get this description (OpenAPI 3.1) */
        get: operations["getApiDescription"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Actor
         * @description The user, token or integration that made a change.
         */
        Actor: {
            /** @enum {unknown} */
            type: "user" | "token" | "integration" | "system";
            id: number | null;
            name: string;
        };
        /**
         * AnalysisReport
         * @example {
         *       "tool": {
         *         "name": "commandcenter",
         *         "version": "0.1.0"
         *       },
         *       "repository": {
         *         "name": "my-org/my-repo",
         *         "commit": "f3b0d6f7f0c1b1f4a8f2f6a0b9d3c5e7a1b2c3d4",
         *         "base": null
         *       },
         *       "depth": "standard",
         *       "created_at": "2026-01-31T12:00:00.000Z",
         *       "result": {
         *         "summary": "**Gate failed**: 1 new critical finding.",
         *         "critical_issues": 1,
         *         "counts": {
         *           "new": {
         *             "critical": 1,
         *             "high": 0,
         *             "medium": 0,
         *             "low": 0
         *           },
         *           "all": {
         *             "critical": 1,
         *             "high": 0,
         *             "medium": 0,
         *             "low": 0
         *           }
         *         },
         *         "gate": {
         *           "passed": false,
         *           "conditions": [
         *             {
         *               "name": "new_critical",
         *               "passed": false,
         *               "value": 1,
         *               "threshold": 0,
         *               "fix": "Mend or suppress secrets/aws-access-key."
         *             }
         *           ]
         *         },
         *         "engines": [
         *           {
         *             "name": "secrets",
         *             "version": "1",
         *             "files_seen": 118,
         *             "files_skipped": 2,
         *             "skipped": [
         *               {
         *                 "reason": "binary",
         *                 "files": 2,
         *                 "examples": [
         *                   "logo.png"
         *                 ]
         *               }
         *             ],
         *             "seconds": 0.31,
         *             "complete": true,
         *             "notes": []
         *           }
         *         ],
         *         "complete": true,
         *         "report_url": "http://localhost:8000/api/v1/jobs/1/report.html?expires=1772409600&signature=Zm9yIGV4YW1wbGU"
         *       },
         *       "findings": [
         *         {
         *           "id": 1,
         *           "fingerprint": "3f8a0c6d1b5e47f29a7c",
         *           "engine": "secrets",
         *           "rule": "secrets/aws-access-key",
         *           "severity": "critical",
         *           "state": "new",
         *           "title": "AWS access key",
         *           "message": "An access key of AWS stands in the source. Whoever can read the repository can use it.",
         *           "path": "src/upload.ts",
         *           "start_line": 12,
         *           "end_line": 12,
         *           "fix": "Revoke the key at AWS, then read the new one from the environment."
         *         }
         *       ],
         *       "facts": {
         *         "languages": [
         *           {
         *             "name": "TypeScript",
         *             "files": 120,
         *             "code": 9200,
         *             "comment": 800,
         *             "blank": 1100
         *           }
         *         ],
         *         "technologies": [
         *           {
         *             "id": "postgresql",
         *             "name": "PostgreSQL",
         *             "category": "database",
         *             "paths": [
         *               "compose.yaml"
         *             ]
         *           }
         *         ],
         *         "dependencies": []
         *       }
         *     }
         */
        AnalysisReport: {
            tool: {
                name: string;
                version: string;
            };
            repository: {
                name: string;
                commit: string | null;
                base: string | null;
            };
            /** @enum {unknown} */
            depth: "quick" | "standard" | "comprehensive";
            /** @description RFC 3339. */
            created_at: string;
            result: components["schemas"]["AnalysisResult"];
            findings: components["schemas"]["Finding"][];
            facts: {
                languages: {
                    name: string;
                    /** @description Files in this language. */
                    files: number;
                    /** @description Lines with code. */
                    code: number;
                    /** @description Lines with only comments. */
                    comment: number;
                    /** @description Lines with only white space. */
                    blank: number;
                }[];
                technologies: {
                    /** @example postgresql */
                    id: string;
                    /** @example PostgreSQL */
                    name: string;
                    /** @example database */
                    category: string;
                    /** @description Paths of files that show it, at most 20. */
                    paths: string[];
                }[];
                dependencies: {
                    /** @description Name of the ecosystem in OSV. */
                    ecosystem: string;
                    name: string;
                    version: string | null;
                    requirement: string | null;
                    direct: boolean;
                    /** @enum {unknown} */
                    scope: "runtime" | "development";
                    /** @description Path of the lockfile, or of the manifest if there is no lockfile. */
                    manifest: string;
                    line: number | null;
                    /** @description Package URL. */
                    purl: string;
                    /** @description Shortest path to it, from a direct dependency to its parent; empty for a direct one. */
                    via: string[];
                    /** @description License as the lockfile states it, usually an SPDX expression. */
                    licence?: string;
                    /** @description Newest version in its registry; only at depth comprehensive. */
                    latest?: string;
                }[];
                complexity?: {
                    /** @description Functions that were measured. */
                    functions: number;
                    /** @description Sum of their cyclomatic complexities. */
                    total: number;
                    /** @description Highest complexity of a function. */
                    highest: number;
                    /** @description Functions that reach the complexity threshold of the policy. */
                    over_threshold: number;
                };
                duplication?: {
                    /** @description Lines of the files that were compared. */
                    lines: number;
                    /** @description Lines that occur more than once. */
                    duplicated_lines: number;
                    percent: number;
                    /** @description Pairs of places with equal lines. */
                    clones: number;
                };
                licences?: {
                    /** @description SPDX expression, or "unknown". */
                    expression: string;
                    /** @description Dependencies with this license. */
                    packages: number;
                }[];
                hotspots?: {
                    path: string;
                    /** @description Commits that changed it in the last year. */
                    commits: number;
                    /** @description Sum of the complexities of its functions. */
                    complexity: number;
                    /** @description People who changed it. */
                    authors: number;
                    /** @description Share of the commits by the main author. */
                    main_author_percent: number;
                }[];
            };
        };
        /**
         * AnalysisResult
         * @description The `result` of a completed `repository_analysis`.
         * @example {
         *       "summary": "**Gate failed**: 1 new critical finding.",
         *       "critical_issues": 1,
         *       "counts": {
         *         "new": {
         *           "critical": 1,
         *           "high": 0,
         *           "medium": 0,
         *           "low": 0
         *         },
         *         "all": {
         *           "critical": 1,
         *           "high": 0,
         *           "medium": 0,
         *           "low": 0
         *         }
         *       },
         *       "gate": {
         *         "passed": false,
         *         "conditions": [
         *           {
         *             "name": "new_critical",
         *             "passed": false,
         *             "value": 1,
         *             "threshold": 0,
         *             "fix": "Mend or suppress secrets/aws-access-key."
         *           }
         *         ]
         *       },
         *       "engines": [
         *         {
         *           "name": "secrets",
         *           "version": "1",
         *           "files_seen": 118,
         *           "files_skipped": 2,
         *           "skipped": [
         *             {
         *               "reason": "binary",
         *               "files": 2,
         *               "examples": [
         *                 "logo.png"
         *               ]
         *             }
         *           ],
         *           "seconds": 0.31,
         *           "complete": true,
         *           "notes": []
         *         }
         *       ],
         *       "complete": true,
         *       "report_url": "http://localhost:8000/api/v1/jobs/1/report.html?expires=1772409600&signature=Zm9yIGV4YW1wbGU"
         *     }
         */
        AnalysisResult: {
            /** @description A few lines of Markdown. */
            summary: string;
            /** @description Number of new critical findings. */
            critical_issues: number;
            counts: {
                new: {
                    critical: number;
                    high: number;
                    medium: number;
                    low: number;
                };
                all: {
                    critical: number;
                    high: number;
                    medium: number;
                    low: number;
                };
            };
            gate: {
                passed: boolean;
                conditions: {
                    /** @description Stable: `new_critical`, `new_high`, `complexity`, … */
                    name: string;
                    passed: boolean;
                    value: number;
                    threshold: number;
                    /** @description How to make it pass; empty if it passed. */
                    fix: string;
                }[];
            };
            engines: {
                name: string;
                version: string;
                files_seen: number;
                files_skipped: number;
                skipped: {
                    /** @description Why they were skipped. */
                    reason: string;
                    files: number;
                    /** @description At most 5 paths. */
                    examples: string[];
                }[];
                seconds: number;
                /** @description False if it failed, exceeded its time limit, or skipped files that it should have analyzed. */
                complete: boolean;
                /** @description Why it is incomplete and how to fix that. */
                reason?: string;
                /** @description Further information, such as the age of the advisory database. */
                notes: string[];
            }[];
            /** @description True if every engine of the depth is complete. */
            complete: boolean;
            report_url: string | null;
        };
        /**
         * Board
         * @example {
         *       "id": "PVT_kwHOA",
         *       "number": 3,
         *       "title": "Roadmap",
         *       "url": "https://github.com/orgs/my-org/projects/3",
         *       "closed": false
         *     }
         */
        Board: {
            id: string;
            number: number;
            title: string;
            url: string;
            closed: boolean;
        };
        /**
         * BoardColumn
         * @example {
         *       "id": "f75ad846",
         *       "name": "In progress"
         *     }
         */
        BoardColumn: {
            id: string;
            name: string;
        };
        /**
         * BoardItem
         * @example {
         *       "id": "PVTI_lADO",
         *       "title": "Compare vector databases",
         *       "column": "In progress",
         *       "kind": "issue",
         *       "number": 124,
         *       "url": "https://github.com/my-org/my-repo/issues/124",
         *       "repository": "my-org/my-repo"
         *     }
         */
        BoardItem: {
            id: string;
            title: string;
            column: string | null;
            /** @enum {unknown} */
            kind: "issue" | "pull_request" | "draft";
            number: number | null;
            url: string | null;
            repository: string | null;
        };
        /**
         * Conflict
         * @description Both sides had changed a field to different values. Both values are kept here.
         * @example {
         *       "id": 4,
         *       "task_id": 456,
         *       "link_id": 3,
         *       "field": "title",
         *       "base": "Compare databases",
         *       "ours": "Compare vector databases",
         *       "theirs": "Compare graph databases",
         *       "ours_at": "2026-01-31T12:00:00.000Z",
         *       "theirs_at": "2026-01-31T12:00:05.000Z",
         *       "ours_by": "ann",
         *       "theirs_by": "octocat",
         *       "policy": "newest",
         *       "outcome": "theirs",
         *       "value": null,
         *       "decided_by": null,
         *       "decided_at": null,
         *       "undone_at": null,
         *       "at": "2026-01-31T12:00:07.000Z"
         *     }
         */
        Conflict: {
            /**
             * @description Id of the object.
             * @example 1
             */
            id: number;
            /**
             * @description The task.
             * @example 1
             */
            task_id: number;
            link_id: number | null;
            /** @description The field of the task. */
            field: string;
            /** @description The last value that both sides agreed on. */
            base: unknown;
            /** @description The task's value. */
            ours: unknown;
            /** @description The item's value. */
            theirs: unknown;
            ours_at: string | null;
            theirs_at: string | null;
            ours_by: string | null;
            theirs_by: string | null;
            /**
             * @description The policy of the integration at the time of the conflict.
             * @enum {unknown}
             */
            policy: "newest" | "remote" | "local" | "manual";
            /**
             * @description The value that both sides got: the task's (`ours`), the item's (`theirs`) or another one (`merged`). While it is `open`, each side keeps its own value until a person decides.
             * @enum {unknown}
             */
            outcome: "open" | "ours" | "theirs" | "merged";
            /** @description The decided value where the outcome is merged; otherwise null. */
            value: unknown;
            decided_by: string | null;
            decided_at: string | null;
            undone_at: string | null;
            /**
             * Format: date-time
             * @description When it was found.
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
        };
        /**
         * ConflictDecision
         * @example {
         *       "take": "theirs"
         *     }
         * @example {
         *       "take": "value",
         *       "value": "Compare databases"
         *     }
         */
        ConflictDecision: {
            /**
             * @description The task's value, the item's value, or the one in `value`.
             * @enum {unknown}
             */
            take: "ours" | "theirs" | "value";
            /** @description With `take: "value"`, the new value of the field, in the form that a task has. */
            value?: unknown;
        };
        /**
         * Delivery
         * @description A received webhook, or an attempt that did not verify (`rejected`, without its body).
         * @example {
         *       "id": 31,
         *       "integration_id": 1,
         *       "integration_type": "github",
         *       "project_id": 1,
         *       "event": "issues",
         *       "action": "opened",
         *       "delivery_guid": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
         *       "received_at": "2026-01-31T12:00:00.000Z",
         *       "processed_at": "2026-01-31T12:00:00.050Z",
         *       "status": "processed",
         *       "attempts": 1,
         *       "reason": null,
         *       "effects": [
         *         {
         *           "kind": "task_created",
         *           "task_id": 456,
         *           "link_id": 12
         *         }
         *       ],
         *       "repository": "my-org/my-repo",
         *       "item_number": 123,
         *       "title": "Compare vector databases",
         *       "sender": "octocat",
         *       "body_size": 11600
         *     }
         */
        Delivery: {
            /**
             * @description Id of the object.
             * @example 1
             */
            id: number;
            integration_id: number | null;
            /** @example github */
            integration_type: string;
            project_id: number | null;
            /** @example issues */
            event: string;
            action: string | null;
            /** @description The id that the sender gave the delivery. */
            delivery_guid: string;
            /**
             * Format: date-time
             * @description Time of receipt.
             * @example 2026-01-31T12:00:00.000Z
             */
            received_at: string;
            processed_at: string | null;
            /** @enum {unknown} */
            status: "received" | "processed" | "ignored" | "held" | "failed" | "rejected";
            attempts: number;
            reason: string | null;
            effects: components["schemas"]["Effect"][];
            repository: string | null;
            item_number: number | null;
            title: string | null;
            sender: string | null;
            /** @description Bytes. */
            body_size: number;
        };
        /**
         * Effect
         * @description A change that a delivery made, or would make in a dry run.
         */
        Effect: {
            /** @example task_created */
            kind: string;
            task_id?: number;
            link_id?: number;
            repository_id?: number;
            job_id?: number;
            fields?: string[];
            /** @description The reason, for people. */
            detail?: string;
        };
        /**
         * ExternalAccount
         * @description The account of the credential at the provider.
         */
        ExternalAccount: {
            id: string;
            login: string;
            /** @enum {unknown} */
            type: "user" | "bot" | "organization";
        };
        /**
         * Finding
         * @example {
         *       "id": 1,
         *       "fingerprint": "3f8a0c6d1b5e47f29a7c",
         *       "engine": "secrets",
         *       "rule": "secrets/aws-access-key",
         *       "severity": "critical",
         *       "state": "new",
         *       "title": "AWS access key",
         *       "message": "An access key of AWS stands in the source. Whoever can read the repository can use it.",
         *       "path": "src/upload.ts",
         *       "start_line": 12,
         *       "end_line": 12,
         *       "fix": "Revoke the key at AWS, then read the new one from the environment."
         *     }
         */
        Finding: {
            id: number;
            /** @description Identifies the finding in every analysis of the repository, also if its lines or its file moved. */
            fingerprint: string;
            engine: string;
            /** @enum {unknown} */
            state: "new" | "existing" | "fixed" | "suppressed";
            /** @description Engine and name: `secrets/aws-access-key`. */
            rule: string;
            /** @enum {unknown} */
            severity: "critical" | "high" | "medium" | "low";
            /** @description One line of plain text. */
            title: string;
            /** @description Plain text: the problem and why it matters. */
            message: string;
            path: string | null;
            start_line: number | null;
            end_line: number | null;
            package?: {
                name: string;
                version: string;
                /** @description Name in OSV: 'npm', 'PyPI', 'Go', 'crates.io', 'Maven', … */
                ecosystem: string;
                /** @description The lowest version that is not affected. */
                fixed_in?: string;
            };
            /** @description How to fix it. */
            fix?: string;
            /** @description Address of further information. */
            url?: string;
            /** @description Measured value if the rule has a threshold, such as a complexity. */
            value?: number;
            suppression?: {
                reason: string;
                owner?: string;
                /** @description Last day on which it applies, `YYYY-MM-DD`, UTC. */
                expires: string;
            };
        };
        /**
         * GitHubIdToken
         * @example {
         *       "project_id": 1,
         *       "id_token": "<the id token of the workflow>"
         *     }
         */
        GitHubIdToken: {
            /**
             * @description The project that the token gets access to.
             * @example 1
             */
            project_id: number;
            /** @description The id token from GitHub's OIDC provider, with this server's PUBLIC_URL as its audience. */
            id_token: string;
        };
        /**
         * HookInput
         * @example {
         *       "repository": {
         *         "owner": "my-org",
         *         "name": "my-repo"
         *       }
         *     }
         */
        HookInput: {
            repository: components["schemas"]["RepositoryRef"];
        };
        /**
         * ImportInput
         * @example {
         *       "repository": {
         *         "owner": "my-org",
         *         "name": "my-repo"
         *       },
         *       "dry_run": true
         *     }
         */
        ImportInput: {
            repository: components["schemas"]["RepositoryRef"];
            /**
             * @description List what the import would create, update and check, and change nothing.
             * @default false
             */
            dry_run?: boolean;
        };
        /**
         * InstalledHook
         * @example {
         *       "external_id": "12345678",
         *       "url": "https://commandcenter.example.org/api/v1/integrations/1/webhook",
         *       "created": true
         *     }
         */
        InstalledHook: {
            /** @description The id of the webhook at the provider. */
            external_id: string;
            /** @description The URL that the webhook delivers to. */
            url: string;
            /** @description False if the webhook existed and was updated. */
            created: boolean;
            /** @description The reason why no webhook will arrive, and how to fix it. */
            notice?: string;
        };
        /**
         * Integration
         * @description A connection to a provider. Secrets are write-only; `has_…` says that one is stored.
         * @example {
         *       "id": 1,
         *       "project_id": 1,
         *       "name": "GitHub: my-org",
         *       "integration_type": "github",
         *       "auth_type": "token",
         *       "config": {
         *         "default_labels": [
         *           "commandcenter"
         *         ],
         *         "auto_sync": true
         *       },
         *       "has_access_token": true,
         *       "has_refresh_token": false,
         *       "has_client_secret": false,
         *       "has_private_key": false,
         *       "has_webhook_secret": true,
         *       "previous_webhook_secret_expires_at": null,
         *       "account": {
         *         "id": "583231",
         *         "login": "octocat",
         *         "type": "user"
         *       },
         *       "enabled": true,
         *       "disabled_by": null,
         *       "status": "active",
         *       "error_count": 0,
         *       "total_error_count": 0,
         *       "success_count": 142,
         *       "success_rate": 100,
         *       "last_error": null,
         *       "last_error_class": null,
         *       "last_error_at": null,
         *       "last_success_at": "2026-01-31T12:00:00.000Z",
         *       "rate_limit": {
         *         "limit": 5000,
         *         "remaining": 4980,
         *         "reset_at": "2026-01-31T12:48:00.000Z",
         *         "resource": "core"
         *       },
         *       "credential_expires_at": "2026-12-08T13:39:37.000Z",
         *       "overlaps": [],
         *       "created_at": "2026-01-30T12:00:00.000Z",
         *       "updated_at": "2026-01-30T12:00:00.000Z"
         *     }
         */
        Integration: {
            /**
             * @description Id of the object.
             * @example 1
             */
            id: number;
            /**
             * @description The project it belongs to.
             * @example 1
             */
            project_id: number;
            name: string;
            /** @example github */
            integration_type: string;
            /** @example token */
            auth_type: string;
            /** @description Settings, which depend on the type. Contains no secrets. */
            config: {
                [key: string]: unknown;
            };
            has_access_token: boolean;
            has_refresh_token: boolean;
            has_client_secret: boolean;
            has_private_key: boolean;
            has_webhook_secret: boolean;
            previous_webhook_secret_expires_at: string | null;
            account: components["schemas"]["ExternalAccount"] | null;
            enabled: boolean;
            disabled_by: ("user" | "errors") | null;
            /** @enum {unknown} */
            status: "active" | "pending" | "degraded" | "error" | "inactive";
            /** @description Consecutive errors. A success resets it to 0. */
            error_count: number;
            total_error_count: number;
            success_count: number;
            success_rate: number | null;
            last_error: string | null;
            last_error_class: ("auth" | "permission" | "not_found" | "validation" | "rate_limit" | "outage" | "timeout" | "connection" | "bug") | null;
            last_error_at: string | null;
            last_success_at: string | null;
            rate_limit: components["schemas"]["RateLimit"] | null;
            credential_expires_at: string | null;
            /** @description One entry for each integration with the same repositories. */
            overlaps: components["schemas"]["IntegrationOverlap"][];
            /**
             * Format: date-time
             * @description Time of creation.
             * @example 2026-01-31T12:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Time of the last change by a person. Changes of its health do not count.
             * @example 2026-01-31T12:00:00.000Z
             */
            updated_at: string;
        };
        /**
         * IntegrationHealth
         * @example {
         *       "status": "active",
         *       "enabled": true,
         *       "is_healthy": true,
         *       "error_count": 0,
         *       "success_count": 142,
         *       "success_rate": 100,
         *       "last_error": null,
         *       "last_error_class": null,
         *       "last_success_at": "2026-01-31T12:00:00.000Z",
         *       "circuit": "closed",
         *       "next_attempt_at": null,
         *       "rate_limit": null,
         *       "credential_expires_at": null
         *     }
         */
        IntegrationHealth: {
            /** @enum {unknown} */
            status: "active" | "pending" | "degraded" | "error" | "inactive";
            enabled: boolean;
            is_healthy: boolean;
            /** @description Consecutive errors. A success resets it to 0. */
            error_count: number;
            success_count: number;
            success_rate: number | null;
            last_error: string | null;
            last_error_class: ("auth" | "permission" | "not_found" | "validation" | "rate_limit" | "outage" | "timeout" | "connection" | "bug") | null;
            last_success_at: string | null;
            /** @enum {unknown} */
            circuit: "closed" | "open" | "half_open";
            next_attempt_at: string | null;
            rate_limit: components["schemas"]["RateLimit"] | null;
            credential_expires_at: string | null;
            /** @description How to fix what is wrong, or how to replace a credential that expires within 14 days. */
            remedy?: string;
            /** @description About repositories that another integration of the project sees as well, and about code of the integration type that failed in this process within the last hour. */
            notice?: string;
        };
        /**
         * IntegrationInput
         * @example {
         *       "project_id": 1,
         *       "name": "GitHub: my-org",
         *       "integration_type": "github",
         *       "auth_type": "token",
         *       "access_token": "ghp_...",
         *       "config": {
         *         "webhook_secret": "your_webhook_secret",
         *         "default_labels": [
         *           "commandcenter"
         *         ],
         *         "auto_sync": true
         *       }
         *     }
         */
        IntegrationInput: {
            project_id: number;
            /** @example GitHub: my-org */
            name: string;
            /** @example github */
            integration_type: string;
            /** @example token */
            auth_type: string;
            /** @description Token for the provider. Write-only, encrypted. */
            access_token?: string;
            /** @description Write-only, encrypted. */
            refresh_token?: string;
            /** @description Secret of an OAuth app. Write-only, encrypted. */
            client_secret?: string;
            /** @description Private key of a GitHub App, as PEM. Write-only, encrypted. */
            private_key?: string;
            /** @description Id of a GitHub App; stored in `config`. */
            app_id?: number | string;
            /** @description Id of a GitHub App; stored in `config`. */
            installation_id?: number | string;
            /**
             * @description Settings, which depend on the type. `webhook_secret`, 16 to 1000 characters, is write-only.
             * @example {
             *       "webhook_secret": "your_webhook_secret",
             *       "default_labels": [
             *         "commandcenter"
             *       ],
             *       "auto_sync": true
             *     }
             */
            config?: {
                [key: string]: unknown;
            };
            /** @default true */
            enabled?: boolean;
        };
        /**
         * IntegrationOverlap
         * @description Repositories that another integration of the project sees as well.
         */
        IntegrationOverlap: {
            /**
             * @description The other integration.
             * @example 1
             */
            integration_id: number;
            /** @description Name of the other integration. */
            name: string;
            /** @description Owner/name, sorted; the first 100. */
            repositories: string[];
            /**
             * @description The integration that brings in their items: the older one of the two.
             * @example 1
             */
            followed_by: number;
        };
        /**
         * IntegrationPatch
         * @example {
         *       "enabled": true,
         *       "status": "active"
         *     }
         */
        IntegrationPatch: {
            /** @example GitHub: my-org */
            name?: string;
            auth_type?: string;
            /** @description Token for the provider. Write-only, encrypted. */
            access_token?: string;
            /** @description Write-only, encrypted. */
            refresh_token?: string;
            /** @description Secret of an OAuth app. Write-only, encrypted. */
            client_secret?: string;
            /** @description Private key of a GitHub App, as PEM. Write-only, encrypted. */
            private_key?: string;
            /** @description Id of a GitHub App; stored in `config`. */
            app_id?: number | string;
            /** @description Id of a GitHub App; stored in `config`. */
            installation_id?: number | string;
            /** @description Merged by key; null deletes a key. */
            config?: {
                [key: string]: unknown;
            };
            enabled?: boolean;
            /** @description `active` is the same as `enabled: true`, `inactive` the same as `enabled: false`. */
            status?: "active" | "inactive";
            /** @description Time until which the previous secret verifies; null ends it now. */
            previous_webhook_secret_expires_at?: string | null;
        };
        /**
         * IntegrationTest
         * @example {
         *       "ok": true,
         *       "message": "Signed in as octocat.",
         *       "account": {
         *         "id": "583231",
         *         "login": "octocat",
         *         "type": "user"
         *       },
         *       "scopes_missing": []
         *     }
         */
        IntegrationTest: {
            ok: boolean;
            /** @description The result, and how to fix a failure. */
            message: string;
            /** @enum {unknown} */
            class?: "auth" | "permission" | "not_found" | "validation" | "rate_limit" | "outage" | "timeout" | "connection" | "bug";
            account?: components["schemas"]["ExternalAccount"];
            /** @description Scopes that the credential lacks. */
            scopes_missing: string[];
        };
        /**
         * IssueToTaskInput
         * @example {
         *       "issue_number": 123,
         *       "repository": {
         *         "owner": "my-org",
         *         "name": "my-repo"
         *       }
         *     }
         */
        IssueToTaskInput: {
            issue_number: number;
            repository: components["schemas"]["RepositoryRef"];
        };
        /**
         * IssueToTaskResult
         * @example {
         *       "task_id": 456,
         *       "action": "created"
         *     }
         */
        IssueToTaskResult: {
            /**
             * @description The task.
             * @example 1
             */
            task_id: number;
            /** @enum {unknown} */
            action: "created" | "updated" | "unchanged";
        };
        /**
         * Job
         * @description Work that continues after the response.
         * @example {
         *       "id": 1,
         *       "project_id": 1,
         *       "job_type": "repository_analysis",
         *       "status": "pending",
         *       "progress": 0,
         *       "current_step": null,
         *       "parameters": {
         *         "repository_id": 1,
         *         "repository": {
         *           "owner": "my-org",
         *           "name": "my-repo"
         *         },
         *         "depth": "standard"
         *       },
         *       "result": null,
         *       "error": null,
         *       "created_at": "2026-01-31T12:00:00.000Z",
         *       "started_at": null,
         *       "completed_at": null,
         *       "duration_seconds": null
         *     }
         * @example {
         *       "id": 1,
         *       "project_id": 1,
         *       "job_type": "repository_analysis",
         *       "status": "completed",
         *       "progress": 100,
         *       "current_step": null,
         *       "parameters": {
         *         "repository_id": 1,
         *         "repository": {
         *           "owner": "my-org",
         *           "name": "my-repo"
         *         },
         *         "depth": "standard"
         *       },
         *       "result": {
         *         "summary": "**Gate failed**: 1 new critical finding.",
         *         "critical_issues": 1,
         *         "counts": {
         *           "new": {
         *             "critical": 1,
         *             "high": 0,
         *             "medium": 0,
         *             "low": 0
         *           },
         *           "all": {
         *             "critical": 1,
         *             "high": 0,
         *             "medium": 0,
         *             "low": 0
         *           }
         *         },
         *         "gate": {
         *           "passed": false,
         *           "conditions": [
         *             {
         *               "name": "new_critical",
         *               "passed": false,
         *               "value": 1,
         *               "threshold": 0,
         *               "fix": "Mend or suppress secrets/aws-access-key."
         *             }
         *           ]
         *         },
         *         "engines": [
         *           {
         *             "name": "secrets",
         *             "version": "1",
         *             "files_seen": 118,
         *             "files_skipped": 2,
         *             "skipped": [
         *               {
         *                 "reason": "binary",
         *                 "files": 2,
         *                 "examples": [
         *                   "logo.png"
         *                 ]
         *               }
         *             ],
         *             "seconds": 0.31,
         *             "complete": true,
         *             "notes": []
         *           }
         *         ],
         *         "complete": true,
         *         "report_url": "http://localhost:8000/api/v1/jobs/1/report.html?expires=1772409600&signature=Zm9yIGV4YW1wbGU"
         *       },
         *       "error": null,
         *       "created_at": "2026-01-31T12:00:00.000Z",
         *       "started_at": "2026-01-31T12:00:00.100Z",
         *       "completed_at": "2026-01-31T12:00:09.100Z",
         *       "duration_seconds": 9
         *     }
         */
        Job: {
            /**
             * @description Id of the object.
             * @example 1
             */
            id: number;
            /**
             * @description The project it belongs to.
             * @example 1
             */
            project_id: number;
            /** @example repository_analysis */
            job_type: string;
            /** @enum {unknown} */
            status: "pending" | "awaiting_source" | "running" | "completed" | "failed" | "cancelled";
            /** @description Percent. */
            progress: number;
            current_step: string | null;
            parameters: {
                [key: string]: unknown;
            };
            /** @description The result; null until the job has ended. */
            result: components["schemas"]["AnalysisResult"] | {
                [key: string]: unknown;
            } | null;
            error: {
                code: string;
                detail: string;
                class?: string;
                remedy?: string;
                /** @description The newer job that replaced it. */
                superseded_by?: number;
            } | null;
            /** @description Where the analysis of a pull request is shown; `GET` of one job has it. */
            publication?: {
                /** @enum {unknown} */
                kind: "check" | "comment" | "none";
                url: string | null;
                reason: string | null;
            };
            /**
             * Format: date-time
             * @description Time of the request.
             * @example 2026-01-31T12:00:00.000Z
             */
            created_at: string;
            started_at: string | null;
            completed_at: string | null;
            duration_seconds: number | null;
        };
        /**
         * JobInput
         * @example {
         *       "project_id": 1,
         *       "job_type": "repository_analysis",
         *       "parameters": {
         *         "repository": {
         *           "owner": "my-org",
         *           "name": "my-repo"
         *         },
         *         "depth": "standard"
         *       }
         *     }
         */
        JobInput: {
            /**
             * @description The project it belongs to.
             * @example 1
             */
            project_id: number;
            /** @enum {unknown} */
            job_type: "repository_analysis";
            parameters: {
                /**
                 * @description Id of the repository. Give this or `repository`.
                 * @example 1
                 */
                repository_id?: number;
                repository?: components["schemas"]["RepositoryRef"];
                /**
                 * @default standard
                 * @enum {unknown}
                 */
                depth?: "quick" | "standard" | "comprehensive";
                /** @description The commit to analyze. */
                commit_sha?: string;
                /** @description Findings that this commit does not have are `new`. */
                base_sha?: string;
                branch?: string;
                pr_number?: number;
                /** @description Create a new job even if an equal one exists. */
                fresh?: boolean;
                /**
                 * @description Whether `report_url` opens the report without a token. `auto` (the default): unless the repository is known to be public, because what is shown there would hand the link to strangers. A job that is there already keeps the link that it has, or has not.
                 * @enum {unknown}
                 */
                report_link?: "auto" | "always" | "never";
            };
        };
        /**
         * NewToken
         * @example {
         *       "id": 2,
         *       "name": "GitHub Action",
         *       "prefix": "cct_7k2m",
         *       "scopes": [
         *         "jobs:create",
         *         "jobs:read"
         *       ],
         *       "project_id": 1,
         *       "expires_at": null,
         *       "last_used_at": null,
         *       "created_at": "2026-01-31T12:00:00.000Z",
         *       "token": "cct_7k2mq0v3x9b5c1d8f6g4h2j0k7m5n3p1a9c4e2s"
         *     }
         */
        NewToken: {
            /**
             * @description Id of the object.
             * @example 1
             */
            id: number;
            /** @description Name for people, such as its purpose. */
            name: string;
            /**
             * @description First characters of the token, to recognize it.
             * @example cct_7k2m
             */
            prefix: string;
            scopes: components["schemas"]["Scope"][];
            project_id: number | null;
            expires_at: string | null;
            last_used_at: string | null;
            /**
             * Format: date-time
             * @description Time of creation.
             * @example 2026-01-31T12:00:00.000Z
             */
            created_at: string;
            /** @description The token. Only this response contains it. */
            token: string;
        };
        /** Probe */
        Probe: {
            status: string;
        };
        /**
         * Problem
         * @description RFC 9457 problem details.
         */
        Problem: {
            /** @example about:blank */
            type: string;
            /** @description Title of the HTTP status. */
            title: string;
            /** @description The HTTP status. */
            status: number;
            /**
             * @description Stable, for programs.
             * @example request.invalid
             */
            code: string;
            /** @description What is wrong and how to fix it, for people. */
            detail: string;
            /** @description The wrong fields, at most 20. */
            errors?: {
                /** @description JSON pointer to the field, also to a missing one. */
                pointer: string;
                message: string;
            }[];
            /** @description Number of further wrong fields; absent if there are none. */
            errors_left_out?: number;
        };
        /**
         * Project
         * @description A container of tasks, repositories and integrations.
         * @example {
         *       "id": 1,
         *       "name": "Research",
         *       "slug": "research",
         *       "created_at": "2026-01-31T12:00:00.000Z"
         *     }
         */
        Project: {
            /**
             * @description Id of the object.
             * @example 1
             */
            id: number;
            /** @description For people. */
            name: string;
            /**
             * @description Created from the first name. It is unique and never changes.
             * @example research
             */
            slug: string;
            /**
             * Format: date-time
             * @description Time of creation.
             * @example 2026-01-31T12:00:00.000Z
             */
            created_at: string;
        };
        /**
         * ProjectInput
         * @example {
         *       "name": "Research"
         *     }
         */
        ProjectInput: {
            /** @description For people. */
            name: string;
        };
        /**
         * RateLimit
         * @description The rate limit, as the provider states it.
         */
        RateLimit: {
            limit: number;
            remaining: number;
            /**
             * Format: date-time
             * @description Time of the next reset.
             * @example 2026-01-31T12:00:00.000Z
             */
            reset_at: string;
            /** @example core */
            resource: string;
        };
        /** Readiness */
        Readiness: {
            status: string;
            /** @description Numbers of webhooks that this process refused in the last hour, by cause, the most frequent first. */
            refused_last_hour: {
                /** @description The code of the response, for example `webhook.signature_wrong`. */
                cause: string;
                count: number;
            }[];
        };
        /**
         * ReplayResult
         * @example {
         *       "delivery_id": 31,
         *       "dry_run": true,
         *       "status": "processed",
         *       "reason": null,
         *       "effects": [
         *         {
         *           "kind": "task_unchanged",
         *           "task_id": 456
         *         }
         *       ]
         *     }
         */
        ReplayResult: {
            /**
             * @description The delivery.
             * @example 1
             */
            delivery_id: number;
            /** @description Nothing was kept. */
            dry_run: boolean;
            /** @enum {unknown} */
            status: "received" | "processed" | "ignored" | "held" | "failed" | "rejected";
            reason: string | null;
            effects: components["schemas"]["Effect"][];
        };
        /**
         * ReportLink
         * @example {
         *       "report_url": "http://localhost:8000/api/v1/jobs/1/report.html?expires=1772409600&signature=Zm9yIGV4YW1wbGU",
         *       "expires_at": "2026-03-02T00:00:00.000Z"
         *     }
         */
        ReportLink: {
            /** @description Opens the report without a token. */
            report_url: string;
            /**
             * Format: date-time
             * @description End of the link's validity. After that, `GET` of the job returns a new link.
             * @example 2026-01-31T12:00:00.000Z
             */
            expires_at: string;
        };
        /**
         * Repository
         * @example {
         *       "id": 1,
         *       "project_id": 1,
         *       "integration_id": 1,
         *       "owner": "my-org",
         *       "name": "my-repo",
         *       "default_branch": "main",
         *       "clone_url": "https://github.com/my-org/my-repo.git",
         *       "last_synced_at": "2026-01-31T12:00:00.000Z",
         *       "last_analysis_id": null,
         *       "refusal": null
         *     }
         */
        Repository: {
            /**
             * @description Id of the object.
             * @example 1
             */
            id: number;
            /**
             * @description The project it belongs to.
             * @example 1
             */
            project_id: number;
            integration_id: number | null;
            owner: string;
            name: string;
            default_branch: string | null;
            clone_url: string | null;
            last_synced_at: string | null;
            last_analysis_id: number | null;
            refusal: components["schemas"]["RepositoryRefusal"] | null;
        };
        /**
         * RepositoryInput
         * @example {
         *       "project_id": 1,
         *       "owner": "my-org",
         *       "name": "my-repo",
         *       "integration_id": 1
         *     }
         */
        RepositoryInput: {
            /**
             * @description The project it belongs to.
             * @example 1
             */
            project_id: number;
            /**
             * @description Login of the owner, a user or an organization.
             * @example my-org
             */
            owner: string;
            /**
             * @description Name of the repository.
             * @example my-repo
             */
            name: string;
            integration_id?: number | null;
            default_branch?: string | null;
            clone_url?: string | null;
        };
        /**
         * RepositoryPatch
         * @example {
         *       "default_branch": "main"
         *     }
         */
        RepositoryPatch: {
            integration_id?: number | null;
            default_branch?: string | null;
            clone_url?: string | null;
        };
        /**
         * RepositoryRef
         * @example {
         *       "owner": "my-org",
         *       "name": "my-repo"
         *     }
         */
        RepositoryRef: {
            /**
             * @description Login of the owner, a user or an organization.
             * @example my-org
             */
            owner: string;
            /**
             * @description Name of the repository.
             * @example my-repo
             */
            name: string;
        };
        /**
         * RepositoryRefusal
         * @description The reason why the provider refuses requests for the repository.
         */
        RepositoryRefusal: {
            /**
             * @description `writes`: its items can still be read, as in an archived repository.
             * @enum {unknown}
             */
            scope: "writes" | "everything";
            /** @enum {unknown} */
            class: "auth" | "permission" | "not_found" | "validation" | "rate_limit" | "outage" | "timeout" | "connection" | "bug";
            /** @description The provider's own words. */
            message: string;
            /** @description What a person can do about it. */
            remedy: string;
            /**
             * Format: date-time
             * @description Time of the first refusal.
             * @example 2026-01-31T12:00:00.000Z
             */
            since: string;
        };
        /**
         * Scope
         * @description What a token may do.
         * @enum {string}
         */
        Scope: "jobs:create" | "jobs:read" | "tasks:read" | "tasks:write" | "integrations:read" | "integrations:write" | "repositories:read" | "repositories:write" | "deliveries:read" | "deliveries:replay" | "projects:write" | "tokens:write" | "admin";
        /**
         * ServerHealth
         * @example {
         *       "status": "ok"
         *     }
         */
        ServerHealth: {
            /** @enum {unknown} */
            status: "ok" | "degraded" | "down";
            version?: string;
            /** @description What this process does: all, api, ingest or worker. */
            role?: string;
            /** Format: date-time */
            started_at?: string;
            parts?: {
                database: {
                    /** @enum {unknown} */
                    status: "ok" | "degraded" | "down";
                    /** @description Why it is down, when it is. The log of the server has the whole error. */
                    reason?: string;
                    latency_ms: number | null;
                };
                storage: {
                    /** @enum {unknown} */
                    status: "ok" | "degraded" | "down";
                    /** @description Why it is down, when it is. The log of the server has the whole error. */
                    reason?: string;
                    free_bytes: number | null;
                };
                deliveries: {
                    /** @enum {unknown} */
                    status: "ok" | "degraded" | "down";
                    /** @description Why it is down, when it is. The log of the server has the whole error. */
                    reason?: string;
                    /** @description Age of the oldest received webhook that is not worked off. */
                    oldest_waiting_seconds: number;
                };
                intake: {
                    /** @description Numbers of webhooks that this process refused in the last hour, by cause, the most frequent first. */
                    refused_last_hour: {
                        /** @description The code of the response, for example `webhook.signature_wrong`. */
                        cause: string;
                        count: number;
                    }[];
                };
                /** @description Background work of all projects. Absent when it could not be counted in time. */
                queues?: {
                    /**
                     * @description The kind of work.
                     * @enum {unknown}
                     */
                    queue: "deliveries" | "outbox" | "reads" | "polls" | "repository_checks" | "creates" | "imports" | "publications" | "analyses";
                    /**
                     * @description degraded: work has waited for over a minute although no other work of its integration or project is under way.
                     * @enum {unknown}
                     */
                    status: "ok" | "degraded" | "down";
                    /** @description Work that is due and not under way, counted up to 10,000. */
                    waiting: number;
                    /** @description Time since the oldest of it became due. */
                    oldest_waiting_seconds: number;
                    /** @description Work that is not due: it waits for a time, a credential, a host, a repository or a person. */
                    parked: number;
                }[];
                /** @description The lanes of the caller's projects whose work has waited longest, at most 10. */
                lanes?: {
                    /**
                     * @description The kind of work.
                     * @enum {unknown}
                     */
                    queue: "deliveries" | "outbox" | "reads" | "polls" | "repository_checks" | "creates" | "imports" | "publications" | "analyses";
                    project_id: number;
                    integration_id: number | null;
                    /** @description Work that is due and not under way, counted up to 10,000. */
                    waiting: number;
                    /** @description Time since the oldest of it became due. */
                    oldest_waiting_seconds: number;
                    /** @description Work that is not due: it waits for a time, a credential, a host, a repository or a person. */
                    parked: number;
                }[];
            };
        };
        /**
         * StartedJob
         * @example {
         *       "job_id": 7
         *     }
         */
        StartedJob: {
            /**
             * @description Follow it at `/api/v1/jobs/{id}`.
             * @example 1
             */
            job_id: number;
        };
        /**
         * Task
         * @description A research task.
         * @example {
         *       "id": 456,
         *       "project_id": 1,
         *       "title": "Compare vector databases",
         *       "description": "Which one fits **our** load?",
         *       "status": "todo",
         *       "priority": "high",
         *       "assignees": [
         *         "octocat"
         *       ],
         *       "labels": [
         *         "research"
         *       ],
         *       "due_date": "2026-02-28",
         *       "links": [
         *         {
         *           "integration_id": 1,
         *           "integration_type": "github",
         *           "external_id": "1047893741",
         *           "number": 124,
         *           "url": "https://github.com/my-org/my-repo/issues/124",
         *           "repository": "my-org/my-repo",
         *           "state": "open",
         *           "sync_state": "in_sync",
         *           "last_error": null,
         *           "last_error_class": null,
         *           "remedy": null,
         *           "last_synced_at": "2026-01-31T12:00:02.000Z"
         *         }
         *       ],
         *       "created_at": "2026-01-31T12:00:00.000Z",
         *       "updated_at": "2026-01-31T12:00:00.000Z",
         *       "completed_at": null,
         *       "version": 1
         *     }
         */
        Task: {
            /**
             * @description Id of the object.
             * @example 1
             */
            id: number;
            /**
             * @description The project it belongs to.
             * @example 1
             */
            project_id: number;
            title: string;
            /** @description Markdown. */
            description: string;
            /** @enum {unknown} */
            status: "todo" | "in_progress" | "blocked" | "done" | "cancelled";
            /** @enum {unknown} */
            priority: "high" | "medium" | "low";
            assignees: string[];
            labels: string[];
            due_date: string | null;
            links: components["schemas"]["TaskLink"][];
            /**
             * Format: date-time
             * @description Time of creation.
             * @example 2026-01-31T12:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Time of the last change.
             * @example 2026-01-31T12:00:00.000Z
             */
            updated_at: string;
            completed_at: string | null;
            /** @description Incremented by every change. The `ETag` is made from it. */
            version: number;
        };
        /**
         * TaskHistoryEntry
         * @example {
         *       "id": 7,
         *       "version": 2,
         *       "at": "2026-01-31T12:05:00.000Z",
         *       "actor": {
         *         "type": "integration",
         *         "id": 1,
         *         "name": "GitHub: my-org"
         *       },
         *       "delivery_id": 31,
         *       "origin": {
         *         "kind": "webhook",
         *         "by": "octocat",
         *         "delivery_id": 31,
         *         "link_id": 3
         *       },
         *       "changes": [
         *         {
         *           "field": "status",
         *           "from": "todo",
         *           "to": "done"
         *         }
         *       ]
         *     }
         */
        TaskHistoryEntry: {
            /**
             * @description Id of the object.
             * @example 1
             */
            id: number;
            /** @description The task's version after the change. */
            version: number;
            /**
             * Format: date-time
             * @description When.
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
            actor: components["schemas"]["Actor"];
            delivery_id: number | null;
            origin: {
                /** @enum {unknown} */
                kind: "edit" | "webhook" | "poll" | "import" | "read" | "write" | "conflict";
                by?: string | null;
                /**
                 * @description The delivery that caused the change; null if it was no webhook.
                 * @example 1
                 */
                delivery_id?: number;
                /**
                 * @description The link that the change came from.
                 * @example 1
                 */
                link_id?: number;
            } | null;
            changes: {
                /** @description A field of the task, `created`, or `link`. */
                field: string;
                from?: unknown;
                to?: unknown;
                /** @description The reason, for people. */
                detail?: string;
                /** @description Set if both sides had changed the field: the side that won, and the value that lost. */
                conflict?: {
                    /** @enum {unknown} */
                    winner: "task" | "remote";
                    lost: unknown;
                };
            }[];
        };
        /**
         * TaskInput
         * @example {
         *       "project_id": 1,
         *       "title": "Compare vector databases",
         *       "priority": "high",
         *       "labels": [
         *         "research"
         *       ]
         *     }
         */
        TaskInput: {
            /**
             * @description The project it belongs to.
             * @example 1
             */
            project_id: number;
            title: string;
            /** @description Markdown. */
            description?: string;
            /** @enum {unknown} */
            status?: "todo" | "in_progress" | "blocked" | "done" | "cancelled";
            /** @enum {unknown} */
            priority?: "high" | "medium" | "low";
            /** @description Logins or names. */
            assignees?: string[];
            /** @description Names of labels. */
            labels?: string[];
            due_date?: string | null;
        };
        /**
         * TaskLink
         * @description The link of a task to an item of a provider.
         */
        TaskLink: {
            /**
             * @description The integration that syncs it.
             * @example 1
             */
            integration_id: number;
            /** @example github */
            integration_type: string;
            external_id: string | null;
            number: number | null;
            url: string | null;
            repository: string | null;
            state: string | null;
            /** @enum {unknown} */
            sync_state: "in_sync" | "pending" | "conflict" | "error" | "deleted" | "detached";
            last_error: string | null;
            last_error_class: string | null;
            remedy: string | null;
            last_synced_at: string | null;
        };
        /**
         * TaskPatch
         * @example {
         *       "status": "done"
         *     }
         */
        TaskPatch: {
            /** @description At most 256 characters, apart from what the task has already. */
            title?: string;
            /** @description Markdown. At most 65,536 characters, apart from what the task has already. */
            description?: string;
            /** @enum {unknown} */
            status?: "todo" | "in_progress" | "blocked" | "done" | "cancelled";
            /** @enum {unknown} */
            priority?: "high" | "medium" | "low";
            /** @description Logins or names; they replace the list. At most 50 of 100 characters each, apart from what the task has already. */
            assignees?: string[];
            /** @description Names of labels; they replace the list. At most 100 of 50 characters each, apart from what the task has already. */
            labels?: string[];
            due_date?: string | null;
        };
        /**
         * TaskToIssueInput
         * @example {
         *       "task_id": 456,
         *       "repository": {
         *         "owner": "my-org",
         *         "name": "my-repo"
         *       }
         *     }
         */
        TaskToIssueInput: {
            /**
             * @description The task.
             * @example 1
             */
            task_id: number;
            repository: components["schemas"]["RepositoryRef"];
        };
        /**
         * TaskToIssueResult
         * @example {
         *       "issue_number": 124,
         *       "url": "https://github.com/my-org/my-repo/issues/124",
         *       "action": "created"
         *     }
         */
        TaskToIssueResult: {
            issue_number: number;
            url: string;
            /** @enum {unknown} */
            action: "created" | "updated" | "unchanged";
        };
        /**
         * Token
         * @example {
         *       "id": 2,
         *       "name": "GitHub Action",
         *       "prefix": "cct_7k2m",
         *       "scopes": [
         *         "jobs:create",
         *         "jobs:read"
         *       ],
         *       "project_id": 1,
         *       "expires_at": null,
         *       "last_used_at": null,
         *       "created_at": "2026-01-31T12:00:00.000Z"
         *     }
         */
        Token: {
            /**
             * @description Id of the object.
             * @example 1
             */
            id: number;
            /** @description Name for people, such as its purpose. */
            name: string;
            /**
             * @description First characters of the token, to recognize it.
             * @example cct_7k2m
             */
            prefix: string;
            scopes: components["schemas"]["Scope"][];
            project_id: number | null;
            expires_at: string | null;
            last_used_at: string | null;
            /**
             * Format: date-time
             * @description Time of creation.
             * @example 2026-01-31T12:00:00.000Z
             */
            created_at: string;
        };
        /**
         * TokenInput
         * @example {
         *       "name": "GitHub Action",
         *       "scopes": [
         *         "jobs:create",
         *         "jobs:read"
         *       ],
         *       "project_id": 1
         *     }
         */
        TokenInput: {
            /** @description Name for people, such as its purpose. */
            name: string;
            /** @description Scopes, at most those of the token that creates it. */
            scopes: components["schemas"]["Scope"][];
            project_id?: number | null;
            expires_at?: string | null;
        };
        /**
         * Trend
         * @description Figures of one analysis of the default branch. A figure is null if the depth of the analysis does not include it.
         * @example {
         *       "job_id": 1,
         *       "commit_sha": "f3b0d6f7f0c1b1f4a8f2f6a0b9d3c5e7a1b2c3d4",
         *       "depth": "standard",
         *       "created_at": "2026-01-31T12:00:00.000Z",
         *       "lines": 9200,
         *       "findings": {
         *         "critical": 0,
         *         "high": 2,
         *         "medium": 7,
         *         "low": 31
         *       },
         *       "complexity": {
         *         "functions": 640,
         *         "total": 1710,
         *         "highest": 22,
         *         "over_threshold": 3
         *       },
         *       "duplication_percent": 1.4,
         *       "dependencies": 412,
         *       "dependencies_behind": null
         *     }
         */
        Trend: {
            /**
             * @description The job of the analysis, which may be past its retention.
             * @example 1
             */
            job_id: number;
            commit_sha: string | null;
            /** @example standard */
            depth: string;
            /**
             * Format: date-time
             * @description Time of the analysis.
             * @example 2026-01-31T12:00:00.000Z
             */
            created_at: string;
            /** @description Lines with code. */
            lines: number;
            findings: {
                critical: number;
                high: number;
                medium: number;
                low: number;
            };
            complexity: {
                /** @description Functions that were measured. */
                functions: number;
                /** @description Sum of their cyclomatic complexities. */
                total: number;
                /** @description Highest complexity of a function. */
                highest: number;
                /** @description Functions above the threshold of the policy. */
                over_threshold: number;
            } | null;
            duplication_percent: number | null;
            /** @description Number of dependencies. */
            dependencies: number;
            dependencies_behind: number | null;
        };
        /**
         * TrustedRepository
         * @description A repository whose workflows get tokens of the project through GitHub's OIDC, without a stored secret.
         * @example {
         *       "id": 1,
         *       "project_id": 1,
         *       "issuer": "https://token.actions.githubusercontent.com",
         *       "repository_id": 1296269,
         *       "owner_id": 583231,
         *       "name": "acme/web",
         *       "last_used_at": null,
         *       "created_at": "2026-01-31T12:00:00.000Z"
         *     }
         */
        TrustedRepository: {
            /**
             * @description Id of the object.
             * @example 1
             */
            id: number;
            /**
             * @description The project that trusts it.
             * @example 1
             */
            project_id: number;
            /** @description Issuer of the id tokens: github.com, or `https://HOST/_services/token` of a GitHub Enterprise Server. */
            issuer: string;
            /**
             * @description The issuer's own id of the repository (`GET /repos/{owner}/{repo}` → `id`). It survives renames.
             * @example 1
             */
            repository_id: number;
            /**
             * @description The issuer's own id of its owner (`owner.id` there).
             * @example 1
             */
            owner_id: number;
            name: string | null;
            last_used_at: string | null;
            /**
             * Format: date-time
             * @description Time of creation.
             * @example 2026-01-31T12:00:00.000Z
             */
            created_at: string;
        };
        /**
         * TrustedRepositoryInput
         * @example {
         *       "repository_id": 1296269,
         *       "owner_id": 583231,
         *       "name": "acme/web"
         *     }
         */
        TrustedRepositoryInput: {
            /**
             * @description The issuer's own id of the repository (`GET /repos/{owner}/{repo}` → `id`). It survives renames.
             * @example 1
             */
            repository_id: number;
            /**
             * @description The issuer's own id of its owner (`owner.id` there).
             * @example 1
             */
            owner_id: number;
            /**
             * @description Name for people, updated with each use.
             * @example acme/web
             */
            name?: string;
            /**
             * @description Issuer of the id tokens: github.com, or `https://HOST/_services/token` of a GitHub Enterprise Server.
             * @default https://token.actions.githubusercontent.com
             */
            issuer?: string;
        };
        /** WebhookAccepted */
        WebhookAccepted: {
            /** @constant */
            status: "accepted";
            /** @description Follow it at `/api/v1/deliveries/{id}`. */
            delivery_id: number;
            /** @description The deliveries of all integrations that share the secret. */
            delivery_ids?: number[];
        };
        /** WebhookKnown */
        WebhookKnown: {
            /** @constant */
            status: "duplicate";
            delivery_id: number;
        } | {
            /** @constant */
            status: "pong";
        };
        /**
         * WorkflowToken
         * @example {
         *       "token": "cct_7k2mq0v3x9b5c1d8f6g4h2j0k7m5n3p1a9c4e2s",
         *       "expires_at": "2026-01-31T13:00:00.000Z",
         *       "scopes": [
         *         "jobs:create",
         *         "jobs:read"
         *       ],
         *       "project_id": 1
         *     }
         */
        WorkflowToken: {
            /** @description An API token of the project. Only this response contains it. */
            token: string;
            /**
             * Format: date-time
             * @description Time after which it is refused.
             * @example 2026-01-31T12:00:00.000Z
             */
            expires_at: string;
            scopes: components["schemas"]["Scope"][];
            /**
             * @description The only project that it has access to.
             * @example 1
             */
            project_id: number;
        };
    };
    responses: {
        /** @description The request could not be understood. */
        Problem400: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Malformed request",
                 *       "status": 400,
                 *       "code": "request.malformed_json",
                 *       "detail": "The body is not valid JSON: Unexpected end of JSON input."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The token is missing or not valid. */
        Problem401: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Not authenticated",
                 *       "status": 401,
                 *       "code": "token.missing",
                 *       "detail": "This needs a token. Send a token: \"Authorization: Bearer cct_…\"."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The token lacks a scope, which `required_scope` names. */
        Problem403: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Not allowed",
                 *       "status": 403,
                 *       "code": "token.scope_missing",
                 *       "detail": "This token lacks the scope \"tasks:write\". Use a token that has it, or make one with POST /api/v1/tokens.",
                 *       "required_scope": "tasks:write"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The object does not exist, or the token may not read its project. */
        Problem404: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Not found",
                 *       "status": 404,
                 *       "code": "not_found",
                 *       "detail": "There is no task 12 that this token can see."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request did not arrive in time. */
        Problem408: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Too slow",
                 *       "status": 408,
                 *       "code": "request.timeout",
                 *       "detail": "The request did not arrive in time."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request conflicts with the present state. */
        Problem409: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Conflict",
                 *       "status": 409,
                 *       "code": "idempotency.in_progress",
                 *       "detail": "A request with this Idempotency-Key is still being worked on."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The object was deleted for good. */
        Problem410: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Gone",
                 *       "status": 410,
                 *       "code": "delivery.body_gone",
                 *       "detail": "The body of this delivery is past RETENTION_DELIVERIES_DAYS and was dropped: it cannot be replayed."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The object was changed since it was read. */
        Problem412: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Precondition failed",
                 *       "status": 412,
                 *       "code": "version.changed",
                 *       "detail": "The task was changed meanwhile: it is at version 5. Read it again, then repeat the change with If-Match: \"5\".",
                 *       "current_version": 5
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is too large. */
        Problem413: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Too large",
                 *       "status": 413,
                 *       "code": "request.too_large",
                 *       "detail": "The body is too large: at most 1 MiB is taken here."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A part of the address is too long. */
        Problem414: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Address too long",
                 *       "status": 414,
                 *       "code": "request.url_too_long",
                 *       "detail": "A part of the address is too long."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The media type is not supported here. */
        Problem415: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Unsupported media type",
                 *       "status": 415,
                 *       "code": "request.media_type",
                 *       "detail": "This takes JSON. Send it with the header \"Content-Type: application/json\"."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description These fields are wrong. */
        Problem422: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Invalid",
                 *       "status": 422,
                 *       "code": "request.invalid",
                 *       "detail": "/project_id is missing.",
                 *       "errors": [
                 *         {
                 *           "pointer": "/project_id",
                 *           "message": "is missing"
                 *         }
                 *       ]
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Too many requests. `Retry-After` says when to retry. */
        Problem429: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Too many requests",
                 *       "status": 429,
                 *       "code": "github.secondary_limit",
                 *       "detail": "GitHub asked to wait.",
                 *       "class": "rate_limit"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The address and the headers exceed 16 KiB. */
        Problem431: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Headers too large",
                 *       "status": 431,
                 *       "code": "request.headers_too_large",
                 *       "detail": "The address and the headers of the request are too large: 16 KiB together are taken."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description An error of the server. The log has it under the request id. */
        Problem500: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Internal error",
                 *       "status": 500,
                 *       "code": "internal",
                 *       "detail": "Something failed here that should not have. The log has it under request id 6f1c2c9e.",
                 *       "request_id": "6f1c2c9e"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The provider refused the request, or its response is invalid. */
        Problem502: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Bad response from the provider",
                 *       "status": 502,
                 *       "code": "github.bad_credentials",
                 *       "detail": "GitHub refused the token. Make a new one and PATCH the integration with it.",
                 *       "class": "auth"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Not available at present. `Retry-After` says when to retry. */
        Problem503: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Not available now",
                 *       "status": 503,
                 *       "code": "database.unavailable",
                 *       "detail": "The database cannot be reached. Try again in a moment."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The provider did not respond in time. */
        Problem504: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "No response from the provider",
                 *       "status": 504,
                 *       "code": "integration.timeout",
                 *       "detail": "GitHub did not answer within 30 s.",
                 *       "class": "timeout"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Probe"];
                };
            };
            400: components["responses"]["Problem400"];
            408: components["responses"]["Problem408"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            400: components["responses"]["Problem400"];
            408: components["responses"]["Problem408"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            /** @description Done. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerHealth"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            /** @description Done. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerHealth"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain; version=0.0.4; charset=utf-8": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    receiveWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookKnown"];
                };
            };
            /** @description Accepted. The work continues after this response. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookAccepted"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    receiveGithubWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookKnown"];
                };
            };
            /** @description Accepted. The work continues after this response. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookAccepted"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    listProjects: {
        parameters: {
            query?: {
                /** @description Maximum number of items in the response. */
                limit?: number;
                /** @description `next_cursor` of the previous page. The filters must be the same. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Project"][];
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            408: components["responses"]["Problem408"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    createProject: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeated request with the same key within 24 hours gets the response of the first one. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProjectInput"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            414: components["responses"]["Problem414"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    updateProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProjectInput"];
            };
        };
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    listTrustedRepositories: {
        parameters: {
            query?: {
                /** @description Maximum number of items in the response. */
                limit?: number;
                /** @description `next_cursor` of the previous page. The filters must be the same. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["TrustedRepository"][];
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            414: components["responses"]["Problem414"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    createTrustedRepository: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeated request with the same key within 24 hours gets the response of the first one. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TrustedRepositoryInput"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrustedRepository"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteTrustedRepository: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the project. */
                id: number;
                /** @description Id of the trusted repository. */
                trusted_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    listRepositories: {
        parameters: {
            query?: {
                /** @description Return only those of this project. */
                project_id?: number;
                /** @description Login of the owner, a user or an organization. */
                owner?: string;
                /** @description Name of the repository. */
                name?: string;
                /** @description Maximum number of items in the response. */
                limit?: number;
                /** @description `next_cursor` of the previous page. The filters must be the same. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Repository"][];
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    createRepository: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeated request with the same key within 24 hours gets the response of the first one. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RepositoryInput"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Repository"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getRepository: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Repository"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            414: components["responses"]["Problem414"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteRepository: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    updateRepository: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RepositoryPatch"];
            };
        };
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Repository"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    listTrends: {
        parameters: {
            query?: {
                /** @description Maximum number of items in the response. */
                limit?: number;
                /** @description `next_cursor` of the previous page. The filters must be the same. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Trend"][];
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            414: components["responses"]["Problem414"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    listTasks: {
        parameters: {
            query?: {
                /** @description Return only those of this project. */
                project_id?: number;
                status?: "todo" | "in_progress" | "blocked" | "done" | "cancelled";
                priority?: "high" | "medium" | "low";
                /** @description Tasks with this label, in any letter case. */
                label?: string;
                /** @description Tasks assigned to this login or name. */
                assignee?: string;
                /** @description Tasks with this text in the title or description, in any letter case. Matches in titles come first. A page searches 10,000 descriptions, or for one second, so it may have fewer tasks than `limit`, or none: continue until `next_cursor` is null. */
                q?: string;
                /** @description Tasks with (true) or without (false) a link to an item. */
                linked?: boolean;
                sync_state?: "in_sync" | "pending" | "conflict" | "error" | "deleted" | "detached";
                /** @description Maximum number of items in the response. */
                limit?: number;
                /** @description `next_cursor` of the previous page. The filters must be the same. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Task"][];
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    createTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeated request with the same key within 24 hours gets the response of the first one. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskInput"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description An `ETag` that the caller has. The response is 304 if the task is unchanged. */
                "if-none-match"?: string;
            };
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description Unchanged since the version in If-None-Match. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            414: components["responses"]["Problem414"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` that the caller has read. The change is refused with 412 if the task has another one now. */
                "if-match"?: string;
            };
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    updateTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` that the caller has read. The change is refused with 412 if the task has another one now. */
                "if-match"?: string;
            };
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskPatch"];
            };
        };
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    listTaskHistory: {
        parameters: {
            query?: {
                /** @description Maximum number of items in the response. */
                limit?: number;
                /** @description `next_cursor` of the previous page. The filters must be the same. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["TaskHistoryEntry"][];
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            414: components["responses"]["Problem414"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    listConflicts: {
        parameters: {
            query?: {
                /** @description Return only those of this project. */
                project_id?: number;
                /** @description Return only those of this task. */
                task_id?: number;
                /** @description The value that both sides got: the task's (`ours`), the item's (`theirs`) or another one (`merged`). While it is `open`, each side keeps its own value until a person decides. */
                outcome?: "open" | "ours" | "theirs" | "merged";
                /** @description Maximum number of items in the response. */
                limit?: number;
                /** @description `next_cursor` of the previous page. The filters must be the same. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Conflict"][];
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    decideConflict: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConflictDecision"];
            };
        };
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conflict"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    undoConflict: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conflict"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    listIntegrations: {
        parameters: {
            query?: {
                /** @description Return only those of this project. */
                project_id?: number;
                integration_type?: string;
                /** @description Maximum number of items in the response. */
                limit?: number;
                /** @description `next_cursor` of the previous page. The filters must be the same. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Integration"][];
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    createIntegration: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeated request with the same key within 24 hours gets the response of the first one. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IntegrationInput"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Integration"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getIntegration: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Integration"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            414: components["responses"]["Problem414"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteIntegration: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    updateIntegration: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IntegrationPatch"];
            };
        };
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Integration"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    testIntegration: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IntegrationTest"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getIntegrationHealth: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IntegrationHealth"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            414: components["responses"]["Problem414"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    syncIssueToTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IssueToTaskInput"];
            };
        };
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssueToTaskResult"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    syncTaskToIssue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskToIssueInput"];
            };
        };
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskToIssueResult"];
                };
            };
            /** @description Accepted. The work continues after this response. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartedJob"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    githubSyncIssueToTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IssueToTaskInput"];
            };
        };
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssueToTaskResult"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    githubSyncTaskToIssue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskToIssueInput"];
            };
        };
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskToIssueResult"];
                };
            };
            /** @description Accepted. The work continues after this response. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartedJob"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    githubImportRepository: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeated request with the same key within 24 hours gets the response of the first one. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportInput"];
            };
        };
        responses: {
            /** @description Accepted. The work continues after this response. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartedJob"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    githubInstallWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeated request with the same key within 24 hours gets the response of the first one. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HookInput"];
            };
        };
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InstalledHook"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InstalledHook"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    githubListBoards: {
        parameters: {
            query: {
                /** @description Login of the owner, a user or an organization. */
                owner: string;
                /** @description Name of the repository. */
                repo?: string;
                /** @description Maximum number of items in the response. */
                limit?: number;
                /** @description `next_cursor` of the previous page. The filters must be the same. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Id of the integration. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Board"][];
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            414: components["responses"]["Problem414"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    githubListBoardColumns: {
        parameters: {
            query: {
                /** @description Login of the owner, a user or an organization. */
                owner: string;
            };
            header?: never;
            path: {
                /** @description Id of the integration. */
                id: number;
                /** @description Id of the project. */
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["BoardColumn"][];
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            414: components["responses"]["Problem414"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    githubListBoardItems: {
        parameters: {
            query: {
                /** @description Login of the owner, a user or an organization. */
                owner: string;
                /** @description Maximum number of items in the response. */
                limit?: number;
                /** @description `next_cursor` of the previous page. The filters must be the same. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Id of the integration. */
                id: number;
                /** @description Id of the project. */
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["BoardItem"][];
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            414: components["responses"]["Problem414"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                /** @description Return only those of this project. */
                project_id?: number;
                /** @description Return only those of this integration. */
                integration_id?: number;
                status?: "received" | "processed" | "ignored" | "held" | "failed" | "rejected";
                event?: string;
                action?: string;
                /** @description Received at or after this time. */
                since?: string;
                /** @description Received before this time. */
                until?: string;
                /** @description Part of the title, repository, sender, delivery id or reason; `#12` the number of an item. A page searches 100,000 deliveries, or for one second, so it may have fewer than `limit`, or none: continue until `next_cursor` is null. */
                q?: string;
                /** @description Maximum number of items in the response. */
                limit?: number;
                /** @description `next_cursor` of the previous page. The filters must be the same. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Delivery"][];
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    listIntegrationDeliveries: {
        parameters: {
            query?: {
                status?: "received" | "processed" | "ignored" | "held" | "failed" | "rejected";
                event?: string;
                action?: string;
                /** @description Received at or after this time. */
                since?: string;
                /** @description Received before this time. */
                until?: string;
                /** @description Part of the title, repository, sender, delivery id or reason; `#12` the number of an item. A page searches 100,000 deliveries, or for one second, so it may have fewer than `limit`, or none: continue until `next_cursor` is null. */
                q?: string;
                /** @description Maximum number of items in the response. */
                limit?: number;
                /** @description `next_cursor` of the previous page. The filters must be the same. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Delivery"][];
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            414: components["responses"]["Problem414"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            414: components["responses"]["Problem414"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    replayDelivery: {
        parameters: {
            query?: {
                /** @description Return what would change, and change nothing. */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayResult"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    listJobs: {
        parameters: {
            query?: {
                /** @description Return only those of this project. */
                project_id?: number;
                status?: "pending" | "awaiting_source" | "running" | "completed" | "failed" | "cancelled";
                job_type?: string;
                /** @description Maximum number of items in the response. */
                limit?: number;
                /** @description `next_cursor` of the previous page. The filters must be the same. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Job"][];
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    createJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeated request with the same key within 24 hours gets the response of the first one. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobInput"];
            };
        };
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            414: components["responses"]["Problem414"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    dispatchJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    uploadJobSource: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/gzip": string;
                "application/x-gzip": string;
                "application/x-gtar": string;
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    listFindings: {
        parameters: {
            query?: {
                state?: "new" | "existing" | "fixed" | "suppressed";
                severity?: "critical" | "high" | "medium" | "low";
                engine?: string;
                rule?: string;
                /** @description Maximum number of items in the response. */
                limit?: number;
                /** @description `next_cursor` of the previous page. The filters must be the same. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Finding"][];
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            414: components["responses"]["Problem414"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnalysisReport"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            414: components["responses"]["Problem414"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getSarif: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/sarif+json": unknown;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            414: components["responses"]["Problem414"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getSbom: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.cyclonedx+json": unknown;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            414: components["responses"]["Problem414"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getReportPage: {
        parameters: {
            query?: {
                /** @description End of the link's validity, in Unix seconds. */
                expires?: string;
                /** @description The signature in `report_url`. */
                signature?: string;
            };
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            414: components["responses"]["Problem414"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    createReportLink: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeated request with the same key within 24 hours gets the response of the first one. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportLink"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportLink"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteReportLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    streamJobEvents: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the last event that was received; the stream continues after it. */
                "last-event-id"?: string;
            };
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            414: components["responses"]["Problem414"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    listTokens: {
        parameters: {
            query?: {
                /** @description Maximum number of items in the response. */
                limit?: number;
                /** @description `next_cursor` of the previous page. The filters must be the same. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Token"][];
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    createToken: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeated request with the same key within 24 hours gets the response of the first one. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenInput"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewToken"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the object. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    exchangeGitHubIdToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GitHubIdToken"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkflowToken"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    getApiDescription: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            400: components["responses"]["Problem400"];
            408: components["responses"]["Problem408"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
        };
    };
}
