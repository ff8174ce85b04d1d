package serve

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"time"

	"runnertape"
	"runnertape/decode"
	"runnertape/proxy"
	"runnertape/redact"
	"runnertape/store"
)

// NewHeader is that of a recording that is begun now by a program, of that name and version, of an upstream with that URL.
func NewHeader(program, upstream string, keepSecrets bool) runnertape.Recording {
	h := runnertape.Recording{Created: time.Now().UTC(), Program: program, Upstream: upstream, Redacted: !keepSecrets}
	if h.Redacted {
		h.Key = redact.NewKey()
	}
	return h
}

// Secrets is the Redactor for a recording of upstream; nil for one that keeps its secrets.
func Secrets(h runnertape.Recording, upstream string) *redact.Redactor {
	if !h.Redacted {
		return nil
	}
	secrets := redact.New(h.Key)
	secrets.KnowUpstream(upstream)
	return secrets
}

// RecordConfig is what a Record needs.
type RecordConfig struct {
	Upstream    proxy.Upstream
	CA          *proxy.CA        // signs for the upstream and the hosts of Intercept
	Intercept   []string         // hosts, or host:port, that are read beside the upstream's
	RewriteURLs bool             // the reverse way: the URLs that a runner gets lead here too
	Closed      bool             // serve the upstream and the hosts that are read, and refuse all others
	Sync        bool             // no response ends before what was said is on disk
	Secrets     *redact.Redactor // as [Secrets] gives it; nil to keep them
	Opaque      redact.Opaque    // what becomes of archives and packs
	Logger      *slog.Logger     // must be set

	Ended    func(x *runnertape.Exchange, m decode.Message) // is told of each exchange that has ended; must be set
	Draining func()                                         // as proxy.RecorderConfig's; nil if nobody wants to know
	Late     func(id uint64, exchanges int)                 // is told of secrets that showed themselves late; nil if nobody wants to know
}

// Record is a Recorder with what it needs beside it: redaction, the decoder and the recording that they write. Make it with
// NewRecord, and serve it once.
type Record struct {
	*proxy.Recorder
	Sink *redact.Sink // to be finished when Serve has returned without an error, before the recording is closed
	door *proxy.Door
}

// NewRecord prepares to record to w, which stays the caller's to close.
func NewRecord(w *store.Writer, c RecordConfig) *Record {
	upstream := c.Upstream.URL.String()
	sink := redact.NewSink(w, c.Secrets, decode.NewDecoder(upstream), c.Ended)
	sink.SetOpaque(c.Opaque)
	if c.Late != nil {
		sink.OnLate(c.Late)
	}
	config := proxy.RecorderConfig{
		Upstream: c.Upstream, Sink: sink, LastID: w.LastID(), Intercept: c.Intercept, Logger: c.Logger, Follows: isArtifactRedirect,
		Permits: c.CA.Permits, Closed: c.Closed, Sync: c.Sync, Draining: c.Draining,
	}
	if c.RewriteURLs {
		config.Rewrite = rewriter{upstream}
	}
	rec := proxy.NewRecorder(config)
	return &Record{Recorder: rec, Sink: sink, door: proxy.NewDoor(proxy.Config{Recorder: rec, CA: c.CA, Intercept: rec.Intercepts, Logger: c.Logger})}
}

// Serve answers on ln as [proxy.Door.Serve] does, and returns when all that passed was given to the recording. Its
// error is the first of both. When the recording fails it ends at once: what cannot be recorded is not answered.
func (r *Record) Serve(done, cut context.Context, ln net.Listener) error {
	done, finish := context.WithCancel(done)
	defer finish()
	cut, breakOff := context.WithCancel(cut)
	defer breakOff()
	go func() { // ends with Serve
		select {
		case <-r.Failed():
		case <-cut.Done():
		}
		finish()
		breakOff()
	}()
	return errors.Join(r.door.Serve(done, cut, ln), r.Recorder.Close())
}

// isArtifactRedirect tells whether a redirect leads to where artifacts are kept.
func isArtifactRedirect(x *runnertape.Exchange) bool {
	switch decode.Classify(x.Request.Method, x.Request.Path()).Endpoint {
	case decode.DownloadArtifacts, decode.UploadArtifacts:
		return true
	}
	return false
}

// rewriter leads the URLs of a job's payload to the recorder.
type rewriter struct{ upstream string }

// Wants implements proxy.Rewriter.
func (rewriter) Wants(x *runnertape.Exchange) bool {
	return decode.Classify(x.Request.Method, x.Request.Path()).Endpoint == decode.RequestJob
}

// Rewrite implements proxy.Rewriter.
func (r rewriter) Rewrite(body []byte, base string) []byte {
	from := []string{r.upstream}
	if job, err := decode.ParseJobPayload(body); err == nil {
		from = append(from, decode.Bases(job)...)
	}
	return decode.RewriteURLs(body, from, base)
}
