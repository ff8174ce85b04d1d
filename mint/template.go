package mint

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
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
	p, _ := decode.ParseJobPayload(t.payload) // which has an error for what it cannot read
	return cmp.Or(p, new(decode.JobPayload))
}

// lacks is the path of the project that a job with that payload clones, if what is fetched has nothing of it; else "".
func (t *Template) lacks(p decode.JobPayload, fetched []part) string {
	p.GitInfo.RepoURL = cmp.Or(p.GitInfo.RepoURL, t.repository())
	project := p.ClonedProject()
	if slices.ContainsFunc(fetched, func(k part) bool { return k.isGit(project) }) {
		return ""
	}
	return project
}

// repository is where the repository of the job is, if its payload does not say.
func (t *Template) repository() string {
	p := t.read()
	prefix, _ := strings.CutSuffix(t.poll.Request.Path(), "/api/v4/jobs/request")
	project := cmp.Or(p.JobInfo.ProjectFullPath, p.Variable("CI_PROJECT_PATH"), "group/project")
	u := url.URL{Scheme: t.poll.Scheme, Host: t.poll.Host, User: url.UserPassword("gitlab-ci-token", p.Token), Path: prefix + "/" + project + ".git"}
	return u.String()
}
