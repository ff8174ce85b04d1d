package mint

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// predefined are the variables that GitLab gives each job, as far as it can be told of one that never was. Tokens are masked;
// CI_REPOSITORY_URL, which has one in it, is not (GitLab app/models/ci/build.rb persisted_variables,
// lib/gitlab/ci/variables/builder.rb).
func predefined(from Origin, token, repo string) []json.RawMessage {
	id := strconv.FormatInt(from.Job, 10)
	server := strings.TrimPrefix(upstream, "https://")
	project := upstream + "/" + from.Project
	slash := strings.LastIndexByte(from.Project, '/')
	name, namespace := from.Project[slash+1:], from.Project[:max(slash, 0)]
	root, _, _ := strings.Cut(from.Project, "/")
	stamp := begun.Format(time.RFC3339)
	open, secret, hidden := Marks{Public: true}, Marks{Masked: true}, Marks{}
	var all []json.RawMessage
	for _, v := range []struct {
		key, value string
		marks      Marks
	}{
		{"CI_PIPELINE_ID", id, open},
		{"CI_PIPELINE_URL", project + "/-/pipelines/" + id, open},
		{"CI_JOB_ID", id, open},
		{"CI_JOB_URL", project + "/-/jobs/" + id, open},
		{"CI_JOB_TOKEN", token, secret},
		{"CI_JOB_STARTED_AT", stamp, open},
		{"CI_REGISTRY_USER", "gitlab-ci-token", open},
		{"CI_REGISTRY_PASSWORD", token, secret},
		{"CI_REPOSITORY_URL", repo, hidden},
		{"CI_DEPENDENCY_PROXY_USER", "gitlab-ci-token", open},
		{"CI_DEPENDENCY_PROXY_PASSWORD", token, secret},
		{"CI_JOB_NAME", "job", open},
		{"CI_JOB_NAME_SLUG", "job", open},
		{"CI_JOB_STAGE", "test", open},
		{"CI_JOB_TIMEOUT", strconv.Itoa(int(defaultTimeout / time.Second)), open},
		{"CI_NODE_TOTAL", "1", open},
		{"CI", "true", open},
		{"GITLAB_CI", "true", open},
		{"CI_SERVER", "yes", open},
		{"CI_SERVER_URL", upstream, open},
		{"CI_SERVER_HOST", server, open},
		{"CI_SERVER_PORT", "443", open},
		{"CI_SERVER_PROTOCOL", "https", open},
		{"CI_SERVER_SHELL_SSH_HOST", server, open},
		{"CI_SERVER_SHELL_SSH_PORT", "22", open},
		{"CI_SERVER_NAME", "GitLab", open},
		{"CI_SERVER_VERSION", "18.5.0", open},
		{"CI_SERVER_VERSION_MAJOR", "18", open},
		{"CI_SERVER_VERSION_MINOR", "5", open},
		{"CI_SERVER_VERSION_PATCH", "0", open},
		{"CI_SERVER_REVISION", "0123456789a", open},
		{"GITLAB_FEATURES", "", open},
		{"CI_PROJECT_ID", "1", open},
		{"CI_PROJECT_NAME", name, open},
		{"CI_PROJECT_TITLE", name, open},
		{"CI_PROJECT_DESCRIPTION", "", open},
		{"CI_PROJECT_PATH", from.Project, open},
		{"CI_PROJECT_PATH_SLUG", slug(from.Project), open},
		{"CI_PROJECT_NAMESPACE", namespace, open},
		{"CI_PROJECT_NAMESPACE_ID", "1", open},
		{"CI_PROJECT_ROOT_NAMESPACE", root, open},
		{"CI_PROJECT_URL", project, open},
		{"CI_PROJECT_VISIBILITY", "private", open},
		{"CI_PROJECT_REPOSITORY_LANGUAGES", "", open},
		{"CI_DEFAULT_BRANCH", "main", open},
		{"CI_CONFIG_PATH", ".gitlab-ci.yml", open},
		{"CI_PAGES_DOMAIN", "pages." + server, open},
		{"CI_REGISTRY", "registry." + server, open},
		{"CI_REGISTRY_IMAGE", "registry." + server + "/" + strings.ToLower(from.Project), open},
		{"CI_API_V4_URL", upstream + "/api/v4", open},
		{"CI_API_GRAPHQL_URL", upstream + "/api/graphql", open},
		{"CI_TEMPLATE_REGISTRY_HOST", "registry.gitlab.com", open},
		{"CI_PIPELINE_IID", "1", open},
		{"CI_PIPELINE_SOURCE", "push", open},
		{"CI_PIPELINE_CREATED_AT", stamp, open},
		{"CI_PIPELINE_NAME", "", open},
		{"CI_COMMIT_SHA", noCommit, open},
		{"CI_COMMIT_SHORT_SHA", noCommit[:8], open},
		{"CI_COMMIT_BEFORE_SHA", zeros(noCommit), open},
		{"CI_COMMIT_REF_NAME", "main", open},
		{"CI_COMMIT_REF_SLUG", "main", open},
		{"CI_COMMIT_BRANCH", "main", open},
		{"CI_COMMIT_MESSAGE", "minted\n", open},
		{"CI_COMMIT_TITLE", "minted", open},
		{"CI_COMMIT_DESCRIPTION", "", open},
		{"CI_COMMIT_REF_PROTECTED", "false", open},
		{"CI_COMMIT_TIMESTAMP", stamp, open},
		{"CI_COMMIT_AUTHOR", "Developer <developer@example.com>", open},
		{"CI_RUNNER_ID", "1", open},
		{"CI_RUNNER_DESCRIPTION", "", open},
		{"CI_RUNNER_TAGS", "[]", open},
		{"GITLAB_USER_ID", "1", open},
		{"GITLAB_USER_LOGIN", "developer", open},
		{"GITLAB_USER_NAME", "Developer", open},
		{"GITLAB_USER_EMAIL", "developer@example.com", open},
		{"GIT_STRATEGY", "none", open}, // until there is something to clone
	} {
		all = append(all, newVariable(v.key, v.value, v.marks))
	}
	return all
}
