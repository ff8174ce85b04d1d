package replaytest

import (
	"context"
	"errors"
	"time"
)

// Done is closed when every recorded job was handed out and has ended; never in a loop.
func (s *Server) Done() <-chan struct{} { return s.replay.Done() }

// Wait returns when the jobs with these numbers have come to their ends; without any, when every recorded one has. If ctx ends
// before, or the time of `go test -timeout` nearly has, the test fails at once, and says how the jobs stand.
func (s *Server) Wait(ctx context.Context, jobs ...int64) {
	s.t.Helper()
	ctx, done := s.inTime(ctx)
	defer done()
	var err error
	for _, id := range jobs {
		if err = s.replay.Wait(ctx, id); err != nil {
			break
		}
	}
	if len(jobs) == 0 {
		select {
		case <-s.Done():
		case <-ctx.Done():
			err = context.Cause(ctx)
		}
	}
	if err != nil {
		s.t.Fatalf("replaytest: wait for jobs: %v\n%s", err, s.Receipt().Summary())
	}
}

// lastWords is how long before the end of `go test -timeout` a test is told to fail: what package testing says then does not tell why.
const lastWords = 5 * time.Second

var errLate = errors.New("the time of go test -timeout is nearly over")

// inTime is ctx that ends in time for last words, where t says when that is.
func (s *Server) inTime(ctx context.Context) (context.Context, context.CancelFunc) {
	if t, ok := s.t.(interface{ Deadline() (time.Time, bool) }); ok { // *testing.T does, *testing.B does not
		if deadline, ok := t.Deadline(); ok {
			return context.WithDeadlineCause(ctx, deadline.Add(-lastWords), errLate)
		}
	}
	return context.WithCancel(ctx)
}
