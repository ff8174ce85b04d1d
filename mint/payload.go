package mint

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// newPayload is the payload of a job that does nothing, member by member as GitLab has it
// (GitLab lib/api/entities/ci/job_request/response.rb and those beside it).
func newPayload(from Origin, token string) object {
	id := from.Job
	server, _ := strings.CutPrefix(upstream, "https://")
	name := from.Project[strings.LastIndexByte(from.Project, '/')+1:]
	repo := "https://gitlab-ci-token:" + token + "@" + server + "/" + from.Project + ".git"
	seconds := int64(defaultTimeout / time.Second)
	branch := "main"
	// No member "run": every value but a JSON string breaks the whole payload for runners from 18.9 on
	// (gitlab-runner common/spec/spec.go Run.UnmarshalJSON).
	return members(
		"id", id,
		"token", token,
		"allow_git_fetch", true,
		"job_info", members(
			"id", id,
			"name", "job",
			"stage", "test",
			"project_id", 1,
			"project_name", name,
			"time_in_queue_seconds", 0,
			"project_jobs_running_on_instance_runners_count", "0", // a string: a number breaks the payload
			"queue_size", 0,
			"queue_depth", 0,
			"project_full_path", from.Project,
			"namespace_id", 1,
			"root_namespace_id", 1,
			"organization_id", 1,
			"instance_id", instance,
			"instance_uuid", instance,
			"user_id", 1,
			"scoped_user_id", nil,
			"pipeline_id", id,
		),
		"git_info", members(
			"repo_url", repo,
			"ref", branch,
			"sha", noCommit,
			"before_sha", zeros(noCommit),
			"ref_type", "branch",
			"refspecs", refspecs(strconv.FormatInt(id, 10), branch, false),
			"depth", 20,
			"repo_object_format", "sha1",
			"protected", false,
		),
		"runner_info", members("timeout", seconds, "runner_session_url", nil),
		"variables", predefined(from, token, repo),
		"steps", []json.RawMessage{newStep("script", []string{}, seconds)},
		"hooks", []string{},
		"image", nil,
		"services", []string{},
		"artifacts", nil,
		"cache", []string{},
		"credentials", []json.RawMessage{encode(members("type", "registry", "url", "registry."+server, "username", "gitlab-ci-token", "password", token))},
		"dependencies", []string{},
		"features", members(
			"trace_sections", true,
			"token_mask_prefixes", []string{"glpat-"},
			"failure_reasons", failureReasons,
		),
	)
}

const (
	defaultTimeout = time.Hour // GitLab's default of a project's timeout
	instance       = "00000000-0000-4000-8000-000000000001"
	noCommit       = "0123456789abcdef0123456789abcdef01234567"
)

// failureReasons are those that a runner may tell beside the three it always may; it maps all others
// (gitlab-runner common/failure_reason_mapper.go).
var failureReasons = []string{
	"unknown_failure", "script_failure", "runner_system_failure", "job_execution_timeout", "image_pull_failure",
	"runner_configuration_error", "runner_external_dependency_failure", "runner_interrupted", "job_canceled",
}

// members is an object, given as names and values in turn.
func members(pairs ...any) object {
	o := object{}
	for i := 0; i < len(pairs); i += 2 {
		o.set(pairs[i].(string), pairs[i+1])
	}
	return o
}

// zeros is the id of no commit, as long as another.
func zeros(id string) string { return strings.Repeat("0", len(id)) }

// refspecs are what GitLab has a runner fetch (GitLab app/presenters/ci/build_runner_presenter.rb).
func refspecs(pipeline, name string, tag bool) []string {
	var all []string
	if pipeline != "" {
		all = append(all, "+refs/pipelines/"+pipeline+":refs/pipelines/"+pipeline)
	}
	if tag {
		return append(all, "+refs/tags/"+name+":refs/tags/"+name)
	}
	return append(all, "+refs/heads/"+name+":refs/remotes/origin/"+name)
}
