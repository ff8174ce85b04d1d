package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"runnertape/fixtures/gitlab"
	"runnertape/proxy"
	"runnertape/redact"
)

// An unmodified runner does jobs that have secrets wherever GitLab puts them, and that fail if one of them
// has lost its form. The redacted recording replays each to the same end and to a log of the same
// length, whichever token the runner was registered with.
func TestRealRunnerSecrets(t *testing.T) {
	bin := realRunner(t)
	version := versionOf(t, bin)
	for _, tool := range []string{"git", "curl", "base64"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("NOT RUN: the jobs need %s", tool)
		}
	}
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			s, secrets := secretStage(t, bin, way)
			path := s.recordWith(t, func(address string, ca *proxy.CA) {
				d := s.register(t, "record", s.url(address), s.server.RunnerToken(), s.env(address), s.flags(ca.File())...)
				d.until(t, func(ctx context.Context) error {
					for _, id := range s.jobs {
						if _, err := s.server.Wait(ctx, id); err != nil {
							return err
						}
					}
					return nil
				})
			}, secrets...)
			scanned(t, path)
			ends := []string{"success 0", "success 0", "failed 7"}
			if !isSince(t, version, tellsExitCodes) {
				ends[2] = "failed 0"
			}
			for i, want := range ends {
				j := s.server.Job(s.jobs[i])
				code := 0
				if j.ExitCode != nil {
					code = *j.ExitCode
				}
				if got := fmt.Sprint(j.Status, " ", code); got != want {
					t.Fatalf("%s: %s, want %s\n%s", j.Name, got, want, j.Trace)
				}
			}
			if wrong := s.server.Violations(); len(wrong) > 0 {
				t.Errorf("GitLab complains: %s", wrong)
			}
			s.server.Close()
			src, err := openRecording(path)
			mustDo(t, err)
			defer src.Close()
			standIn := redact.New(src.Header().Key).StandIn(s.server.RunnerToken())
			for _, token := range []struct{ name, token string }{
				{"original", s.server.RunnerToken()}, {"stand-in", standIn}, {"another", "glrt-" + rand.Text()[:20]},
			} {
				t.Run(token.name, func(t *testing.T) {
					r := startReplay(t, src)
					d := s.register(t, token.name, s.url(r.address), token.token, s.env(r.address), s.flags(r.CAFile())...)
					d.until(t, func(ctx context.Context) error {
						select {
						case <-r.Done():
							return nil
						case <-ctx.Done():
							return fmt.Errorf("%w: %s", ctx.Err(), r.Receipt().Summary())
						}
					})
					d.run(t, "verify")
					if isSince(t, version, "15.3") { // others have no such command
						d.run(t, "reset-token", "--all-runners")
					}
					d.run(t, "unregister", "--all-runners")
					receipt := r.end(t, nil)
					for i, j := range receipt.Jobs {
						was, now := plainLog(s.server.Job(s.jobs[i]).Trace), plainLog(r.Job(j.ID).Trace())
						if len(was) != len(now) {
							t.Errorf("job %s: log of %d bytes, recorded %d\n%s\nrecorded\n%s", j.Name, len(now), len(was), now, was)
						}
					}
					for _, secret := range append(secrets, token.token) {
						if token.token != standIn && (strings.Contains(r.said.String(), secret) || strings.Contains(receipt.Summary(), secret)) {
							t.Errorf("%q is on stderr or in the receipt", secret[:10])
						}
					}
				})
			}
		})
	}
}

// scanned wants that a scan finds nothing but what is packed in artifacts. It also tells of "ci:7:" before
// the name of a variable, or a mask, in place of a token.
func scanned(t *testing.T, path string) {
	t.Helper()
	_, said := proxyScan(t, path)
	for line := range strings.Lines(said) {
		if strings.HasPrefix(line, path) && !strings.Contains(line, `, file "`) && !strings.Contains(line, " more place") && !strings.Contains(line, "of an archive") &&
			!strings.Contains(line, "ci:7:$") && !strings.Contains(line, "ci:7:[") {
			t.Errorf("a scan finds %s", line)
		}
	}
}

// plainLog is a log without what may differ in length: numbers of processes, and the host of a
// download, since a replay never sends a runner to the storage.
func plainLog(log []byte) []byte { return varying.ReplaceAll(log, nil) }

var varying = regexp.MustCompile(`(pid|host)(\x1b\[0;m)?=\S+`)

