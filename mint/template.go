package mint

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"runnertape"
	"runnertape/decode"
	"runnertape/redact"
)

// Template is what a job is made of, and of it what is not said.
type Template struct {
	header  runnertape.Recording
	payload []byte
	poll    *runnertape.Exchange // the 201; its body is the payload to be made
	asked   part                 // the same with its request body
	kept    []part               // what the job fetched, in order
}

// Origin is what a template of nothing is made of.
type Origin struct {
	Seed    string // tokens are made of it: the same of the same
	Job     int64  // number of the job, and of all that belongs to it
	Project string // path, "group/project"
}

// upstream is the GitLab of templates that name none: one of GitLab's documentation.
const upstream = "https://gitlab.example.com"

// begun is when what never happened did.
var begun = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// maxApart is how many seconds jobs are apart at most.
const maxApart = 1_000_000

const program = "proxy mint" // without a version, with which fixtures would change

// New is the template of a job about which nothing is known.
func New(from Origin) *Template {
	t := &Template{header: newHeader(from.Seed, upstream)}
	t.header.Created = begun.Add(time.Duration((from.Job-1)%maxApart) * time.Second) // jobs that are put together are in order
	t.payload = encode(newPayload(from, t.jobToken(from.Job)))
	t.ask(upstream)
	return t
}

func newHeader(seed, upstream string) runnertape.Recording {
	key := sha256.Sum256([]byte("runnertape mint " + seed))
	return runnertape.Recording{Created: begun, Program: program, Upstream: upstream, Redacted: true, Key: key[:]}
}

// token is made up, and a stand-in: 20 characters behind the prefix, as GitLab has them.
func (t *Template) token(prefix, of string) string {
	sum := sha256.Sum256(append([]byte(of), t.header.Key...))
	return redact.New(t.header.Key).StandIn(prefix + base64.RawURLEncoding.EncodeToString(sum[:])[:20])
}

// jobToken is that of a minted job.
func (t *Template) jobToken(job int64) string { return t.token("glcbt-64_", fmt.Sprint("job ", job)) }

// ask makes the request that gets the job.
func (t *Template) ask(base string) {
	u, _ := url.Parse(base) // checked by who calls
	body := encode(object{{"info", encode(object{})}, {"token", encode(t.token("glrt-", "runner"))}})
	t.asked = part{request: content(body)}
	t.poll = &runnertape.Exchange{
		State: runnertape.Done, Way: runnertape.Reverse, Scheme: u.Scheme, Host: u.Host,
		Started: t.header.Created, Replied: t.header.Created.Add(time.Millisecond), Ended: t.header.Created.Add(time.Millisecond),
		Request: runnertape.Request{
			Method: "POST", Target: strings.TrimRight(u.Path, "/") + "/api/v4/jobs/request", Proto: "HTTP/1.1",
			Header: header("Host", u.Host, "Content-Length", strconv.Itoa(len(body)), "Accept", "application/json", "Content-Type", "application/json"),
			Body:   bodyOf(body),
		},
		Response: &runnertape.Response{Status: 201, Reason: "Created", Proto: "HTTP/1.1", Header: header("Content-Type", "application/json")},
	}
}

// FromPayload is the template of a job of which there is the payload alone: the body of a 201 of POST /api/v4/jobs/request.
func FromPayload(seed string, payload []byte) (*Template, error) {
	if _, err := parseObject(payload); err != nil {
		return nil, err
	}
	p, err := decode.ParseJobPayload(payload)
	if err != nil {
		return nil, err
	}
	if p.ID <= 0 {
		return nil, errors.New("it has no id: it is no job as POST /api/v4/jobs/request is answered")
	}
	base := upstream
	if bases := decode.Bases(p); len(bases) > 0 {
		base = bases[0]
	}
	if server, err := url.Parse(p.Variable("CI_SERVER_URL")); err == nil && server.Host != "" {
		base = strings.TrimRight(server.String(), "/")
	}
	t := &Template{header: newHeader(seed, base), payload: payload}
	t.ask(base)
	return t, nil
}

// Refs are those under which GitLab has the commit of the job, beside its branch (GitLab app/models/ci/persistent_ref.rb).
func (t *Template) Refs() []string {
	if id := t.pipeline(); id != "" {
		return []string{"refs/pipelines/" + id}
	}
	return nil
}

// pipeline is the number of the job's pipeline, "" if nothing says it.
func (t *Template) pipeline() string {
	p := t.read()
	id := p.Variable("CI_PIPELINE_ID")
	if _, err := strconv.ParseUint(id, 10, 63); err == nil {
		return id
	}
	if p.JobInfo.PipelineID > 0 {
		return strconv.FormatInt(p.JobInfo.PipelineID, 10)
	}
	return ""
}

// read is the payload, as far as it can be read.
func (t *Template) read() *decode.JobPayload {
	p, err := decode.ParseJobPayload(t.payload)
	if p == nil || err != nil {
		return cmp.Or(p, new(decode.JobPayload))
	}
	return p
}

// Clones is the path of the project that the template's job would clone and of which the template has no clone; "" if there
// is none.
func (t *Template) Clones() string {
	p := t.read()
	if strategy := p.Variable("GIT_STRATEGY"); strategy == "none" || strategy == "empty" {
		return ""
	}
	project := projectOf(p.GitInfo.RepoURL)
	for _, k := range t.kept {
		if k.isGit(project) {
			return ""
		}
	}
	return project
}

// projectOf is the path of a repository, without ".git".
func projectOf(repoURL string) string {
	u, err := url.Parse(repoURL)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(u.EscapedPath(), ".git")
}

func newPayload(from Origin, token string) object {
	id := from.Job
	server, _ := strings.CutPrefix(upstream, "https://")
	name := from.Project[strings.LastIndexByte(from.Project, '/')+1:]
	repo := "https://gitlab-ci-token:" + token + "@" + server + "/" + from.Project + ".git"
	seconds := int64(hour / time.Second)
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
	hour     = time.Hour // GitLab's default of a project's timeout
	instance = "00000000-0000-4000-8000-000000000001"
	noCommit = "0123456789abcdef0123456789abcdef01234567"
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
