package replaytest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"runnertape/faults"
	"runnertape/proxy"
	"runnertape/replay"
	"runnertape/serve"
)

// Start replays the recording at path until the test ends, which fails if it is not there or cannot be read. At its end the test
// fails if the program under test did not do what was recorded.
func Start(t testing.TB, path string) *Server {
	t.Helper()
	return StartWith(t, path, Options{})
}

// StartWith is Start with choices.
func StartWith(t testing.TB, path string, o Options) *Server {
	t.Helper()
	src, err := serve.Open(path)
	if err != nil {
		if errors.Is(err, serve.ErrNoRecording) {
			err = fmt.Errorf("%w (a path is from the test's folder; proxy record, proxy export and package recordtest make recordings)", err)
		}
		t.Fatalf("replaytest: %v", err)
	}
	t.Cleanup(func() {
		if err := src.Close(); err != nil {
			t.Errorf("replaytest: close %s: %v", path, err)
		}
	})
	return start(t, path, src, o)
}

// StartSource is StartWith for a recording that is no file: made in the test, or changed by it. It is read until
// the test ends.
func StartSource(t testing.TB, src replay.Source, o Options) *Server {
	t.Helper()
	return start(t, "the recording", src, o)
}

func start(t testing.TB, path string, src replay.Source, o Options) *Server {
	t.Helper()
	s := &Server{t: t, path: path, options: o, said: &output{to: t.Output()}}
	if err := s.prepare(src, filepath.Join(t.TempDir(), "ca")); err != nil {
		t.Fatalf("replaytest: replay %s: %v", path, err)
	}
	t.Cleanup(s.remove)
	var err error
	if s.running, err = serve.Start(s.replay.Serve, s.replay.CA(), s.replay.Facts().Upstream, serve.AnyToken); err != nil {
		t.Fatalf("replaytest: %v", err)
	}
	t.Cleanup(s.Close)
	return s
}

// prepare makes the replay.
func (s *Server) prepare(src replay.Source, caDir string) (err error) {
	o := s.options.Replay
	o.Logger = cmp.Or(o.Logger, s.said.logger())
	o.TraceInterval = cmp.Or(o.TraceInterval, time.Second)
	if given := o.Trace; given != nil {
		o.Trace = func(job, offset int64, piece []byte) {
			s.logs.add(job, offset, piece)
			given(job, offset, piece)
		}
	} else {
		o.Trace = s.logs.add
	}
	if len(s.options.Faults) > 0 {
		if o.Faults, err = faults.ReadSet(cmp.Or(s.options.Seed, 1), s.options.Faults...); err != nil {
			return err
		}
	}
	s.replay, err = serve.NewReplay(context.Background(), src, o, func(r *replay.Replayer) (*proxy.CA, error) {
		return proxy.LoadCA(caDir, serve.Hosts(r)...)
	})
	return err
}
