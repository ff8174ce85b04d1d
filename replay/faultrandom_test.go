package replay

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"runnertape/faults"
	"runnertape/fixtures/runner"
)

// Of these fault files are made up. Each comes to an end, so that a runner that goes on gets through.
var (
	places = []string{
		"patch_trace", "patch_trace when offset>0", "patch_trace when chance=30%", "patch_trace when attempt=2", "patch_trace job=build",
		"update_job", "update_job final", "update_job pickup", "update_job when state=failed", "update_job final when chance=50%",
		"request_job", "request_job when chance=40%", "upload_artifacts", "upload_artifacts when trace>100", "job 43", "*", "* when time>1ms",
	}
	happenings = []string{
		"500", "502 taken", "503 retry-after=1", "409", "429 ratelimit-reset=1s", "416", "416 forget", "416 range=none", "200 taken", "204",
		"412", "answer interval=1s", `answer header="Connection: close"`, `answer body="{}"`, "answer type=text/html",
		"drop", "drop taken", "drop after 10", "drop after 10 of answer", "reset", "reset taken", "reset after 10 of request", "reset after 10 of answer",
		"413 early", "delay 1ms", "delay 1ms taken", "slow 1MiB/s",
	}
	times = []string{"once", "twice", "3 times", "once in all", "3 times in all", "5 times in all"}
)

// Whatever goes wrong, and wherever: most jobs end, and those that passed have a whole log, each byte once.
func TestFaultsAtRandom(t *testing.T) {
	seeds := uint64(100)
	if testing.Short() {
		seeds = 20
	}
	ended := 0
	for seed := range seeds {
		random := rand.New(rand.NewPCG(seed, 0))
		pick := func(from []string) string { return from[random.IntN(len(from))] }
		var lines []string
		for range 1 + random.IntN(4) {
			line := pick(places) + ": " + pick(happenings) + " " + pick(times)
			if strings.Contains(line, "forget") && !strings.HasPrefix(line, "patch_trace") {
				continue // no runner learns of it, but by chance
			}
			if _, err := faults.Parse("f", line); err == nil {
				lines = append(lines, line)
			}
		}
		n, failure := playUnder(t, seed, strings.Join(lines, "\n"), pick([]string{"15.7.0", "17.9.0", "18.5.0", "19.3.0"}))
		if failure != "" {
			t.Errorf("seed %d:\n%s\n%s", seed, strings.Join(lines, "\n"), failure)
		}
		ended += n
	}
	if all := int(seeds) * 3; ended < all/2 { // those that a runner of two phases left are pending
		t.Errorf("only %d of %d jobs ended", ended, all)
	}
	t.Logf("%d jobs ended", ended)
}

// playUnder plays three jobs under a fault file, and says what is wrong then.
func playUnder(t *testing.T, seed uint64, rules, version string) (ended int, failure string) {
	t.Helper()
	parsed, err := faults.Parse("f", rules)
	if err != nil {
		t.Fatal(err)
	}
	tape := NewTape("http://gitlab.example")
	for id, name := range map[int]string{42: "build", 43: "test", 44: "lint"} {
		tape.Add(handOut(fmt.Sprintf(`{"id":%d,"token":"glcbt-64_token%d000000000","job_info":{"name":%q},
			"artifacts":[{"paths":["out"],"artifact_type":"archive","artifact_format":"zip"}]}`, id, id, name)),
			put(fmt.Sprint(id), `{"state":"success"}`, 200, "Job-Status", "success"))
	}
	logs := map[int64][]byte{} // by job, what was appended
	r, err := New(tape, Options{
		Logger: slog.New(slog.DiscardHandler), Faults: faults.NewSet(seed, parsed),
		Trace: func(job, offset int64, content []byte) { logs[job] = append(logs[job][:offset], content...) },
	})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(r)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	written := map[int64][]byte{}
	_, err = runner.Run(ctx, runner.Config{
		URL: s.URL, Token: "glrt-0123456789abcdefghij", Version: version, MaxIdle: 8, MaxWait: time.Millisecond, PatchSize: 200,
		Play: func(_ context.Context, p *runner.Payload) (runner.Played, error) {
			log := []byte(strings.Repeat(fmt.Sprintf("line of %d\n", p.ID), 60))
			written[p.ID] = log
			return runner.Played{Log: log, State: "success", Files: []runner.File{{Path: "out", Content: log}}}, nil
		},
	})
	s.Close()
	if err != nil && (ctx.Err() != nil || errors.Is(err, runner.ErrForbidden)) {
		failure += err.Error() + "\n"
	}
	for _, j := range r.Receipt().Jobs {
		if j.Ended {
			ended++
		}
		if j.Ended && j.Replayed.State == "success" && string(logs[j.ID]) != string(written[j.ID]) {
			failure += fmt.Sprintf("job %d: %d bytes of its log, it wrote %d\n", j.ID, len(logs[j.ID]), len(written[j.ID]))
		}
		for _, d := range j.Differences {
			if strings.HasPrefix(d, "trace:") {
				failure += fmt.Sprintf("job %d: %s\n", j.ID, d)
			}
		}
	}
	return ended, failure
}
