package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"runnertape/fixtures/gitlab"
)

// shapeAnswer is given instead of GitLab's to some requests: a proxy before it, or GitLab having a bad day.
type shapeAnswer struct {
	Request string            // pattern of "METHOD /path"
	After   int               // how many of these are answered as ever first
	Times   int               // how many are answered so
	Status  int               // 0 cuts the connection
	Header  map[string]string // of the answer
	Body    string            // of the answer
}

// The tokens of shapes, and the runners' keys to their cache.
const (
	shapeRegistration = "GR1348941sTaNdInReGiStRaT"
	shapePersonal     = "glpat-sTaNdInPeRsOnAlTo1"
	shapeBucket       = "runner-cache"
	shapeAccessKey    = "STANDINCACHEKEYID123"
	shapeSecretKey    = "standin/cache+secret/key/1234567890abcdef"
)

// stage is a GitLab that has the shape's jobs, and a folder for a runner with the shape's files.
func (s *shape) stage(t *testing.T, bin string, w way) *stage {
	t.Helper()
	config := gitlab.Config{
		LongPoll: time.Duration(s.GitLab.LongPollSeconds) * time.Second, FinalAccepted: s.GitLab.FinalAccepted, Gzip: s.GitLab.Gzip,
		RegistrationToken: shapeRegistration, PersonalToken: shapePersonal,
		Cache: &gitlab.Bucket{Name: shapeBucket, Region: "us-east-1", AccessKey: shapeAccessKey, SecretKey: shapeSecretKey},
	}
	if len(s.Answers) > 0 {
		config.Answer = s.answer(t)
	}
	var st *stage
	late := make(chan int64, len(s.Jobs))
	config.Held = func(n int) {
		for _, j := range s.Jobs {
			if j.Late && n == 2 {
				late <- st.server.Enqueue(j.Job)
			}
		}
	}
	st, sha := emptyStage(t, bin, w, config)
	st.shape, st.late = s, late
	s.put(t, st.dir)
	if s.Submodule {
		sha = addSubmodule(t, st.dir)
	}
	for _, j := range s.Jobs {
		if j.Late {
			continue
		}
		if j.Clones {
			j.SHA = sha
		}
		for _, name := range j.Needs {
			j.DependsOn = append(j.DependsOn, st.jobs[slices.IndexFunc(s.Jobs, func(j shapeJob) bool { return j.Name == name })])
		}
		st.jobs = append(st.jobs, st.server.Enqueue(j.Job))
	}
	return st
}

// answer is for gitlab.Config.Answer.
func (s *shape) answer(t *testing.T) func(*http.Request) (int, http.Header, string, bool) {
	t.Helper()
	patterns := make([]*regexp.Regexp, len(s.Answers))
	for i, a := range s.Answers {
		patterns[i] = regexp.MustCompile(`^(` + a.Request + `)$`)
	}
	var mu sync.Mutex // guards came
	came := make([]int, len(s.Answers))
	return func(r *http.Request) (int, http.Header, string, bool) {
		mu.Lock()
		defer mu.Unlock()
		for i, a := range s.Answers {
			if !patterns[i].MatchString(r.Method + " " + r.URL.Path) {
				continue
			}
			if came[i]++; came[i] <= a.After || came[i] > a.After+a.Times {
				continue
			}
			h := http.Header{}
			for name, value := range a.Header {
				h.Set(name, value)
			}
			return a.Status, h, a.Body, true
		}
		return 0, nil, "", false
	}
}

// put writes the shape's files into a folder.
func (s *shape) put(t *testing.T, dir string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(s.files)) {
		mustDo(t, os.WriteFile(filepath.Join(dir, name), []byte(s.files[name]), 0o700))
	}
}

// expand puts what only the test knows into flags or commands; the pairs are names and values, beside those of all shapes.
func expand(words []string, pairs ...string) []string {
	r := strings.NewReplacer(append(pairs, "$BUCKET", shapeBucket, "$ACCESS_KEY", shapeAccessKey, "$SECRET_KEY", shapeSecretKey,
		"$REGISTRATION_TOKEN", shapeRegistration, "$PERSONAL_TOKEN", shapePersonal)...)
	expanded := slices.Clone(words)
	for i, word := range words {
		expanded[i] = r.Replace(word)
	}
	return expanded
}

// runShape lets the runner do what the shape has it do, at url. done waits for the jobs to have ended.
func (st *stage) runShape(t *testing.T, url string, env []string, flags []string, done func(context.Context) error) {
	t.Helper()
	known := []string{"$DIR", st.dir, "$STORAGE", hostport(st.server.StorageURL()), "$RUNNER_TOKEN", st.server.RunnerToken(), "$RUNNER", st.bin}
	flags = append(expand(st.shape.Flags, known...), flags...)
	if len(st.shape.Session) == 0 {
		st.runner(t, url, len(st.shape.Jobs), env, flags...)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		mustDo(t, done(ctx))
		return
	}
	dir, err := os.MkdirTemp(st.dir, "session")
	mustDo(t, err)
	r := &registered{st, dir, cleanEnv(st.dir, env...)}
	mustDo(t, os.WriteFile(filepath.Join(dir, "config.toml"), []byte("concurrent = 1\ncheck_interval = 1\n"), 0o600))
	for _, line := range st.shape.Session {
		switch args := expand(strings.Fields(line), known...); args[0] {
		case "register":
			r.run(t, append(append([]string{
				"register", "--non-interactive", "--url", url, "--executor", "shell", "--shell", "bash",
				"--builds-dir", filepath.Join(dir, "builds"), "--cache-dir", filepath.Join(dir, "cache"),
			}, flags...), args[1:]...)...)
		case "run":
			r.until(t, done)
		default:
			r.run(t, args...)
		}
	}
}

// jobsEnded waits until GitLab has seen the end of all jobs, also of those that are late.
func (st *stage) jobsEnded(ctx context.Context) error {
	for len(st.jobs) < len(st.shape.Jobs) {
		select {
		case id := <-st.late:
			st.jobs = append(st.jobs, id)
		case <-ctx.Done():
			return fmt.Errorf("no poll was held twice: %w", ctx.Err())
		}
	}
	for _, id := range st.jobs {
		if j, err := st.server.Wait(ctx, id); err != nil {
			return fmt.Errorf("job %s is %s: %w", j.Name, j.Status, err)
		}
	}
	return nil
}
