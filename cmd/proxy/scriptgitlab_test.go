package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"runnertape/fixtures/gitlab"
)

// arrivals counts job requests as they reach the stand-in, before it answers.
type arrivals struct {
	mu    sync.Mutex
	polls int
	more  chan struct{} // closed at the next poll
}

func (a *arrivals) see(r *http.Request) (int, http.Header, string, bool) {
	if strings.HasSuffix(r.URL.Path, "/jobs/request") {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.polls++
		close(a.more)
		a.more = make(chan struct{})
	}
	return 0, nil, "", false
}

// doGitLab is `gitlab [direct=true] [tls=true] [gzip=true] [prefix=/P] [external=URL]
// [longpoll=TIME] [accepted=N] [root=DIR] [registration=TOKEN] [complains=true]`: it
// starts the stand-in, sets $GITLAB (its URL), $GITLAB_ADDR, $STORAGE, $STORAGE_ADDR
// and $TOKEN, and writes its CA to gitlab-ca.pem.
func doGitLab(ts *testscript.TestScript, neg bool, args []string) {
	set, rest := settings(args)
	s := stageOf(ts)
	if neg || len(rest) > 0 || s.server != nil {
		ts.Fatalf("usage: gitlab name=value…, once")
	}
	s.arrivals = &arrivals{more: make(chan struct{})}
	c := gitlab.Config{
		TLS: set["tls"] != "", DirectDownload: set["direct"] != "", Gzip: set["gzip"] != "", Prefix: set["prefix"],
		ExternalURL: set["external"], RegistrationToken: set["registration"], TraceUpdateInterval: 1, Answer: s.arrivals.see,
	}
	if c.ExternalURL != "" {
		c.Hosts = []string{hostAndPort(c.ExternalURL)}
	}
	if root := set["root"]; root != "" {
		c.GitRoot = ts.MkAbs(root)
	}
	var err error
	if text := set["longpoll"]; text != "" {
		c.LongPoll, err = time.ParseDuration(text)
		ts.Check(err)
	}
	if text := set["accepted"]; text != "" {
		c.FinalAccepted, err = strconv.Atoi(text)
		ts.Check(err)
	}
	s.complains = set["complains"] != ""
	s.server, err = gitlab.Start(c)
	ts.Check(err)
	s.secrets = append(s.secrets, s.server.RunnerToken())
	if c.RegistrationToken != "" {
		s.secrets = append(s.secrets, c.RegistrationToken)
	}
	ts.Setenv("GITLAB", s.server.URL())
	ts.Setenv("GITLAB_ADDR", hostAndPort(s.server.URL()))
	ts.Setenv("STORAGE", s.server.StorageURL())
	ts.Setenv("STORAGE_ADDR", hostAndPort(s.server.StorageURL()))
	ts.Setenv("TOKEN", s.server.RunnerToken())
	if c.TLS {
		ts.Check(os.WriteFile(ts.MkAbs("gitlab-ca.pem"), s.server.CAPEM(), 0o600))
	}
}

func hostAndPort(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	address, _, _ := strings.Cut(rest, "/")
	return address
}

// doGitLabStop is `gitlabstop`: GitLab is gone, its jobs and ledger can still be asked.
func doGitLabStop(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(stageOf(ts).server.Close())
}

// doEnqueue is `enqueue FILE.json`: each JSON value of FILE is a gitlab.Job. DependsOn
// counts the script's jobs from 1. SHA "HEAD" is the commit that gitrepo made. Sets
// $JOB1, $JOB2 … and the jobs' tokens $JOBTOKEN1, $JOBTOKEN2 …
func doEnqueue(ts *testscript.TestScript, neg bool, args []string) {
	s := stageOf(ts)
	if neg || len(args) != 1 || s.server == nil {
		ts.Fatalf("usage: gitlab, then enqueue FILE.json")
	}
	decoder := json.NewDecoder(strings.NewReader(ts.ReadFile(args[0])))
	decoder.DisallowUnknownFields()
	for {
		var job gitlab.Job
		err := decoder.Decode(&job)
		if errors.Is(err, io.EOF) {
			return
		}
		ts.Check(err)
		for i, n := range job.DependsOn {
			if n < 1 || n > int64(len(s.jobs)) {
				ts.Fatalf("%s depends on job number %d, which was not enqueued", job.Name, n)
			}
			job.DependsOn[i] = s.jobs[n-1]
		}
		if job.SHA == "HEAD" {
			job.SHA = ts.Getenv("SHA")
		}
		for _, v := range job.Variables {
			if !v.Public && len(v.Value) >= 8 {
				s.secrets = append(s.secrets, spellings(v.Value)...)
			}
		}
		s.jobs = append(s.jobs, s.server.Enqueue(job))
		id := s.jobs[len(s.jobs)-1]
		token := s.server.Job(id).Token
		s.secrets = append(s.secrets, token, base64.StdEncoding.EncodeToString([]byte("gitlab-ci-token:"+token)))
		ts.Setenv("JOB"+strconv.Itoa(len(s.jobs)), strconv.FormatInt(id, 10))
		ts.Setenv("JOBTOKEN"+strconv.Itoa(len(s.jobs)), token)
	}
}

// spellings are the forms in which a value can be found.
func spellings(value string) []string {
	asJSON, _ := json.Marshal(value) // a string has no reason to fail
	plain := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(value)
	return []string{value, string(asJSON[1 : len(asJSON)-1]), plain, url.QueryEscape(value), url.PathEscape(value)}
}