// secretStage is a stage whose jobs have secrets, and those.
func secretStage(t *testing.T, bin string, w way) (s *stage, secrets []string) {
	t.Helper()
	made := func(prefix string) string { return prefix + rand.Text()[:20] }
	jwt := func(claims int) string {
		part := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
		return part(`{"alg":"RS256","typ":"JWT"}`) + "." + part(`{"sub":"`+strings.Repeat(rand.Text(), claims)+`"}`) + "." + part(rand.Text()+rand.Text())
	}
	api, jobTokens := made("glpat-"), []string{made("glcbt-64_"), "glcbt-" + jwt(16), made("")}
	ids := map[string]int64{}
	s, sha := emptyStage(t, bin, w, gitlab.Config{Answer: func(r *http.Request) (int, http.Header, string, bool) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/api/v4/job") && ids[r.Header.Get("Job-Token")] != 0:
			return http.StatusOK, nil, fmt.Sprintf(`{"id":%d}`, ids[r.Header.Get("Job-Token")]), true
		case strings.HasSuffix(r.URL.Path, "/api/v4/user") && r.URL.Query().Get("private_token") == api:
			return http.StatusOK, nil, `{"username":"developer"}`, true
		}
		return 0, nil, "", false
	}})
	const key = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\nQyNTUxOQAAACDq3J0m9W1b2s4v7x8y5z6A1B2C3D4E5F6G7H8I9J0KLA\n-----END OPENSSH PRIVATE KEY-----\n"
	const quoted, hook = `a "quoted" <value> & more/+=`, "https://hooks.example.com/services/T0123ABCD/B0123ABCD/abcdEFGH1234ijkl5678"
	enqueue := func(token string, job gitlab.Job) int64 {
		auth := base64.StdEncoding.EncodeToString([]byte("gitlab-ci-token:" + token))
		id := made("")
		identity := jwt(2)
		job.SHA, job.Ref, job.Token = sha, "main", token
		job.Variables = []gitlab.Variable{
			{Key: "PASSWORD", Value: masked, Masked: true},
			{Key: "QUOTED", Value: quoted, Masked: true, Raw: true},
			{Key: "API_TOKEN", Value: api},
			{Key: "ID_TOKEN", Value: identity, Masked: true},
			{Key: "KUBECONFIG", Value: "users:\n- name: agent:7\n  user:\n    token: ci:7:" + token + "\n", File: true},
			{Key: "SSH_KEY", Value: key, File: true},
			{Key: "NETRC", Value: "machine " + hostOnly(s.server.ExternalURL()) + " login gitlab-ci-token password " + token + "\n", File: true},
			{Key: "DOCKER_AUTH_CONFIG", Value: `{"auths": {"registry.example.com:5000": {"auth": "` + auth + `"}}}`},
			{Key: "WEBHOOK", Value: hook},
			{Key: "DATABASE_URL", Value: "postgres://app:" + id + "@db.example.com/app"},
			{Key: "PORT", Value: "8080"},
			{Key: "LENGTH", Value: fmt.Sprint(len(token)), Public: true},
		}
		job.Cache = []byte(`[{"key":"deps-` + job.Name + `","untracked":false,"paths":["deps/"],"policy":"pull-push","when":"on_success"}]`)
		job.Script = append([]string{
			"cat hello.txt", "mkdir -p deps home", "date > deps/when",
			// what a job prints
			`echo $PASSWORD "$QUOTED" $API_TOKEN $ID_TOKEN $CI_JOB_TOKEN $CI_REPOSITORY_URL $WEBHOOK $DATABASE_URL $PORT`,
			`echo "$DOCKER_AUTH_CONFIG"; cat "$KUBECONFIG" "$SSH_KEY" "$NETRC"`,
			`printf %s "$CI_JOB_TOKEN" | base64 -w 0; echo; printf %s "x$PASSWORD" | base64 -w 0; echo; printf %s "xy$PASSWORD" | base64 -w 0; echo`,
			`printf %s "$PASSWORD" | sed 's/-/%2D/g'; echo`,
			// what it needs of their form
			`[ ${#CI_JOB_TOKEN} -eq $LENGTH ]`, fmt.Sprintf(`[ ${#PASSWORD} -eq %d ]`, len(masked)),
			`[ "$PORT" = 8080 ]`, `[ "$(printf %s "$ID_TOKEN" | tr -cd . | wc -c)" -eq 2 ]`,
			`grep -q "token: ci:7:$CI_JOB_TOKEN" "$KUBECONFIG"`, `grep -q "BEGIN OPENSSH PRIVATE KEY" "$SSH_KEY"`,
			`[ "$(echo "$DOCKER_AUTH_CONFIG" | sed 's/.*"auth": "\([^"]*\)".*/\1/' | base64 -d)" = "gitlab-ci-token:$CI_JOB_TOKEN" ]`,
			// what it asks of GitLab
			`git ls-remote "$CI_REPOSITORY_URL" HEAD`,
			`cp "$NETRC" home/.netrc; HOME=$PWD/home GIT_TERMINAL_PROMPT=0 git ls-remote "$CI_SERVER_URL/group/project.git" HEAD`,
			`[ "$(curl -sf ${CI_SERVER_TLS_CA_FILE:+--cacert "$CI_SERVER_TLS_CA_FILE"} -H "JOB-TOKEN: $CI_JOB_TOKEN" "$CI_API_V4_URL/job")" = "{\"id\":$CI_JOB_ID}" ]`,
			`curl -sf ${CI_SERVER_TLS_CA_FILE:+--cacert "$CI_SERVER_TLS_CA_FILE"} "$CI_API_V4_URL/user?private_token=$API_TOKEN"; echo`,
		}, job.Script...)
		number := s.server.Enqueue(job)
		ids[token] = number
		secrets = append(secrets, token, auth, id, identity)
		return number
	}
	env := []string{"env | sort > env.txt", `echo "NAME=$PASSWORD" > build.env`}
	build := enqueue(jobTokens[0], gitlab.Job{Name: "build", Stage: "build", Script: env, Artifacts: []gitlab.Artifact{
		{Type: "archive", Format: "zip", Paths: []string{"env.txt"}, ExpireIn: "1 day"}, {Type: "dotenv", Paths: []string{"build.env"}},
	}})
	s.jobs = []int64{
		build,
		enqueue(jobTokens[1], gitlab.Job{Name: "test", DependsOn: []int64{build}, Script: []string{`grep -q "^PORT=8080" env.txt`}}),
		enqueue(jobTokens[2], gitlab.Job{Name: "lint", Script: []string{"echo no good, $PASSWORD", "exit 7"}}),
	}
	return s, append(secrets, masked, quoted, api, s.server.RunnerToken(), "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUA", "abcdEFGH1234ijkl5678")
}

// hostOnly is the host of a URL without its port.
func hostOnly(url string) string {
	host, _, _ := strings.Cut(hostport(url), ":")
	return host
}
