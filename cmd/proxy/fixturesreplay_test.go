package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"runnertape"
	"runnertape/decode"
	"runnertape/fixtures/runner"
	"runnertape/replay/replaytest"
)

// Every recording of the catalogue replays with the scripted runner to the recorded ends, with all that was recorded being asked for.
func TestFixturesReplay(t *testing.T) {
	for _, k := range catalogue(t) {
		t.Run(filepath.Base(k.path), func(t *testing.T) {
			t.Parallel()
			replayScripted(t, k.path, len(k.Session) > 0)
		})
	}
}

// replayScripted replays the recording at path with the scripted runner, which is registered, has its token reset, and is unregistered
// if the recorded one was.
func replayScripted(t *testing.T, path string, registers bool) {
	t.Helper()
	src, err := openRecording(path)
	mustDo(t, err)
	defer src.Close()
	all := rebuild(t, src)
	srv := replaytest.StartWith(t, path, replaytest.Options{AllowDifferences: func(difference string) bool {
		return strings.HasPrefix(difference, "git ") // this git asks for other refs than the runner's did, and gets them
	}})
	dir := t.TempDir()
	cfg := runner.Config{
		URL: srv.URL(), Token: srv.Token(), Version: "18.5.0", MaxIdle: 1, MaxWait: time.Millisecond, Verify: true,
		Play: func(ctx context.Context, p *runner.Payload) (runner.Played, error) { return all.play(ctx, p, dir) },
	}
	if registers {
		cfg.Token, err = runner.Register(t.Context(), cfg, shapeRegistration)
		mustDo(t, err)
	}
	all.askCaches(t, src, srv.Client())
	if _, err := runner.Run(t.Context(), cfg); err != nil {
		t.Error(err)
	}
	if registers {
		cfg.Token, err = runner.ResetToken(t.Context(), cfg)
		mustDo(t, err)
		mustDo(t, runner.Unregister(t.Context(), cfg))
	}
	srv.Close()
	if receipt := srv.Receipt(); len(receipt.Unused) > 0 || len(receipt.Jobs) != len(all.jobs) {
		t.Errorf("unused %v", receipt.Unused)
	}
}

// play does what the script says as far as the scripted runner understands it, and ends as was recorded.
func (r *rebuilt) play(ctx context.Context, p *runner.Payload, dir string) (runner.Played, error) {
	played, err := runner.Perform(ctx, p)
	if err != nil {
		return played, err
	}
	for _, j := range r.jobs {
		if j.ID != p.ID {
			continue
		}
		if len(j.Git) > 0 {
			clone := filepath.Join(dir, strconv.FormatInt(j.ID, 10))
			if err := os.Mkdir(clone, 0o700); err != nil {
				return played, err
			}
			log, err := runner.Clone(ctx, p, clone, cleanEnv(dir)...)
			if err != nil {
				return played, err
			}
			played.Log = append(played.Log, log...)
		}
		if played.WaitForCancel = j.CanceledBy != nil; played.WaitForCancel {
			break
		}
		played.State, played.FailureReason, played.ExitCode = j.State, j.FailureReason, 0
		if j.ExitCode != nil {
			played.ExitCode = int(*j.ExitCode)
		}
	}
	return played, nil
}

// askCaches asks again for caches, and wants what was recorded.
func (r *rebuilt) askCaches(t *testing.T, src recording, client *http.Client) {
	t.Helper()
	for _, x := range r.exchanges {
		if x.Decoded.Endpoint != string(decode.Cache) {
			continue
		}
		body := func(side runnertape.Side) []byte {
			b, err := src.Body(x.ID, side)
			mustDo(t, err)
			defer b.Close()
			content, err := io.ReadAll(b)
			mustDo(t, err)
			return content
		}
		req, err := http.NewRequestWithContext(t.Context(), x.Request.Method, x.Scheme+"://"+x.Host+x.Request.Target, bytes.NewReader(body(runnertape.RequestSide)))
		mustDo(t, err)
		res, err := client.Do(req)
		mustDo(t, err)
		content, err := io.ReadAll(res.Body)
		mustDo(t, err)
		mustDo(t, res.Body.Close())
		if res.StatusCode != x.Response.Status || !bytes.Equal(content, body(runnertape.ResponseSide)) {
			t.Errorf("%s %s: %d %q", req.Method, req.URL, res.StatusCode, content)
		}
	}
}
