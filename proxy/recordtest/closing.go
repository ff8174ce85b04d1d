package recordtest

import (
	"errors"
	"time"
)

// closePatience is how long a real GitLab has to answer what is under way when the test ends.
const closePatience = 10 * time.Second

// Close ends the recorder, and writes the recording if the test has passed.
func (r *recording) Close() {
	r.t.Helper()
	r.mu.Lock()
	closed := r.closed
	r.closed = true
	r.mu.Unlock()
	if closed {
		return
	}
	err := r.Stop(closePatience)
	if err == nil {
		_, err = r.rec.Sink.Finish(func() bool { return false })
	}
	err = errors.Join(err, r.writer.Close())
	for address, n := range r.rec.Tunnels().Counts() {
		r.t.Logf("recordtest: not recorded: %s, %d tunnels, %d plain requests; Options.Intercept records a host", address, n.Connections, n.Requests)
	}
	switch {
	case err != nil:
		r.t.Errorf("recordtest: record %s: %v", r.to.path, err)
	case r.refused > 0:
		r.t.Errorf("recordtest: %s is not written: GitLab could not be reached for %d of %d requests; is %q its URL?", r.to.path, r.refused, r.rec.Exchanges(), r.options.Upstream)
	case r.t.Failed():
		r.t.Logf("recordtest: %s is not written: the test has failed", r.to.path)
	default:
		if err := r.keep(); err != nil {
			r.t.Errorf("recordtest: %s is not written: %v", r.to.path, err)
		}
	}
}
